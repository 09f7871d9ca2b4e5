package findings

import (
	"fmt"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// missingCRDs finds custom resources whose definition is neither in the restore nor in the target.
type missingCRDs struct {
	world *World
	found map[string]bool
	order []string
}

func newMissingCRDs(w *World) Watcher { return &missingCRDs{world: w, found: map[string]bool{}} }

// reachedTarget says that Velero sends the item, whatever the target has.
func reachedTarget(it *pipeline.Item) bool {
	switch it.Report.Outcome {
	case report.Create, report.Update, report.Exists:
		return it.Key.Resource != layout.Namespaces
	}
	return it.Report.Outcome == report.Fail && it.Report.Step == pipeline.ByExisting
}

// See implements Watcher.
func (w *missingCRDs) See(it *pipeline.Item) {
	resource := it.Key.Resource
	if w.found[resource] || w.world.ExactTarget || w.world.Resources.Served(resource) {
		return
	}
	w.found[resource] = true
	w.order = append(w.order, resource)
}

// Conclude implements Watcher.
func (w *missingCRDs) Conclude(s *report.Summary) {
	for _, resource := range w.order {
		s.FindOn(report.Warning, "crd-missing", resource, fmt.Sprintf(
			"%s: this restore brings no CustomResourceDefinition for it; without one in the target, Velero fails on each of its items", resource))
	}
}
