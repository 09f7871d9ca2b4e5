package pipeline

import (
	"fmt"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
)

// mapVolumeID puts the volume that the user named into the place of the old one. Of a PersistentVolume that keeps a volume
// that no pair names it warns, unless the restore makes the volume.
func mapVolumeID(env *Env, _ Around, it *Item) (Verdict, error) {
	if len(env.VolumeIDs) == 0 {
		return goOn()
	}
	if err := env.mapVolumeID(it); endsRun(err) {
		return Verdict{}, err
	} else if err != nil {
		return Fail("volume-id-not-written", "", err)
	}
	if it.Volume.Made && it.Volume.NewID == "" {
		env.noteVolumeID(it)
	}
	return goOn()
}

func (env *Env) mapVolumeID(it *Item) error {
	find, replace := env.VolumeIDs.Find, volume.Replace
	if p := it.Volume.plugin; p != nil {
		find = func(pv *object.Value) (volume.Match, error) { return env.VolumeIDs.FindBy(p, pv) }
		replace = func(pv *object.Value, id string) error { return volume.ReplaceBy(p, pv, id) }
	}
	match, err := find(it.Object)
	it.Volume.Pair = match.Old
	switch {
	case endsRun(err):
		return err
	case err != nil:
		it.Report.Warn("volume-id-unmapped", "", fmt.Sprintf("%v, so no mapping can be found for it", err))
	case match.Old != "":
		it.Volume.NewID = match.New
		return replace(it.Object, match.New)
	case match.ID != "" && !env.makesVolume(it.Volume):
		it.Report.Warn("volume-id-unmapped", "spec", fmt.Sprintf("no mapping names volume %s, so it stays", match.ID))
	}
	return nil
}

// makesVolume says whether the restore, or the one to come, makes the volume.
func (env *Env) makesVolume(v *Volume) bool {
	if env.Archive {
		return v.How == Provisioned || v.How == FromSnapshot && !env.RestorePVsIsFalse() && !env.BackupSnapshotsAreIgnored()
	}
	return v.Made
}
