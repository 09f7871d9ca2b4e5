package findings

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// waitingClaims finds storage classes that claims need and neither the target nor the restore has.
type waitingClaims struct {
	world   *World
	byClass tally // claims without a volume
}

func newWaitingClaims(w *World) Watcher { return &waitingClaims{w, tally{}} }

// See implements Watcher. A class that came from a mapping has a warning of its own.
func (w *waitingClaims) See(it *pipeline.Item) {
	spec := it.Object.Get("spec")
	class := cmp.Or(spec.Get("storageClassName").Str(), it.Object.Annotation("volume.beta.kubernetes.io/storage-class"))
	mapped := slices.ContainsFunc(it.Report.Warnings, func(f report.Finding) bool { return f.ID == "storage-class-unknown" })
	if class != "" && spec.Get("volumeName").Str() == "" && !mapped {
		w.byClass.add(class, it)
	}
}

// Conclude implements Watcher.
func (w *waitingClaims) Conclude(s *report.Summary) {
	for _, class := range slices.Sorted(maps.Keys(w.byClass)) {
		_, given := w.world.Env.Target.Get(layout.StorageClasses, "", class)
		if given || w.world.Backup.Restored(layout.Address{Resource: layout.StorageClasses, Name: class}.Key()) {
			continue
		}
		claims := w.byClass[class]
		s.FindOn(report.Warning, "claim-waits-for-class", class, fmt.Sprintf(
			"storage class %s is neither in this restore nor among the target's objects; claims that wait for it: %d, such as %s", class, claims.items, claims.first))
	}
}
