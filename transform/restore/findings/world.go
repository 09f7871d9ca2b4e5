package findings

import (
	"cmp"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

// originalsOf are the addresses in the backup that the restore brings to an address of the target.
func (w *World) originalsOf(a layout.Address) []layout.Address {
	if a.Namespace == "" {
		return []layout.Address{a}
	}
	if w.byTarget == nil {
		w.byTarget = map[string][]string{}
		for _, original := range w.Backup.Namespaces() {
			target := w.Env.TargetNamespace(original)
			w.byTarget[target] = append(w.byTarget[target], original)
		}
	}
	list := make([]layout.Address, 0, 1)
	for _, original := range w.byTarget[a.Namespace] {
		list = append(list, layout.Address{Resource: a.Resource, Namespace: original, Name: a.Name})
	}
	return list
}

// controllers are the resources of controllers by kind, and the group of their API.
var controllers = map[string]struct{ group, resource string }{
	"ReplicaSet": {"apps/", needs.ReplicaSets}, "StatefulSet": {"apps/", layout.StatefulSets}, "DaemonSet": {"apps/", needs.DaemonSets},
	"Deployment": {"apps/", needs.Deployments}, "Job": {"batch/", layout.Jobs}, "CronJob": {"batch/", needs.CronJobs},
	"ReplicationController": {"v1", needs.Controllers},
}

// controller is the resource of the controller of a pod, a ReplicaSet or a Job, if this restore takes the controller as
// well; else "". With a label selector that is not known.
func (w *World) controller(it *pipeline.Item) string {
	if spec := &w.Env.Restore.Spec; spec.LabelSelector != nil || spec.OrLabelSelectors != nil {
		return ""
	}
	if resource := it.Key.Resource; resource != layout.Pods && resource != needs.ReplicaSets && resource != layout.Jobs {
		return ""
	}
	owner := ControllerOf(it)
	resource := controllerResource(owner)
	if resource == "" || !w.Backup.WillRestore(layout.Address{Resource: resource, Namespace: it.Key.Namespace, Name: owner.Get("name").Str()}.Key()) {
		return ""
	}
	return resource
}

// controllerResource is the resource of an owner, "" where it is no controller of pods that Kubernetes itself has.
func controllerResource(owner *object.Value) string {
	of := controllers[owner.Get("kind").Str()]
	if !strings.HasPrefix(owner.Get("apiVersion").Str(), of.group) {
		return ""
	}
	return of.resource
}

// kind is what an object of the resource is called, "" where that is not known. Resources that have moved to another group
// are called as they are there.
func (w *World) kind(resource string) string {
	if r, ok := w.Resources.Lookup(resource); ok && r.Kind != "" {
		return r.Kind
	}
	plural, _, _ := strings.Cut(resource, ".")
	full, _ := w.Resources.Resolve(plural)
	r, _ := w.Resources.Lookup(full)
	return r.Kind
}

// title names an object for people: "PriorityClass high", "Secret shop/creds".
func (w *World) title(a layout.Address) string {
	return cmp.Or(w.kind(a.Resource), a.Resource) + " " + layout.NamespacedName{Namespace: a.Namespace, Name: a.Name}.String()
}

// targetLacks says that the target does not have an object of a resource, or that it is not known.
func (w *World) targetLacks(resource string) string {
	plural, _, _ := strings.Cut(resource, ".")
	if w.Env.Target.Complete(resource) {
		return "the target does not have it"
	}
	return "the target's " + plural + " are not described"
}

// count counts addresses by their resource: "1 deployment, 3 pods".
func count(addresses []string) string {
	var order []string
	of := map[string]int{}
	for _, a := range addresses {
		resource, _, _ := strings.Cut(a, "/")
		if of[resource]++; of[resource] == 1 {
			order = append(order, resource)
		}
	}
	slices.Sort(order)
	parts := make([]string, len(order))
	for i, resource := range order {
		parts[i] = report.CountOf(of[resource], resource)
	}
	return strings.Join(parts, ", ")
}
