package needs

import (
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// templates are where what runs pods has their template. A pod is its own.
var templates = map[string][]string{
	layout.Pods: nil, Controllers: {"spec", "template"}, DaemonSets: {"spec", "template"}, Deployments: {"spec", "template"},
	ReplicaSets: {"spec", "template"}, layout.StatefulSets: {"spec", "template"}, layout.Jobs: {"spec", "template"},
	CronJobs: {"spec", "jobTemplate", "spec", "template"},
}

// RunsPods are pods and the resources of workloads, sorted.
func RunsPods() []string { return slices.Sorted(maps.Keys(templates)) }

// PodTemplate is the template of the pods of a workload, or the pod; nil for what runs none.
func PodTemplate(resource string, o *object.Value) *object.Value {
	path, ok := templates[resource]
	if !ok {
		return nil
	}
	return o.Get(path...)
}

// IsScaledDown says whether a workload asks for no pods.
func IsScaledDown(o *object.Value) bool {
	replicas, ok := o.Get("spec", "replicas").Int()
	return ok && replicas == 0
}

// template reads the pod template of a workload.
func template(path ...string) reader {
	return func(u *User, tell func(Need)) { readPodSpec(u.Object.Get(path...), u.Namespace, tell) }
}

// readStatefulSet reads the template, the templates of claims, and the Service that gives the pods their names.
func readStatefulSet(u *User, tell func(Need)) {
	spec := u.Object.Get("spec")
	readPodSpec(spec.Get("template", "spec"), u.Namespace, tell)
	for _, claim := range spec.Get("volumeClaimTemplates").Elements() {
		readClaimSpec(claim.Get("spec"), claim, tell)
	}
	named(tell, layout.Services, u.Namespace, spec.Get("serviceName"), Tolerated, "the pods have no DNS names of their own")
}
