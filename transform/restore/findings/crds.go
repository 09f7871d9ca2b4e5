package findings

import (
	"fmt"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// missingCRDs finds custom resources whose definition is neither in the restore nor in the target.
type missingCRDs struct {
	world   *World
	found   map[string]bool
	order   []string
	removed map[string]bool // resources that no release of Kubernetes serves any more: no definition is missing
}

func newMissingCRDs(w *World) Watcher {
	return &missingCRDs{world: w, found: map[string]bool{}, removed: discovery.RemovedResources()}
}

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
	if w.found[resource] || w.world.ExactTarget || w.world.Resources.Served(resource) || w.removed[resource] {
		return
	}
	w.found[resource] = true
	w.order = append(w.order, resource)
}

// Conclude implements Watcher.
func (w *missingCRDs) Conclude(s *report.Summary) {
	for _, resource := range w.order {
		items := w.items(resource)
		s.Add(report.Finding{ID: "crd-missing", Severity: report.Warning, Subject: resource, Items: items, Message: fmt.Sprintf(
			"%s: this restore has no CustomResourceDefinition for it; without one in the target, Velero fails on each of its items", resource)})
		need := report.Need{
			Resource: layout.CRDs, Name: resource, Users: items, Missing: w.world.Env.Target.Complete(layout.CRDs), Effect: "Velero fails on each of its items",
		}
		if definition := (layout.Address{Resource: layout.CRDs, Name: resource}).Key(); w.world.Backup.Has(definition) {
			_, need.Bring = w.world.Backup.LeftOut(definition)
			need.InBackup = true
		}
		s.Told().Needs = append(s.Told().Needs, need)
	}
}

// items are the restored items of a resource, sorted.
func (w *missingCRDs) items(resource string) []string {
	var list []string
	for key := range w.world.Backup.RestoredOf(resource) {
		list = append(list, key.String())
	}
	slices.Sort(list)
	return list
}
