package volume

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// Snapshotters are the plugins that know the ids of volumes. Nothing but that is asked of them.
type Snapshotters interface {
	// Snapshotter is the plugin of the provider of a VolumeSnapshotLocation, which has taken the location's config; nil where none is
	// of that provider. An error is that of the plugin with the config.
	Snapshotter(provider string, config map[string]string) (IDs, error)
}

// FindBy is Find where something else than For knows the id.
func (m Mapping) FindBy(ids IDs, pv *object.Value) (Match, error) {
	id, err := ids.GetVolumeID(pv)
	if err != nil {
		return Match{}, err
	}
	match := Match{ID: id}
	keys := []string{id}
	if For(pv) != nil {
		keys = append(keys, pv.Get(handlePath(pv)...).Str())
	}
	for _, key := range keys {
		if to, ok := m[key]; ok && key != "" {
			match.Old, match.New = key, to
			return match, nil
		}
	}
	return match, nil
}

// ReplaceBy is Replace where something else than For knows how.
func ReplaceBy(ids IDs, pv *object.Value, volumeID string) error {
	if For(pv) != nil && strings.Contains(volumeID, "/") {
		return Replace(pv, volumeID)
	}
	if err := ids.SetVolumeID(pv, volumeID); err != nil {
		return err
	}
	if id, err := ids.GetVolumeID(pv); err != nil || id == "" {
		return fmt.Errorf("spec: %q is no id for a volume of this kind", volumeID)
	}
	return nil
}
