package backups

import (
	"maps"
	"slices"
	_ "unsafe" // for go:linkname

	"fmt"

	"github.com/sirupsen/logrus"
	"github.com/vmware-tanzu/velero/pkg/backup/actions"
	"github.com/vmware-tanzu/velero/pkg/backup/actions/csi"
	"github.com/vmware-tanzu/velero/pkg/client"
	_ "github.com/vmware-tanzu/velero/pkg/cmd/server/plugin" // has newVolumeSnapshotContentDeleteItemAction
	"github.com/vmware-tanzu/velero/pkg/datamover"
	itemblock "github.com/vmware-tanzu/velero/pkg/itemblock/actions"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework/common"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	biav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/backupitemaction/v1"
	biav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/backupitemaction/v2"
	ibav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/itemblockaction/v1"
	"github.com/vmware-tanzu/velero/pkg/util/actionhelpers"
	apiextensions "k8s.io/apiextensions-apiserver/pkg/client/clientset/clientset"

	"github.com/veltx/veltx/testdata/velero/oracle"
)

// newVolumeSnapshotContentDeleteItemAction makes an action of a package that
// cannot be imported.
//
//go:linkname newVolumeSnapshotContentDeleteItemAction github.com/vmware-tanzu/velero/pkg/cmd/server/plugin.newVolumeSnapshotContentDeleteItemAction
func newVolumeSnapshotContentDeleteItemAction(f client.Factory) common.HandlerInitializer

// backupActions are the actions that Velero registers for backups, by kind
// and in Velero's order.
type backupActions struct {
	items   []biav2.BackupItemAction
	blocks  []namedBlock
	deletes []namedDelete
}

// namedBlock and namedDelete are actions under their registered names.
type (
	namedBlock struct {
		ibav1.ItemBlockAction
		name string
	}
	namedDelete struct {
		velero.DeleteItemAction
		name string
	}
)

func newBackupActions(r *oracle.Release, f *oracle.Factory, flags []string, log logrus.FieldLogger) (*backupActions, error) {
	out, clients := &backupActions{}, r.Clients(f)
	first, err := firstBackupActions(f, flags, log)
	if err != nil {
		return nil, err
	}
	for _, name := range names(first) {
		out.items = append(out.items, adaptedBackup{backupCrossing{name}, first[name]})
	}
	for _, fill := range []func(client.Factory, logrus.FieldLogger) error{out.addSecond, out.addBlocks, out.addOwnDeletes} {
		if err := fill(clients, log); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func firstBackupActions(f *oracle.Factory, flags []string, log logrus.FieldLogger) (map[string]biav1.BackupItemAction, error) {
	kube, err := f.KubeClient()
	if err != nil {
		return nil, err
	}
	helper, err := f.Helper(log)
	if err != nil {
		return nil, err
	}
	accounts, err := actions.NewServiceAccountAction(log, actionhelpers.NewClusterRoleBindingListerMap(kube), helper)
	if err != nil {
		return nil, fmt.Errorf("velero.io/service-account: %w", err)
	}
	out := map[string]biav1.BackupItemAction{
		"velero.io/pv":              actions.NewPVCAction(log),
		"velero.io/pod":             actions.NewPodAction(log),
		"velero.io/service-account": accounts,
	}
	for _, flag := range flags {
		if flag == "EnableAPIGroupVersions" {
			return out, nil
		}
	}
	cfg, err := f.ClientConfig()
	if err != nil {
		return nil, err
	}
	definitions, err := apiextensions.NewForConfig(cfg)
	if err != nil {
		return nil, err
	}
	out["velero.io/crd-remap-version"] = actions.NewRemapCRDVersionAction(log, definitions.ApiextensionsV1beta1().CustomResourceDefinitions(), helper)
	return out, nil
}

func (b *backupActions) addSecond(f client.Factory, log logrus.FieldLogger) error {
	made, err := oracle.Make[biav2.BackupItemAction](log, map[string]common.HandlerInitializer{
		"velero.io/csi-pvc-backupper":                   csi.NewPvcBackupItemAction(f),
		"velero.io/csi-volumesnapshot-backupper":        csi.NewVolumeSnapshotBackupItemAction(f),
		"velero.io/csi-volumesnapshotcontent-backupper": csi.NewVolumeSnapshotContentBackupItemAction,
		"velero.io/csi-volumesnapshotclass-backupper":   csi.NewVolumeSnapshotClassBackupItemAction,
	})
	for _, name := range names(made) {
		b.items = append(b.items, namedBackup{backupCrossing{name}, made[name]})
	}
	return err
}

func (b *backupActions) addBlocks(f client.Factory, log logrus.FieldLogger) error {
	made, err := oracle.Make[ibav1.ItemBlockAction](log, map[string]common.HandlerInitializer{
		"velero.io/pvc": itemblock.NewPVCAction(f),
		"velero.io/pod": func(log logrus.FieldLogger) (any, error) { return itemblock.NewPodAction(log), nil },
		"velero.io/service-account": func(log logrus.FieldLogger) (any, error) {
			kube, err := f.KubeClient()
			if err != nil {
				return nil, err
			}
			helper, err := oracle.HelperOf(kube, log)
			if err != nil {
				return nil, err
			}
			return itemblock.NewServiceAccountAction(log, actionhelpers.NewClusterRoleBindingListerMap(kube), helper)
		},
	})
	for _, name := range names(made) {
		b.blocks = append(b.blocks, namedBlock{made[name], name})
	}
	return err
}

func (b *backupActions) addOwnDeletes(f client.Factory, log logrus.FieldLogger) error {
	kb, err := f.KubebuilderClient()
	if err != nil {
		return err
	}
	made, err := oracle.Make[velero.DeleteItemAction](log, map[string]common.HandlerInitializer{
		"velero.io/dataupload-delete": func(log logrus.FieldLogger) (any, error) {
			return datamover.NewDataUploadDeleteAction(log, kb), nil
		},
		"velero.io/csi-volumesnapshotcontent-delete": newVolumeSnapshotContentDeleteItemAction(f),
	})
	for _, name := range names(made) {
		b.deletes = append(b.deletes, namedDelete{made[name], name})
	}
	return err
}

func names[A any](by map[string]A) []string { return slices.Sorted(maps.Keys(by)) }
