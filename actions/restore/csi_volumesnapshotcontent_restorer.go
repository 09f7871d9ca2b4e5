package restore

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// CSIVolumeSnapshotContentRestorer turns a content into one that stands for a snapshot that exists: its source is the
// handle from the backup's status, it is retained, it refers to the VolumeSnapshot by its new name, which is its own as
// well, and its class is the target's first one of its driver. The Secret of its annotations is brought in. restorePVs
// false skips it. Before 1.18.1 it keeps its class, and before 1.16 all of it. With EnableCSI only.
// Source: Velero v1.18.2 pkg/restore/actions/csi/volumesnapshotcontent_action.go:59-154,
// pkg/util/csi/volume_snapshot.go:470-477, v1.15.2 pkg/restore/actions/csi/volumesnapshotcontent_action.go:50-85.
func CSIVolumeSnapshotContentRestorer(profile actions.Profile) actions.Action {
	var needs []string
	if profile.Does(actions.ClearsSnapshotClasses) {
		needs = append(needs, layout.CSISnapshotClasses)
	}
	retypes := actions.Always
	if !profile.Does(actions.RenamesSnapshots) {
		retypes = nil
	}
	return actions.Action{
		Name:      "velero.io/csi-volumesnapshotcontent-restorer",
		Summary:   "points a VolumeSnapshotContent to the snapshot of the backup",
		AppliesTo: actions.Selector{Resources: []string{layout.CSISnapshotContents}},
		Needs:     needs,
		V2:        true,
		Feature:   actions.FeatureCSI,
		Retypes:   retypes,
		Execute:   csiContent,
	}
}

func csiContent(in *actions.Input) (*actions.Output, error) {
	if csiNoVolumes(in.Restore) {
		return &actions.Output{Skip: "the Restore has restorePVs false"}, nil
	}
	if !in.Profile.Does(actions.RenamesSnapshots) {
		return csiContentAsItIs(in)
	}
	if err := cmp.Or(in.Item.Fits(typed.VolumeSnapshotContent()), in.ItemFromBackup.Fits(typed.VolumeSnapshotContent())); err != nil {
		return nil, err
	}
	handle, err := field.Get(in.ItemFromBackup, "", object.String, "status", "snapshotHandle")
	if err != nil {
		return nil, err
	}
	if handle == nil {
		return nil, errors.New("status.snapshotHandle: is missing in the backup")
	}
	secrets, err := csiSecret(in.Item, "csi.storage.k8s.io/snapshotter-secret-")
	if err != nil {
		return nil, err
	}
	out := &actions.Output{Additional: secrets}
	if err := csiContentSnapshot(in); err != nil {
		return nil, err
	}
	if in.Profile.Does(actions.ClearsSnapshotClasses) {
		if err := csiContentClass(in, out); err != nil {
			return nil, err
		}
	}
	in.Item.Remove("spec", "source", "volumeHandle")
	return out, cmp.Or(
		csiPut(in.Item, object.Text(handle.Str()), "spec", "source", "snapshotHandle"),
		csiPut(in.Item, object.Text("Retain"), "spec", "deletionPolicy"),
	)
}

// csiContentSnapshot renames the content and the snapshot that it refers to.
func csiContentSnapshot(in *actions.Input) error {
	namespace, err := field.Text(in.Item, "", "spec", "volumeSnapshotRef", "namespace")
	if err != nil {
		return err
	}
	old, err := field.Text(in.ItemFromBackup, "", "spec", "volumeSnapshotRef", "name")
	if err != nil {
		return err
	}
	if mapped, ok := in.Restore.Spec.NamespaceMapping[namespace]; ok {
		if err := csiPut(in.Item, object.Text(mapped), "spec", "volumeSnapshotRef", "namespace"); err != nil {
			return err
		}
	}
	in.Item.Remove("spec", "volumeSnapshotRef", "resourceVersion")
	in.Item.Remove("spec", "volumeSnapshotRef", "uid")
	name := object.Text(velero.SnapshotName(string(in.Restore.UID), old))
	return cmp.Or(
		csiPut(in.Item, name, "spec", "volumeSnapshotRef", "name"),
		csiPut(in.Item, name, "metadata", "name"),
	)
}

// csiContentClass gives the content the target's first class of its driver.
func csiContentClass(in *actions.Input, out *actions.Output) error {
	driver, err := field.Text(in.Item, "", "spec", "driver")
	if err != nil {
		return err
	}
	had, err := field.Text(in.Item, "", "spec", "volumeSnapshotClassName")
	if err != nil {
		return err
	}
	in.Item.Remove("spec", "volumeSnapshotClassName")
	for _, class := range in.Target.List(layout.CSISnapshotClasses, "") {
		if class.Get("driver").Str() == driver {
			return in.Item.Put(object.Text(class.Name()), "spec", "volumeSnapshotClassName")
		}
	}
	if had != "" && !in.Target.Complete(layout.CSISnapshotClasses) {
		out.Notice("snapshot-class-unknown", "spec.volumeSnapshotClassName", fmt.Sprintf("removed; Velero sets the target's "+
			"class for driver %s, which is not described", driver))
	}
	return nil
}

// csiContentAsItIs only brings in the Secret.
func csiContentAsItIs(in *actions.Input) (*actions.Output, error) {
	if err := in.Item.Fits(typed.VolumeSnapshotContent()); err != nil {
		return nil, err
	}
	secrets, err := csiSecret(in.Item, "csi.storage.k8s.io/snapshotter-secret-")
	if err == nil && len(secrets) > 0 && !in.Profile.Does(actions.RunsCSIActions) {
		// The plugin looks for one pair of annotations and reads another: v0.7.1 internal/restore/volumesnapshotcontent_action.go:62-71.
		secrets[0].Name = in.Item.Annotation("velero.io/csi-deletesnapshotsecret-name")
		secrets[0].Namespace = in.Item.Annotation("velero.io/csi-deletesnapshotsecret-namespace")
	}
	return &actions.Output{Additional: secrets}, err
}
