package transform

import (
	"errors"
	"fmt"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

const snapshotLocations = "volumesnapshotlocations.velero.io"

// snapshot is a PersistentVolume's native snapshot, nil if it has none.
func (v *volumes) snapshot(pv string) *velero.VolumeSnapshot { return v.snapshots[pv] }

// firstByVolume indexes snapshots by PersistentVolume; of several, Velero takes the first.
func firstByVolume(list []velero.VolumeSnapshot) map[string]*velero.VolumeSnapshot {
	first := map[string]*velero.VolumeSnapshot{}
	for i := range list {
		if name := list[i].Spec.PersistentVolumeName; first[name] == nil {
			first[name] = &list[i]
		}
	}
	return first
}

// useSnapshot asks the provider for what Velero asks its plugin, and says whether a volume would be made.
// Source: v1.18.2 pkg/restore/pv_restorer.go:49-101 (executePVAction).
func (v *volumes) useSnapshot(it *item) (made bool, err error) {
	s := v.snapshot(it.key.Name)
	if s == nil || v.restorePVsIsFalse() {
		return false, nil
	}
	if s.Spec.Location == "" { // no cluster has one without a name
		return false, &actions.Failure{ID: "volume-snapshot-without-location", Err: errors.New(
			"its snapshot names no VolumeSnapshotLocation, and Velero fails to look for it")}
	}
	if err := v.provider.Init(v.locationOf(s).Get("spec", "config").StringMap()); err != nil {
		return false, err
	}
	id, err := v.provider.CreateVolumeFromSnapshot(s.Status.ProviderSnapshotID, s.Spec.VolumeType, s.Spec.VolumeAZ, s.Spec.VolumeIOPS)
	if err != nil {
		it.report.Warn("volume-snapshot-incomplete", "", fmt.Sprintf(
			"%v (phase %s); Velero's plugin can make no volume from it, and then the PersistentVolume is not restored", err, orUnknown(s.Status.Phase)))
		return false, nil
	}
	return true, v.provider.SetVolumeID(it.object, id)
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// locationOf is the VolumeSnapshotLocation of a snapshot: the target's, which Velero asks for, else the backup's.
func (v *volumes) locationOf(s *velero.VolumeSnapshot) *object.Value {
	namespace := v.o.Restore.Namespace
	if given, ok := v.view.Get(snapshotLocations, namespace, s.Spec.Location); ok {
		return given
	}
	return v.fromBackup(actions.ItemRef{Resource: snapshotLocations, Namespace: namespace, Name: s.Spec.Location})
}

// warnOfVolumeID says that the id in a PersistentVolume will be another.
func (v *volumes) warnOfVolumeID(it *item) {
	s := v.snapshot(it.key.Name)
	it.report.Warn("volume-id-unknown", "spec", fmt.Sprintf(
		"Velero makes a new volume from snapshot %s (type %s, zone %s) and writes its id into the PV; the id shown is the old volume's%s",
		s.Status.ProviderSnapshotID, s.Spec.VolumeType, s.Spec.VolumeAZ, v.droppedIOPS(s, it.object)))
}

// droppedIOPS says that the plugin of AWS does not pass the recorded IOPS on, "" where it does, where there are none, and
// where the snapshot's location names another plugin.
func (v *volumes) droppedIOPS(s *velero.VolumeSnapshot, pv *object.Value) string {
	ebs, is := volume.For(pv).(volume.EBS)
	provider := strings.TrimPrefix(v.locationOf(s).Get("spec", "provider").Str(), "velero.io/")
	if !is || provider != "" && provider != "aws" || s.Spec.VolumeIOPS == nil || *s.Spec.VolumeIOPS == 0 || !ebs.DropsIOPS(s.Spec.VolumeType) {
		return ""
	}
	return "; velero-plugin-for-aws passes on IOPS of io1 and io2 only"
}
