package builtin

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/backup"
	"github.com/veltx/veltx/actions/delete"
)

// Backup returns the backup item actions of a Velero version in their order.
// Source: Velero v1.18.2 pkg/cmd/server/plugin/plugin.go:53-64, :141-156 and :185-194, v1.6.3
// pkg/cmd/server/plugin/plugin.go:40-43.
func Backup(profile actions.Profile) []actions.Action {
	list := []actions.Action{
		backup.CRDRemapVersion(profile),
		backup.Pod(profile),
		backup.PV(profile),
		backup.ServiceAccount(),
	}
	if profile == actions.V1_6 {
		return list
	}
	return append(list,
		// Version 2 of the interface.
		backup.CSIPVCBackupper(),
		backup.CSIVolumeSnapshotBackupper(),
		backup.CSIVolumeSnapshotClassBackupper(),
		backup.CSIVolumeSnapshotContentBackupper(),
	)
}

// ItemBlock returns the item block actions of a Velero version in their order; 1.6 has none.
// Source: Velero v1.18.2 pkg/cmd/server/plugin/plugin.go:173-184.
func ItemBlock(profile actions.Profile) []actions.Action {
	if profile == actions.V1_6 {
		return nil
	}
	return []actions.Action{
		backup.PodBlock(),
		backup.PVCBlock(),
		backup.ServiceAccountBlock(),
	}
}

// Delete returns the delete item actions of a Velero version in their order; 1.6 has none.
// Source: Velero v1.18.2 pkg/cmd/server/plugin/plugin.go:133-140.
func Delete(profile actions.Profile) []actions.Action {
	if profile == actions.V1_6 {
		return nil
	}
	return []actions.Action{
		delete.CSIVolumeSnapshotContentDelete(),
		delete.DataUploadDelete(),
	}
}
