// Package builtin lists the item actions that Velero itself has, in the order in which it runs them.
//
// Velero's server asks its own binary for its actions first and then each plugin's binary. A binary names its actions
// by kind, version 1 before version 2, and sorted by name within a kind (v1.18.2 pkg/plugin/framework/server.go:273-281,
// pkg/plugin/framework/common/server_mux.go:60). Version 1 actions of a restore are adapted to version 2 and listed
// where they stand (pkg/plugin/clientmgmt/process/registry.go:210-234, pkg/plugin/clientmgmt/manager.go:315-350). So of
// Velero's own actions those of version 1 run first, by name, then those of version 2, by name: the CSI ones, which come
// after velero.io/pvc for that reason. v1.6.3 has version 1 only (pkg/plugin/framework/server.go:203-208).
package builtin

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/restore"
)

// Restore returns the restore item actions of a Velero version in their order.
// Source: Velero v1.18.2 pkg/cmd/server/plugin/plugin.go:65-172, v1.6.3 pkg/cmd/server/plugin/plugin.go:44-57.
//
// Differs from Velero: velero.io/change-pvc-node-selector is gone from v1.18.2, but stands in the list of that profile;
// it does nothing there unless the user maps nodes.
func Restore(profile actions.Profile) []actions.Action {
	if profile == actions.V1_6 {
		return []actions.Action{
			restore.AddPVFromPVC(),
			restore.AddPVCFromPod(),
			restore.APIService(),
			restore.ChangePVCNodeSelector(profile),
			restore.ChangeStorageClass(profile),
			restore.ClusterRoleBindings(),
			restore.CRDPreserveFields(),
			restore.InitRestoreHook(profile),
			restore.Job(profile),
			restore.Pod(profile),
			restore.PodVolumeRestore(profile),
			restore.RoleBindings(),
			restore.Service(profile),
			restore.ServiceAccount(),
		}
	}
	return []actions.Action{
		restore.AddPVCFromPod(),
		restore.AdmissionWebhookConfiguration(),
		restore.APIService(),
		restore.ChangeImageName(),
		restore.ChangePVCNodeSelector(profile),
		restore.ChangeStorageClass(profile),
		restore.ClusterRoleBindings(),
		restore.CRDPreserveFields(),
		restore.DataUpload(),
		restore.InitRestoreHook(profile),
		restore.Job(profile),
		restore.Pod(profile),
		restore.PodVolumeRestore(profile),
		restore.PVC(),
		restore.RoleBindings(),
		restore.Secret(),
		restore.Service(profile),
		restore.ServiceAccount(),

		// Version 2 of the interface.
		restore.CSIPVCRestorer(),
		restore.CSIVolumeSnapshotRestorer(),
		restore.CSIVolumeSnapshotClassRestorer(),
		restore.CSIVolumeSnapshotContentRestorer(),
	}
}
