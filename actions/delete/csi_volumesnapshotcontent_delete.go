package delete

import (
	"errors"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
)

// CSIVolumeSnapshotContentDelete deletes the snapshot of a VolumeSnapshotContent that this very backup made: it creates
// one of its own for the snapshot's handle, with deletion policy Delete, and deletes it at once, upon which the CSI
// driver deletes the snapshot. Contents that others made stay.
// Source: Velero v1.18.2 internal/delete/actions/csi/volumesnapshotcontent_action.go:57-130, pkg/util/kube/utils.go:356-361.
//
// Differs from Velero: nothing is created, the handle is told.
func CSIVolumeSnapshotContentDelete() actions.Action {
	return actions.Action{
		Name:      "velero.io/csi-volumesnapshotcontent-delete",
		Summary:   "has the CSI driver delete the snapshot of a VolumeSnapshotContent",
		AppliesTo: actions.Selector{Resources: []string{layout.CSISnapshotContents}},
		Typed:     typed.VolumeSnapshotContent,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			out := &actions.Output{}
			if in.Backup.Name == "" || !in.Item.Get("metadata", "labels", backupNameLabel).Is(velero.LabelValue(in.Backup.Name)) {
				out.Explain("metadata.labels", "its snapshot stays: this backup did not take it")
				return out, nil
			}
			if in.Item.Get("status").IsNull() {
				return nil, errors.New("status: is missing, so no snapshot can be told")
			}
			out.Deletes = []actions.Deletion{{
				What: "CSI snapshot", ID: in.Item.Get("status", "snapshotHandle").Str(),
				How: "the CSI driver " + in.Item.Get("spec", "driver").Str() + " deletes it",
			}}
			return out, nil
		},
	}
}
