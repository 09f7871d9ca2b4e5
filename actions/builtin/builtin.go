// Package builtin has the item actions that Velero itself has, in the order in which it runs them.
//
// Velero's server asks its own binary for its actions first and then each plugin's binary. A binary names its actions
// by kind, version 1 before version 2, and sorted by name within a kind (v1.18.2 pkg/plugin/framework/server.go:273-281,
// pkg/plugin/framework/common/server_mux.go:60). Version 1 actions of a restore are adapted to version 2 and listed
// where they stand (pkg/plugin/clientmgmt/process/registry.go:210-234, pkg/plugin/clientmgmt/manager.go:315-350). So of
// Velero's own actions those of version 1 run first, by name, then those of version 2, by name: the CSI ones, which come
// after velero.io/pvc for that reason. v1.6.3 has version 1 only (pkg/plugin/framework/server.go:203-208).
//
// The lists below say which actions there are and are put into that order by the rule, as Velero does it: a new action
// is one line, anywhere in its list.
package builtin

import (
	"cmp"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/backup"
	"github.com/veltx/veltx/actions/delete"
	"github.com/veltx/veltx/actions/restore"
)

// Restore returns the restore item actions of a Velero version in their order.
// Source: Velero v1.18.2 pkg/cmd/server/plugin/plugin.go:65-172, v1.15.2 :50-180, v1.6.3 :44-57.
//
// Differs from Velero: velero.io/change-pvc-node-selector is gone since 1.16, but stands in the lists of all profiles: in 1.16 and 1.17 it
// does a part of velero.io/pvc, and in 1.18 it warns of a mapping of nodes, which it follows only in files.
func Restore(profile actions.Profile) []actions.Action {
	list := []actions.Action{
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
	more := func(b actions.Behavior, more ...actions.Action) {
		if profile.Does(b) {
			list = append(list, more...)
		}
	}
	more(actions.AdaptsWebhooks, restore.AdmissionWebhookConfiguration())
	more(actions.RestoresServiceAccountsBeforeSecrets, restore.Secret())
	more(actions.MapsImages, restore.ChangeImageName())
	more(actions.PrioritizesDataUploads, restore.DataUpload())
	more(actions.RunsCSIPlugin, restore.CSIPVCRestorer(profile), restore.CSIVolumeSnapshotRestorer(profile),
		restore.CSIVolumeSnapshotClassRestorer(), restore.CSIVolumeSnapshotContentRestorer(profile))
	if profile.Does(actions.MakesVolumesOfClaims) {
		return inOrder(list, restore.PVC(profile))
	}
	return inOrder(list, restore.AddPVFromPVC())
}

// Backup returns the backup item actions of a Velero version in their order.
// Source: Velero v1.18.2 pkg/cmd/server/plugin/plugin.go:53-64, :141-156 and :185-194, v1.6.3
// pkg/cmd/server/plugin/plugin.go:40-43.
func Backup(profile actions.Profile) []actions.Action {
	both := []actions.Action{
		backup.CRDRemapVersion(profile),
		backup.Pod(profile),
		backup.PV(profile),
		backup.ServiceAccount(),
	}
	if !profile.Does(actions.RunsCSIPlugin) {
		return inOrder(both)
	}
	return inOrder(both,
		backup.CSIPVCBackupper(),
		backup.CSIVolumeSnapshotBackupper(),
		backup.CSIVolumeSnapshotClassBackupper(),
		backup.CSIVolumeSnapshotContentBackupper(),
	)
}

// ItemBlock returns the item block actions of a Velero version in their order; 1.6 has none.
// Source: Velero v1.18.2 pkg/cmd/server/plugin/plugin.go:173-184.
func ItemBlock(profile actions.Profile) []actions.Action {
	if !profile.Does(actions.RunsItemBlocks) {
		return nil
	}
	return inOrder(nil,
		backup.PodBlock(),
		backup.PVCBlock(),
		backup.ServiceAccountBlock(),
	)
}

// Delete returns the delete item actions of a Velero version in their order; 1.6 has none.
// Source: Velero v1.18.2 pkg/cmd/server/plugin/plugin.go:133-140.
func Delete(profile actions.Profile) []actions.Action {
	if !profile.Does(actions.RunsCSIPlugin) {
		return nil
	}
	list := []actions.Action{delete.CSIVolumeSnapshotContentDelete()}
	if profile.Does(actions.PrioritizesDataUploads) {
		list = append(list, delete.DataUploadDelete())
	}
	return inOrder(list)
}

// inOrder puts actions of one kind into Velero's order: version 1 of the interface, then version 2, each by name.
func inOrder(list []actions.Action, more ...actions.Action) []actions.Action {
	return slices.SortedFunc(slices.Values(append(list, more...)), func(a, b actions.Action) int {
		switch {
		case a.V2 == b.V2:
			return cmp.Compare(a.Name, b.Name)
		case a.V2:
			return 1
		}
		return -1
	})
}

// Listed is an action as users know it: the same in all profiles, and what differs by profile.
type Listed struct {
	Name     string          `json:"name"`
	Kind     string          `json:"kind"`
	Summary  string          `json:"summary"`
	Feature  string          `json:"feature,omitempty"` // without which Velero does not run it
	Profiles []ListedProfile `json:"profiles"`
}

// ListedProfile is an action as one version of Velero has it.
type ListedProfile struct {
	Velero        string   `json:"velero"`
	Resources     []string `json:"resources"`
	LabelSelector string   `json:"labelSelector,omitempty"`
	Needs         []string `json:"needs,omitempty"` // resources of the target
	Archive       bool     `json:"archive"`         // also run when an archive is rewritten
}

// OfKind are the actions of one kind.
type OfKind struct {
	Kind actions.Kind
	In   func(actions.Profile) []actions.Action
}

// Kinds are the kinds in the order in which they are listed.
func Kinds() []OfKind {
	return []OfKind{
		{actions.RestoreItemAction, Restore},
		{actions.BackupItemAction, Backup},
		{actions.ItemBlockAction, ItemBlock},
		{actions.DeleteItemAction, Delete},
	}
}

// List lists the actions of all kinds and profiles, each once.
func List() []Listed {
	var list []Listed
	for _, k := range Kinds() {
		list = append(list, k.list()...)
	}
	return list
}

func (k OfKind) list() []Listed {
	var list []Listed
	for _, profile := range actions.Profiles() {
		for _, a := range k.In(profile) {
			i := slices.IndexFunc(list, func(l Listed) bool { return l.Name == a.Name })
			if i < 0 {
				i = len(list)
				list = append(list, Listed{Name: a.Name, Kind: string(k.Kind), Summary: a.Summary, Feature: a.Feature})
			}
			list[i].Profiles = append(list[i].Profiles, ListedProfile{
				Velero: profile.String(), Resources: a.AppliesTo.Resources, LabelSelector: a.AppliesTo.LabelSelector,
				Needs: a.Needs, Archive: a.Archive,
			})
		}
	}
	slices.SortFunc(list, func(a, b Listed) int { return strings.Compare(a.Name, b.Name) })
	return list
}
