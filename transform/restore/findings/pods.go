package findings

import (
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
	owned map[layout.ItemKey]*items // restored pods by their controller
}

func newPodsBesideControllers(w *World) Watcher {
	return &podsBesideControllers{w, map[layout.ItemKey]*items{}}
}

// See implements Watcher: it notes what controlled the pod.
func (w *podsBesideControllers) See(it *pipeline.Item) {
	owner := ControllerOf(it)
	if owner == nil {
		return
	}
	resource := controllerResource(owner)
	if slices.Contains(podControllers, resource) {
		key := layout.Address{Resource: resource, Namespace: it.Key.Namespace, Name: owner.Get("name").Str()}.Key()
		if w.owned[key] == nil {
			w.owned[key] = &items{}
		}
		w.owned[key].add(it)
	}
}

// Conclude implements Watcher, with a finding for each kind of controller.
func (w *podsBesideControllers) Conclude(s *report.Summary) {
	for _, resource := range podControllers {
		var pods items
		for owner, of := range w.owned {
			if owner.Resource == resource && w.world.Backup.Restored(owner) {
				pods.numbers = append(pods.numbers, of.numbers...)
			}
		}
		if pods.len() == 0 {
			continue
		}
		s.Add(report.Finding{
			ID: "pod-beside-controller", Severity: report.Notice, Subject: resource, Items: pods.names(w.world.Backup),
			Message: fmt.Sprintf("%s controller, of %s", counted(pods.len(), "pod is restored before its", "pods are restored before their"), resource),
		})
	}
}
