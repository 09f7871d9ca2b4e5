package backup

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
)

// CSIVolumeSnapshotClassBackupper brings in the Secret with which snapshots of the class are listed, which annotations
// name.
// Source: Velero v1.18.2 pkg/backup/actions/csi/volumesnapshotclass_action.go:48-96.
func CSIVolumeSnapshotClassBackupper() actions.Action {
	return actions.Action{
		Name:      "velero.io/csi-volumesnapshotclass-backupper",
		Summary:   "backs up the Secret with which snapshots of a VolumeSnapshotClass are listed",
		AppliesTo: actions.Selector{Resources: []string{layout.CSISnapshotClasses}},
		V2:        true,
		Feature:   actions.FeatureCSI,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			return annotatedSecret(in.Item, "csi.storage.k8s.io/snapshotter-list-secret-")
		},
	}
}
