package pipeline

import (
	"errors"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

const panicsThere = "the server panics over that and starts again, the restore fails, and neither this item nor any after it is restored"

// panicsOver is an error where a Velero between 1.12.2 and 1.15 panics when it looks for a PersistentVolume's CSI snapshot. None does that for a
// volume that the volume information tells of, or that has a native snapshot or a pod volume backup.
// Source: v1.13.2 pkg/restore/restore.go:1949-1963, v1.14.1 :1946-1965, v1.15.2 :1955 (hasCSIVolumeSnapshot).
func (env *Env) panicsOver(pv *object.Value) error {
	if env.Archive || !env.Profile.Does(actions.ReprovisionsSnapshotVolumes) || env.Profile.Does(actions.LooksForClaimsOfVolumes) || !env.looksForCSISnapshot(pv) {
		return nil
	}
	ref := pv.Get("spec", "claimRef")
	for _, vs := range env.Volumes.listed {
		claim := vs.Spec.Source.PersistentVolumeClaimName
		switch {
		case claim == nil && env.Profile.Does(actions.PassesSnapshotsWithoutClaims):
		case claim == nil:
			return fmt.Errorf("the CSI snapshot %s/%s of the backup has no claim, and %s", vs.Namespace, vs.Name, panicsThere)
		case ref.IsNull():
			return errors.New("spec.claimRef: is missing, while the backup has CSI snapshots, and " + panicsThere)
		case ref.Get("name").Str() == *claim && ref.Get("namespace").Str() == vs.Namespace:
			return nil
		}
	}
	return nil
}

// looksForCSISnapshot says whether Velero gets so far as to look for a CSI snapshot of a volume.
func (env *Env) looksForCSISnapshot(pv *object.Value) bool {
	if _, told := env.Volumes.Infos[pv.Name()]; told && env.Profile.Does(actions.ReadsVolumeInfo) || env.Volumes.Snapshot(pv.Name()) != nil {
		return false
	}
	ref := pv.Get("spec", "claimRef")
	_, podBackup := env.Volumes.podBackup[layout.NamespacedName{Namespace: ref.Get("namespace").Str(), Name: ref.Get("name").Str()}]
	return (ref.IsNull() || !podBackup) && pv.Fits(typed.PersistentVolume()) == nil
}
