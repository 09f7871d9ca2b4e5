//go:build apiserver

package apiserver

import (
	"errors"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/mutatingwebhookconfiguration"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingadmissionpolicy"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingadmissionpolicybinding"
	"k8s.io/kubernetes/pkg/registry/admissionregistration/validatingwebhookconfiguration"
	"k8s.io/kubernetes/pkg/registry/apps/controllerrevision"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/autoscaling/horizontalpodautoscaler"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/certificates/certificates"
	"k8s.io/kubernetes/pkg/registry/coordination/lease"
	"k8s.io/kubernetes/pkg/registry/core/configmap"
	"k8s.io/kubernetes/pkg/registry/core/endpoint"
	"k8s.io/kubernetes/pkg/registry/core/limitrange"
	"k8s.io/kubernetes/pkg/registry/core/namespace"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolume"
	"k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/podtemplate"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
	"k8s.io/kubernetes/pkg/registry/core/resourcequota"
	"k8s.io/kubernetes/pkg/registry/core/secret"
	"k8s.io/kubernetes/pkg/registry/core/service"
	"k8s.io/kubernetes/pkg/registry/core/serviceaccount"
	"k8s.io/kubernetes/pkg/registry/discovery/endpointslice"
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

	// What the scheme knows.
	_ "k8s.io/kubernetes/pkg/apis/admissionregistration/install"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	_ "k8s.io/kubernetes/pkg/apis/autoscaling/install"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/certificates/install"
	_ "k8s.io/kubernetes/pkg/apis/coordination/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/discovery/install"
	_ "k8s.io/kubernetes/pkg/apis/flowcontrol/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/apis/node/install"
	_ "k8s.io/kubernetes/pkg/apis/policy/install"
	_ "k8s.io/kubernetes/pkg/apis/rbac/install"
	_ "k8s.io/kubernetes/pkg/apis/scheduling/install"
	_ "k8s.io/kubernetes/pkg/apis/storage/install"
)

// builtin is the server's own strategy for each of Kubernetes' resources: what it does to an object before it validates it,
// and how it validates it. Events and Nodes are missing, since Velero never restores them.
func builtin() map[schema.GroupResource]rest.RESTCreateStrategy {
	list := map[schema.GroupResource]rest.RESTCreateStrategy{}
	for group, of := range map[string]map[string]rest.RESTCreateStrategy{
		"": {
			"configmaps": configmap.Strategy, "endpoints": endpoint.Strategy, "limitranges": limitrange.Strategy, "namespaces": namespace.Strategy,
			"persistentvolumes": persistentvolume.Strategy, "persistentvolumeclaims": persistentvolumeclaim.Strategy, "pods": pod.Strategy,
			"podtemplates": podtemplate.Strategy, "replicationcontrollers": replicationcontroller.Strategy, "resourcequotas": resourcequota.Strategy,
			"secrets": secret.Strategy, "services": service.Strategy, "serviceaccounts": serviceaccount.Strategy,
		},
		"admissionregistration.k8s.io": {
			"mutatingwebhookconfigurations": mutatingwebhookconfiguration.Strategy, "validatingwebhookconfigurations": validatingwebhookconfiguration.Strategy,
			"validatingadmissionpolicies":       validatingadmissionpolicy.NewStrategy(nil, noResources),
			"validatingadmissionpolicybindings": validatingadmissionpolicybinding.NewStrategy(nil, nil, noResources),
		},
		"apps": {
			"controllerrevisions": controllerrevision.Strategy, "daemonsets": daemonset.Strategy, "deployments": deployment.Strategy,
			"replicasets": replicaset.Strategy, "statefulsets": statefulset.Strategy,
		},
		"autoscaling":         {"horizontalpodautoscalers": horizontalpodautoscaler.Strategy},
		"batch":               {"cronjobs": cronjob.Strategy, "jobs": job.Strategy},
		"certificates.k8s.io": {"certificatesigningrequests": certificates.Strategy},
		"coordination.k8s.io": {"leases": lease.Strategy},
		"discovery.k8s.io":    {"endpointslices": endpointslice.Strategy},
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

// noResources resolves no kind: only an authorizer would ask, and Velero may do anything.
const noResources = unresolved("")

type unresolved string

// Resolve implements resolver.ResourceResolver.
func (unresolved) Resolve(schema.GroupVersionKind) (schema.GroupVersionResource, error) {
	return schema.GroupVersionResource{}, errors.New("no resource is resolved")
}

var errTooLargeForEtcd = errors.New("etcdserver: request is too large")

// storedSize is the size of the object as etcd gets it.
func storedSize(c *call) (int, error) {
	if c.isCustom() {
		return len(c.sent.JSON()), nil
	}
	info, _ := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), runtime.ContentTypeProtobuf)
	text, err := runtime.Encode(legacyscheme.Codecs.EncoderForVersion(info.Serializer, c.gvr.GroupVersion()), c.obj)
	return len(text), err
}
