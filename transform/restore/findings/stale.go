package findings

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// madeByControllers are resources whose objects a controller may have made.
var madeByControllers = []string{"endpoints", "endpointslices.discovery.k8s.io", "controllerrevisions.apps", "ipaddresses.networking.k8s.io"}

// staleObjects finds what a controller of the source cluster wrote and the target's would write itself.
type staleObjects struct {
	world      *World
	byResource tally
}

func newStaleObjects(w *World) Watcher { return staleObjects{w, tally{}} }

// See implements Watcher.
func (w staleObjects) See(it *pipeline.Item) {
	if MadeByController(it) {
		w.byResource.add(it.Key.Resource, it)
	}
}

// MadeByController says that a controller of the source cluster wrote the item, from objects that may be restored as well.
func MadeByController(it *pipeline.Item) bool {
	switch it.Key.Resource {
	case "endpoints":
		_, managed := it.Object.Labels()["endpoints.kubernetes.io/managed-by"]
		return managed || it.Object.Annotation("endpoints.kubernetes.io/last-change-trigger-time") != ""
	case "endpointslices.discovery.k8s.io":
		return strings.HasSuffix(it.Object.Labels()["endpointslice.kubernetes.io/managed-by"], "-controller.k8s.io")
	case "controllerrevisions.apps":
		return ControllerOf(it) != nil
	case "ipaddresses.networking.k8s.io":
		return it.Object.Labels()["ipaddress.kubernetes.io/managed-by"] != ""
	}
	return false
}

// Conclude implements Watcher.
func (w staleObjects) Conclude(s *report.Summary) {
	for _, resource := range slices.Sorted(maps.Keys(w.byResource)) {
		of := w.byResource[resource]
		s.Add(report.Finding{
			ID: "stale-object-restored", Severity: report.Notice, Subject: resource, Items: of.names(w.world.Backup),
			Message: fmt.Sprintf("%s that a controller of the source cluster wrote; the target's controller makes its own", count(of.names(w.world.Backup))),
		})
	}
}
