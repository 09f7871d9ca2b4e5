package findings

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// podControllers are the resources whose controllers make pods and take over those that they find.
var podControllers = []string{"replicasets.apps", "statefulsets.apps", "daemonsets.apps", "jobs.batch", "replicationcontrollers"}

// podsBesideControllers finds pods whose controllers are restored as well.
type podsBesideControllers struct {
	world *World
	owned map[layout.ItemKey]int // restored pods by their controller
}

func newPodsBesideControllers(w *World) Watcher {
	return &podsBesideControllers{w, map[layout.ItemKey]int{}}
}

// See implements Watcher: it notes what controlled the pod.
func (w *podsBesideControllers) See(it *pipeline.Item) {
	owner := controllerOf(it)
	if owner == nil {
		return
	}
	resource := controllerResource(owner)
	if slices.Contains(podControllers, resource) {
		w.owned[layout.Address{Resource: resource, Namespace: it.Key.Namespace, Name: owner.Get("name").Str()}.Key()]++
	}
}

// Conclude implements Watcher, with a finding for each kind of controller.
func (w *podsBesideControllers) Conclude(s *report.Summary) {
	for _, resource := range podControllers {
		pods := 0
		var owners []layout.ItemKey
		for owner, n := range w.owned {
			if owner.Resource == resource && w.world.Backup.Restored(owner) {
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
		s.FindOn(report.Warning, "pod-beside-controller", resource, fmt.Sprintf(
			"pods that are restored beside the %s that made them: %d, such as those of %s", resource, pods, first.Namespace+"/"+first.Name))
	}
}
