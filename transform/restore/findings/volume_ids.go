package findings

import (
	"fmt"
	"maps"
	"slices"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// VolumeIDs finds pairs of the user's mapping of volumes that were of no use.
type VolumeIDs struct {
	mapping volume.Mapping
	used    map[string]bool
	idle    map[string]string // pairs for volumes of PersistentVolumes that are not restored: why
}

// NewVolumeIDs returns the watcher of a mapping. A rewriting shows it items by itself.
func NewVolumeIDs(mapping volume.Mapping) *VolumeIDs {
	return &VolumeIDs{mapping: mapping, used: map[string]bool{}, idle: map[string]string{}}
}

func newVolumeIDs(w *World) Watcher { return NewVolumeIDs(w.Env.VolumeIDs) }

// See implements Watcher.
func (w *VolumeIDs) See(it *pipeline.Item) {
	switch {
	case it.Volume == nil: // it failed before
	case it.Volume.Pair != "":
		w.used[it.Volume.Pair] = true
	case it.Volume.How == pipeline.Provisioned:
		if match, err := w.mapping.Find(it.Object); err == nil && match.Old != "" {
			w.idle[match.Old] = it.Object.Name() + " is not restored: " + it.Volume.Why
		}
	}
}

// Conclude implements Watcher.
func (w *VolumeIDs) Conclude(s *report.Summary) {
	for _, old := range slices.Sorted(maps.Keys(w.mapping)) {
		if w.used[old] {
			continue
		}
		text := fmt.Sprintf("no PersistentVolume of this restore has volume %s", old)
		if why := w.idle[old]; why != "" {
			text = fmt.Sprintf("volume %s: %s", old, why)
		}
		s.FindOn(report.Warning, "volume-id-unused", old, text)
	}
}
