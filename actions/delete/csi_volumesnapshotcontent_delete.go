package delete

import (
	"errors"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
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
			texts, err := readTexts(in.Item, [][]string{{"spec", "driver"}, {"status", "snapshotHandle"}})
			if err != nil {
				return nil, err
			}
			labels, err := field.Texts(in.Item, "", "metadata", "labels")
			if err != nil {
				return nil, err
			}
			out := &actions.Output{}
			if in.Backup.Name == "" || labels[backupNameLabel] != velero.LabelValue(in.Backup.Name) {
				out.Explain("metadata.labels", "its snapshot stays: this backup did not take it")
				return out, nil
			}
			if in.Item.Get("status").IsNull() {
				return nil, errors.New("status: is missing, so no snapshot can be told")
			}
			out.Deletes = []actions.Deletion{{What: "CSI snapshot", ID: texts[1], How: "the CSI driver " + texts[0] + " deletes it"}}
			return out, nil
		},
	}
}
