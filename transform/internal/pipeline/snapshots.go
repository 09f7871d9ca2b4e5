package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// useSnapshot asks the provider for what Velero asks its plugin.
// Source: v1.18.2 pkg/restore/pv_restorer.go:49-101 (executePVAction), v1.13.2 :49-60.
func (env *Env) useSnapshot(it *Item) error {
	s := env.Volumes.Snapshot(it.Key.Name)
	if s == nil || env.RestorePVsIsFalse() || env.BackupSnapshotsAreIgnored() {
		return nil
	}
	if s.Spec.Location == "" { // no cluster has one without a name
		return &actions.Failure{ID: "volume-snapshot-without-location", Err: errors.New(
			"its snapshot has no VolumeSnapshotLocation, and Velero cannot look it up")}
	}
	provider := volume.NewOffline(env.Volumes.Native)
	if err := provider.Init(env.LocationOf(s).Get("spec", "config").StringMap()); err != nil {
		return err
	}
	id, err := provider.CreateVolumeFromSnapshot(s.Status.ProviderSnapshotID, s.Spec.VolumeType, s.Spec.VolumeAZ, s.Spec.VolumeIOPS)
	if err != nil {
		it.Report.Warn("volume-snapshot-incomplete", "", fmt.Sprintf(
			"%v (phase %s); Velero's plugin cannot create a volume from it, and then the PersistentVolume is not restored", err, OrUnknown(s.Status.Phase)))
		it.Volume.Calls = provider.Take()
		return nil
	}
	it.Volume.Made = true
	err = errors.Join(provider.SetVolumeID(it.Object, id), it.Volume.tryVolumeID(it.Object, id))
	it.Volume.Calls = provider.Take()
	return err
}

// OrUnknown is a word for what is empty.
func OrUnknown(s string) string { return cmp.Or(s, "unknown") }

const snapshotLocations = "volumesnapshotlocations.velero.io"

// LocationOf is the VolumeSnapshotLocation of a snapshot: the target's, which Velero asks for, else the backup's.
func (env *Env) LocationOf(s *velero.VolumeSnapshot) *object.Value {
	namespace := env.Restore.Namespace
	if given, ok := env.Target.Get(snapshotLocations, namespace, s.Spec.Location); ok {
		return given
	}
	return env.Backup.Get(layout.Address{Resource: snapshotLocations, Namespace: namespace, Name: s.Spec.Location})
}

// noteVolumeID says that the id in a PersistentVolume will be another.
func (env *Env) noteVolumeID(it *Item) {
	s := env.Volumes.Snapshot(it.Key.Name)
	it.Report.Notice("volume-id-unknown", "spec", fmt.Sprintf(
		"Velero creates a new volume from snapshot %s (type %s, zone %s) and writes its id into the PV; the id shown is the old volume's%s",
		s.Status.ProviderSnapshotID, s.Spec.VolumeType, s.Spec.VolumeAZ, env.droppedIOPS(s, it.Object)))
}

// droppedIOPS says that the plugin of AWS does not pass the recorded IOPS on, "" where it does, where there are none, and
// where the snapshot's location names another plugin.
func (env *Env) droppedIOPS(s *velero.VolumeSnapshot, pv *object.Value) string {
	ebs, is := volume.For(pv).(volume.EBS)
	provider := strings.TrimPrefix(env.LocationOf(s).Get("spec", "provider").Str(), "velero.io/")
	if !is || provider != "" && provider != "aws" || s.Spec.VolumeIOPS == nil || *s.Spec.VolumeIOPS == 0 || !ebs.DropsIOPS(s.Spec.VolumeType) {
		return ""
	}
	return "; velero-plugin-for-aws passes on IOPS of io1 and io2 only"
}
