package transform

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// podControllers are the resources whose controllers make pods and take over those that they find.
var podControllers = []string{"replicasets.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch", "replicationcontrollers"}

// seePod notes who controlled the pod.
func (w *watch) seePod(it *item) {
	owner := controllerOf(it.fromBackup)
	if owner == nil {
		return
	}
	resource, _ := w.resources.ForKind(owner.Get("apiVersion").Str(), owner.Get("kind").Str())
	if slices.Contains(podControllers, resource) {
		w.owned[layout.Address{Resource: resource, Namespace: it.key.Namespace, Name: owner.Get("name").Str()}.Key()]++
	}
}

// concludePods tells of pods whose controllers are restored as well, once for each kind of controller.
func (w *watch) concludePods() {
	for _, resource := range podControllers {
		pods := 0
		var owners []layout.ItemKey
		for owner, n := range w.owned {
			if owner.Resource == resource && w.restored(owner) {
				pods += n
				owners = append(owners, owner)
			}
		}
		if pods == 0 {
			continue
		}
		first := slices.MinFunc(owners, func(a, b layout.ItemKey) int {
			return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
		})
		w.summary.FindOn(report.Warning, "pod-beside-controller", resource, fmt.Sprintf(
			"pods that are restored beside the %s that made them: %d, such as those of %s", resource, pods, first.Namespace+"/"+first.Name))
	}
}
