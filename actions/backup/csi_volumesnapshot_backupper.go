package backup

import (
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// CSIVolumeSnapshotBackupper notes on a VolumeSnapshot what a restore has to know of its content, and brings in its class
// and its content.
// Source: Velero v1.18.2 pkg/backup/actions/csi/volumesnapshot_action.go:70-215, pkg/util/csi/volume_snapshot.go:782-804.
//
// Differs from Velero: the content does not get the label velero.io/backup-name. The snapshot stays that of the backup
// that took it, so that deleting a backup cut out of that one does not delete it.
func CSIVolumeSnapshotBackupper() actions.Action {
	return actions.Action{
		Name:      "velero.io/csi-volumesnapshot-backupper",
		Summary:   "backs up the class and the content of a VolumeSnapshot and notes its handle",
		AppliesTo: actions.Selector{Resources: []string{layout.CSISnapshots}},
		Needs:     []string{layout.CSISnapshotContents},
		V2:        true,
		Feature:   actions.FeatureCSI,
		Execute:   snapshotNeeds,
	}
}

func snapshotNeeds(in *actions.Input) (*actions.Output, error) {
	class, err := field.Text(in.Item, "", "spec", "volumeSnapshotClassName")
	if err != nil {
		return nil, err
	}
	name, err := field.Text(in.Item, "", "status", "boundVolumeSnapshotContentName")
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, errors.New("status.boundVolumeSnapshotContentName: is missing; Velero does not back such a snapshot up")
	}
	content, ok := in.Target.Get(layout.CSISnapshotContents, "", name)
	if !ok {
		return nil, fmt.Errorf("status.boundVolumeSnapshotContentName: there is no VolumeSnapshotContent %s", name)
	}
	out := &actions.Output{MustInclude: true}
	if class != "" {
		out.Additional = append(out.Additional, actions.ItemRef{Resource: layout.CSISnapshotClasses, Name: class})
	}
	out.Additional = append(out.Additional, actions.ItemRef{Resource: layout.CSISnapshotContents, Name: name})
	return out, noteContent(in.Item, content)
}

// noteContent writes what a restore reads into the snapshot's annotations.
func noteContent(snapshot, content *object.Value) error {
	notes := []struct{ annotation, value string }{
		{"velero.io/csi-vsc-deletion-policy", content.Get("spec", "deletionPolicy").Str()},
	}
	note := func(annotation, value string) {
		notes = append(notes, struct{ annotation, value string }{annotation, value})
	}
	if handle, ok := content.Get("status", "snapshotHandle").Text(); ok {
		note("velero.io/csi-volumesnapshot-handle", handle)
		note("velero.io/csi-driver-name", content.Get("spec", "driver").Str())
	}
	if size, ok := content.Get("status", "restoreSize").Int(); ok {
		note("velero.io/csi-volumesnapshot-restore-size", resource.NewQuantity(size, resource.BinarySI).String())
	}
	if group, ok := content.Get("status", "volumeGroupSnapshotHandle").Text(); ok {
		note("velero.io/csi-volumegroupsnapshot-handle", group)
	}
	for _, n := range notes {
		if err := snapshot.Put(object.Text(n.value), "metadata", "annotations", n.annotation); err != nil {
			return err
		}
	}
	return nil
}
