package findings

import (
	"fmt"
	"maps"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// claimTemplates finds storage classes in the claim templates of StatefulSets that the storage class mapping does not reach:
// claims of new replicas ask for the old one.
type claimTemplates struct {
	world   *World
	byClass map[string][]string // StatefulSets
}

func newClaimTemplates(w *World) Watcher { return &claimTemplates{w, map[string][]string{}} }

// See implements Watcher.
func (w *claimTemplates) See(it *pipeline.Item) {
	for _, template := range it.Object.Get("spec", "volumeClaimTemplates").Elements() {
		class := template.Get("spec", "storageClassName").Str()
		if sets, set := w.byClass[class], it.Key.String(); class != "" && (len(sets) == 0 || sets[len(sets)-1] != set) {
			w.byClass[class] = append(sets, set)
		}
	}
}

// Conclude implements Watcher.
func (w *claimTemplates) Conclude(s *report.Summary) {
	for _, class := range slices.Sorted(maps.Keys(w.byClass)) {
		to := w.mapped(class)
		if to == "" || to == class {
			continue
		}
		s.Add(report.Finding{ID: "claim-template-class-unmapped", Severity: report.Warning, Subject: class, Items: w.byClass[class], Message: fmt.Sprintf(
			"storage class %s is mapped to %s, and the mapping does not reach volumeClaimTemplates: claims of new replicas ask for %s", class, to, class)})
	}
}

// mapped is the class that the user maps a class to, "" for none, and where the mapping reaches templates.
func (w *claimTemplates) mapped(class string) string {
	env := w.world.Env
	if env.Profile.Does(actions.MapsClassesOfClaimTemplates) {
		return ""
	}
	config, err := actions.PluginConfig(env.Target, env.Restore.Namespace, actions.RestoreItemAction, "velero.io/change-storage-class")
	if err != nil {
		return "" // each item that the action applies to says so
	}
	return config.Get("data", class).Str()
}
