package backup

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

const backupNameLabel = "velero.io/backup-name"

// staleLabels are labels of a claim from the restore or the CSI backup that it went through before.
var staleLabels = []string{
	"velero.io/restore-name",
	"backup.velero.io/must-include-additional-items",
	"velero.io/volume-snapshot-name",
}

// PV brings in the volume of a claim that is bound. In profile 1.18 it also takes from such a claim what would tie a
// restored one to another volume: its data source, a selector unless the storage class is "", the labels of an earlier
// restore or backup.
// Source: Velero v1.18.2 pkg/backup/actions/backup_pv_action.go:49-135, v1.6.3 pkg/backup/backup_pv_action.go:49-69.
func PV(profile actions.Profile) actions.Action {
	return actions.Action{
		Name:      "velero.io/pv",
		Summary:   "backs up the volume of a bound claim, and frees the claim of its data source and selector",
		AppliesTo: actions.Selector{Resources: []string{layout.PersistentVolumeClaims}},
		Typed:     typed.PersistentVolumeClaim,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			volume := boundVolume(in.Item)
			if volume == "" {
				return nil, nil
			}
			if profile.Does(actions.FreesClaimsOfBackups) {
				freeClaim(in)
			}
			return &actions.Output{Additional: []actions.ItemRef{{Resource: layout.PersistentVolumes, Name: volume}}}, nil
		},
	}
}

// boundVolume is the volume that a claim is bound to, "" for a claim that is not.
func boundVolume(claim *object.Value) string {
	if !claim.Get("status", "phase").Is("Bound") {
		return ""
	}
	return claim.Get("spec", "volumeName").Str()
}

// freeClaim edits a claim that is bound.
func freeClaim(in *actions.Input) {
	claim := in.Item
	claim.Remove("spec", "dataSource")
	claim.Remove("spec", "dataSourceRef")
	if class, given := claim.Get("spec", "storageClassName").Text(); !given || class != "" {
		claim.Remove("spec", "selector")
	}
	dropKeys(claim, []string{"spec", "selector", "matchLabels"}, func(key string) bool { return strings.HasPrefix(key, "velero.io/") })
	ofThis := claim.Get("metadata", "labels", backupNameLabel).IsText(in.Backup.Name)
	dropKeys(claim, []string{"metadata", "labels"}, func(key string) bool {
		return slices.Contains(staleLabels, key) || key == backupNameLabel && !ofThis
	})
}

// dropKeys removes keys of an object, and the object as well if that leaves it empty, as typed structures do.
func dropKeys(v *object.Value, path []string, gone func(key string) bool) {
	parent := v.Get(path...)
	if parent.RemoveIf(gone) > 0 && parent.Len() == 0 {
		v.Remove(path...)
	}
}
