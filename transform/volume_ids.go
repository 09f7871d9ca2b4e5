package transform

import (
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// volumeIDs is the user's mapping of volumes, and what became of its pairs. Items on several cores share it.
type volumeIDs struct {
	mapping volume.Mapping
	mu      sync.Mutex
	used    map[string]bool
	idle    map[string]string // pairs for volumes of PersistentVolumes that are not restored: why
}

func newVolumeIDs(mapping volume.Mapping) *volumeIDs {
	return &volumeIDs{mapping: mapping, used: map[string]bool{}, idle: map[string]string{}}
}

// find looks a PersistentVolume's volume up, and remembers that the pair was of use.
func (v *volumeIDs) find(pv *object.Value) (volume.Match, error) {
	match, err := v.mapping.Find(pv)
	if match.Old != "" {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.used[match.Old] = true
	}
	return match, err
}

// leave remembers that a PersistentVolume is not restored, if there is a pair for its volume.
func (v *volumeIDs) leave(pv *object.Value, why string) {
	if match, err := v.mapping.Find(pv); err == nil && match.Old != "" {
		v.idle[match.Old] = pv.Name() + " is not restored: " + why
	}
}

// mapID puts the volume that the user named into the place of the old one, and returns its id, "" if there is none.
// expected says that none is needed.
func (v *volumes) mapID(it *item, expected bool) (newID string, err error) {
	if len(v.ids.mapping) == 0 {
		return "", nil
	}
	it.report.Step = byVolumeIDs
	match, err := v.ids.find(it.object)
	switch {
	case err != nil:
		it.report.Warn("volume-id-unmapped", "", fmt.Sprintf("%v; so no mapping can be found for it", err))
	case match.Old != "":
		return match.New, it.step(byVolumeIDs, func() error { return volume.Replace(it.object, match.New) })
	case match.ID != "" && !expected:
		it.report.Warn("volume-id-unmapped", "spec", fmt.Sprintf("no mapping names volume %s: it stays", match.ID))
	}
	return "", nil
}

// mapIDAhead is mapID for an archive. What a later restore provisions anew, or makes from a snapshot, needs no mapping.
func (rw *rewriter) mapIDAhead(it *item) error {
	how, _ := rw.volumes.decide(it.object)
	_, err := rw.volumes.mapID(it, how == provisioned || how == fromSnapshot && !rw.restorePVsIsFalse())
	return err
}

func (r *run) restorePVsIsFalse() bool {
	restorePVs := r.o.Restore.Spec.RestorePVs
	return restorePVs != nil && !*restorePVs
}

// conclude names the pairs that were of no use.
func (v *volumeIDs) conclude(s *report.Summary) {
	for _, old := range slices.Sorted(maps.Keys(v.mapping)) {
		if v.used[old] {
			continue
		}
		text := fmt.Sprintf("no PersistentVolume of this restore has volume %s", old)
		if why := v.idle[old]; why != "" {
			text = fmt.Sprintf("volume %s: %s", old, why)
		}
		s.FindOn(report.Warning, "volume-id-unused", old, text)
	}
}
