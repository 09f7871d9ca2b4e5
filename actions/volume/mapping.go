package volume

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// Mapping names the volumes that stand in the place of others: old id to new id. An id is the one that GetVolumeID
// tells, or the whole text of the field.
type Mapping map[string]string

// Match is what a Mapping says of one PersistentVolume.
type Match struct {
	ID  string // of its volume, "" if it has none
	Old string // the mapping's key, "" if it has none for the volume
	New string
}

// Find looks a PersistentVolume's volume up.
func (m Mapping) Find(pv *object.Value) (Match, error) {
	ids := For(pv)
	if ids == nil {
		return Match{}, nil
	}
	id, err := ids.GetVolumeID(pv)
	if err != nil {
		return Match{}, err
	}
	match := Match{ID: id}
	for _, key := range []string{id, pv.Get(handlePath(pv)...).Str()} {
		if to, ok := m[key]; ok && key != "" {
			match.Old, match.New = key, to
			return match, nil
		}
	}
	return match, nil
}

// Replace puts another volume into a PersistentVolume. A new id with a slash in it is the whole text of the field, so
// that a disk of another zone, project or subscription can be named.
func Replace(pv *object.Value, volumeID string) error {
	ids := For(pv)
	if ids == nil {
		return fmt.Errorf("spec: has no volume whose id could become %q", volumeID)
	}
	if err := replace(pv, ids, volumeID); err != nil {
		return err
	}
	if id, err := ids.GetVolumeID(pv); err != nil || id == "" {
		return fmt.Errorf("%s: %q is no id for a volume of this kind", strings.Join(handlePath(pv), "."), volumeID)
	}
	return nil
}

func replace(pv *object.Value, ids IDs, volumeID string) error {
	if !strings.Contains(volumeID, "/") {
		return ids.SetVolumeID(pv, volumeID)
	}
	path := handlePath(pv)
	if path[1] == inTreeAzure {
		name := volumeID[strings.LastIndex(volumeID, "/")+1:]
		if err := pv.Put(object.Text(name), "spec", inTreeAzure, "diskName"); err != nil {
			return err
		}
	}
	return pv.Put(object.Text(volumeID), path...)
}

// handlePath is the field with the whole id of a volume.
func handlePath(pv *object.Value) []string {
	for _, place := range [][]string{
		{"spec", "csi", "volumeHandle"},
		{"spec", inTreeEBS, "volumeID"},
		{"spec", inTreeGCE, "pdName"},
	} {
		if !pv.Get(place[:2]...).IsNull() {
			return place
		}
	}
	return []string{"spec", inTreeAzure, "diskURI"}
}
