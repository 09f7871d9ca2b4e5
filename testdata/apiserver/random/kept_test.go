package main

import (
	"math/rand/v2"
	"testing"

	"github.com/veltx/veltx/tarball/object"
)

// resourcesOf are the resources of the kinds that are drawn, by apiVersion and kind.
var resourcesOf = map[string]string{
	"v1 ConfigMap": "configmaps", "v1 Secret": "secrets", "v1 ServiceAccount": "serviceaccounts", "v1 Pod": "pods", "v1 Service": "services",
	"v1 Endpoints": "endpoints", "discovery.k8s.io/v1 EndpointSlice": "endpointslices.discovery.k8s.io", "v1 PersistentVolumeClaim": "persistentvolumeclaims",
	"v1 PersistentVolume": "persistentvolumes", "v1 ResourceQuota": "resourcequotas", "v1 LimitRange": "limitranges",
	"v1 ReplicationController": "replicationcontrollers", "v1 PodTemplate": "podtemplates", "apps/v1 Deployment": "deployments.apps",
	"apps/v1 ReplicaSet": "replicasets.apps", "apps/v1 StatefulSet": "statefulsets.apps", "apps/v1 DaemonSet": "daemonsets.apps",
	"apps/v1 ControllerRevision": "controllerrevisions.apps", "batch/v1 Job": "jobs.batch", "batch/v1 CronJob": "cronjobs.batch",
	"networking.k8s.io/v1 Ingress": "ingresses.networking.k8s.io", "networking.k8s.io/v1 NetworkPolicy": "networkpolicies.networking.k8s.io",
	"networking.k8s.io/v1 IngressClass": "ingressclasses.networking.k8s.io", "policy/v1 PodDisruptionBudget": "poddisruptionbudgets.policy",
	"autoscaling/v2 HorizontalPodAutoscaler": "horizontalpodautoscalers.autoscaling", "autoscaling/v1 HorizontalPodAutoscaler": "horizontalpodautoscalers.autoscaling",
	"rbac.authorization.k8s.io/v1 Role": "roles.rbac.authorization.k8s.io", "rbac.authorization.k8s.io/v1 RoleBinding": "rolebindings.rbac.authorization.k8s.io",
	"rbac.authorization.k8s.io/v1 ClusterRole": "clusterroles.rbac.authorization.k8s.io", "rbac.authorization.k8s.io/v1 ClusterRoleBinding": "clusterrolebindings.rbac.authorization.k8s.io",
	"storage.k8s.io/v1 StorageClass": "storageclasses.storage.k8s.io", "storage.k8s.io/v1 CSIDriver": "csidrivers.storage.k8s.io",
	"scheduling.k8s.io/v1 PriorityClass": "priorityclasses.scheduling.k8s.io", "node.k8s.io/v1 RuntimeClass": "runtimeclasses.node.k8s.io",
	"coordination.k8s.io/v1 Lease":                                     "leases.coordination.k8s.io",
	"admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration":   "validatingwebhookconfigurations.admissionregistration.k8s.io",
	"admissionregistration.k8s.io/v1 MutatingWebhookConfiguration":     "mutatingwebhookconfigurations.admissionregistration.k8s.io",
	"admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy":        "validatingadmissionpolicies.admissionregistration.k8s.io",
	"admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding": "validatingadmissionpolicybindings.admissionregistration.k8s.io",
	"apiextensions.k8s.io/v1 CustomResourceDefinition":                 "customresourcedefinitions.apiextensions.k8s.io",
	"flowcontrol.apiserver.k8s.io/v1 FlowSchema":                       "flowschemas.flowcontrol.apiserver.k8s.io",
	"apiregistration.k8s.io/v1 APIService":                             "apiservices.apiregistration.k8s.io",
}

// What a real API server answered to random objects is what veltx answers, with no server to ask.
func TestVeltxAnswersAsTheKeptAnswersOfARealServer(t *testing.T) {
	for _, decides := range []bool{false, true} {
		different, asked, err := compareKept(keptPath("../kept", decides), func(o *object.Value) string {
			name := o.APIVersion() + " " + o.ObjectKind()
			if r, ok := known[name]; ok {
				return r.name
			}
			if resourcesOf[name] == "" {
				t.Fatalf("resourcesOf has no %s", name)
			}
			return resourcesOf[name]
		})
		if err != nil {
			t.Fatal(err)
		}
		if asked < 100 {
			t.Errorf("only %d answers are kept", asked)
		}
		for _, text := range different {
			t.Error(text)
		}
	}
}

// The same seed draws the same objects, and none is one that a restore cannot send.
func TestDrawsAreRepeatable(t *testing.T) {
	templates, err := documents(objectsText)
	if err != nil {
		t.Fatal(err)
	}
	namespaced := func(map[string]any) bool { return true }
	first, second := drawn(templates, namespaced), drawn(templates, namespaced)
	for i := range first {
		if !object.Equal(first[i], second[i]) {
			t.Fatalf("object %d is drawn in two ways:\n%s\n%s", i, first[i].JSON(), second[i].JSON())
		}
		if first[i].APIVersion() == "" || first[i].ObjectKind() == "" || first[i].Namespace() != "a" {
			t.Errorf("no restore sends %s", first[i].JSON())
		}
	}
}

func drawn(templates []map[string]any, namespaced func(map[string]any) bool) (list []*object.Value) {
	r := rand.New(rand.NewPCG(1, 1))
	for number := range 500 {
		list = append(list, value(draw(r, templates, number, []string{"a"}, namespaced)))
	}
	return list
}
