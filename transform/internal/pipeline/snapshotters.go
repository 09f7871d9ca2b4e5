package pipeline

import (
	"errors"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
)

// endsRun says that a plugin hangs, or does something else that it would do for each item to come.
func endsRun(err error) bool {
	broken := new(actions.Broken)
	return errors.As(err, &broken)
}

// IDs is what knows the id of a PersistentVolume's volume: the plugin that Velero would ask, or what veltx knows of its kind of storage;
// nil for none.
func (v *Volume) IDs(pv *object.Value) volume.IDs {
	if v.plugin != nil {
		return v.plugin
	}
	return volume.For(pv)
}

// findSnapshotter finds the plugin of the VolumeSnapshotLocation that a PersistentVolume's snapshot is of. Whether one that cannot take its
// config here can do so on Velero's server, which has credentials, is not known.
func (env *Env) findSnapshotter(it *Item) error {
	s := env.Volumes.Snapshot(it.Key.Name)
	if env.Snapshotters == nil || s == nil {
		return nil
	}
	spec := env.LocationOf(s).Get("spec")
	provider := spec.Get("provider").Str()
	if provider == "" {
		return nil
	}
	ids, err := env.Snapshotters.Snapshotter(provider, spec.Get("config").StringMap())
	switch {
	case err != nil && endsRun(err):
		return err
	case err != nil:
		it.Report.Notice("volume-snapshotter-not-ready", "", fmt.Sprintf(
			"the plugin %s cannot take the config of VolumeSnapshotLocation %s here, and is not asked for the volume's id: %v", provider, s.Spec.Location, err))
	case ids != nil:
		it.Volume.plugin = ids
	}
	return nil
}

// tryVolumeID asks the plugin whether it can write an id into the PersistentVolume, as Velero will: which one only the cloud knows.
// Source: v1.18.3 pkg/restore/pv_restorer.go:79-82.
func (v *Volume) tryVolumeID(pv *object.Value, placeholder string) error {
	if v.plugin == nil {
		return nil
	}
	if err := v.plugin.SetVolumeID(pv.Clone(), placeholder); err != nil {
		return &actions.Failure{ID: "volume-id-not-written", Err: err}
	}
	return nil
}
