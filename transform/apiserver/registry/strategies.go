package registry

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/registry/apps/controllerrevision"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/coordination/lease"
	"k8s.io/kubernetes/pkg/registry/core/limitrange"
	"k8s.io/kubernetes/pkg/registry/core/podtemplate"
	"k8s.io/kubernetes/pkg/registry/core/resourcequota"
	"k8s.io/kubernetes/pkg/registry/flowcontrol/flowschema"
	"k8s.io/kubernetes/pkg/registry/flowcontrol/prioritylevelconfiguration"
	"k8s.io/kubernetes/pkg/registry/networking/ingress"
	"k8s.io/kubernetes/pkg/registry/networking/ingressclass"
	"k8s.io/kubernetes/pkg/registry/networking/ipaddress"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"k8s.io/kubernetes/pkg/registry/networking/servicecidr"
	"k8s.io/kubernetes/pkg/registry/node/runtimeclass"
	"k8s.io/kubernetes/pkg/registry/policy/poddisruptionbudget"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrole"
	"k8s.io/kubernetes/pkg/registry/rbac/clusterrolebinding"
	"k8s.io/kubernetes/pkg/registry/rbac/role"
	"k8s.io/kubernetes/pkg/registry/rbac/rolebinding"
	"k8s.io/kubernetes/pkg/registry/scheduling/priorityclass"
	"k8s.io/kubernetes/pkg/registry/storage/csidriver"
	"k8s.io/kubernetes/pkg/registry/storage/csistoragecapacity"
	"k8s.io/kubernetes/pkg/registry/storage/storageclass"
)

// Strategies are the server's own strategies for Kubernetes' resources: what it does to an object before it validates it, and how
// it validates it. Events and Nodes are missing, since Velero never restores them.
func Strategies() map[schema.GroupResource]rest.RESTCreateStrategy {
	fill()
	list := map[schema.GroupResource]rest.RESTCreateStrategy{}
	for group, of := range map[string]map[string]rest.RESTCreateStrategy{
		"": {
			"configmaps": configMaps(), "endpoints": endpoints(), "limitranges": limitrange.Strategy, "namespaces": namespaces(),
			"persistentvolumes": persistentVolumes(), "persistentvolumeclaims": claims(), "pods": pods(),
			"podtemplates": podtemplate.Strategy, "replicationcontrollers": replicationControllers(), "resourcequotas": resourcequota.Strategy,
			"secrets": secrets(), "services": services(), "serviceaccounts": serviceAccounts(),
		},
		"admissionregistration.k8s.io": {
			"mutatingwebhookconfigurations": mutatingWebhooks(), "validatingwebhookconfigurations": validatingWebhooks(),
			"validatingadmissionpolicies":       policies(),
			"validatingadmissionpolicybindings": bindings(),
		},
		"apiregistration.k8s.io": {"apiservices": apiServices()},
		"apps": {
			"controllerrevisions": controllerrevision.Strategy, "daemonsets": daemonset.Strategy, "deployments": deployment.Strategy,
			"replicasets": replicaSets(), "statefulsets": statefulset.Strategy,
		},
		"autoscaling":         {"horizontalpodautoscalers": horizontalpodautoscaler.Strategy},
		"batch":               {"cronjobs": cronjob.Strategy, "jobs": jobs()},
		"certificates.k8s.io": {"certificatesigningrequests": signingRequests()},
		"coordination.k8s.io": {"leases": lease.Strategy},
		"discovery.k8s.io":    {"endpointslices": endpointSlices()},
		"flowcontrol.apiserver.k8s.io": {
			"flowschemas": flowschema.Strategy, "prioritylevelconfigurations": prioritylevelconfiguration.Strategy,
		},
		"networking.k8s.io": {
			"ingresses": ingress.Strategy, "ingressclasses": ingressclass.Strategy, "ipaddresses": ipaddress.Strategy,
			"networkpolicies": networkpolicy.Strategy, "servicecidrs": servicecidr.Strategy,
		},
		"node.k8s.io": {"runtimeclasses": runtimeclass.Strategy},
		"policy":      {"poddisruptionbudgets": poddisruptionbudget.Strategy},
		"rbac.authorization.k8s.io": {
			"clusterroles": clusterrole.Strategy, "clusterrolebindings": clusterrolebinding.Strategy, "roles": role.Strategy, "rolebindings": rolebinding.Strategy,
		},
		"scheduling.k8s.io": {"priorityclasses": priorityclass.Strategy},
		"storage.k8s.io": {
			"csidrivers": csidriver.Strategy, "csistoragecapacities": csistoragecapacity.Strategy, "storageclasses": storageclass.Strategy,
		},
	} {
		for resource, strategy := range of {
			list[schema.GroupResource{Group: group, Resource: resource}] = strategy
		}
	}
	return list
}
