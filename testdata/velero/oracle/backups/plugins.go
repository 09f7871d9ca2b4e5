package backups

import (
	"context"
	"fmt"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	biav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/backupitemaction/v2"
	ibav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/itemblockaction/v1"
	"github.com/vmware-tanzu/velero/pkg/podvolume"

	"github.com/veltx/veltx/testdata/velero/oracle"
)

// backupPlugins stands in for Velero's plugin manager during a backup.
type backupPlugins struct {
	oracle.Plugins
	own *backupActions
}

// GetBackupItemActionsV2 returns Velero's own actions, in Velero's order.
func (p *backupPlugins) GetBackupItemActionsV2() ([]biav2.BackupItemAction, error) {
	return p.own.items, nil
}

// GetBackupItemActionV2 returns one action by its registered name.
func (p *backupPlugins) GetBackupItemActionV2(name string) (biav2.BackupItemAction, error) {
	for _, a := range p.own.items {
		if a.Name() == name {
			return a, nil
		}
	}
	return nil, fmt.Errorf("no backup item action %s", name)
}

// GetItemBlockActions returns Velero's own actions, in Velero's order.
func (p *backupPlugins) GetItemBlockActions() ([]ibav1.ItemBlockAction, error) {
	var out []ibav1.ItemBlockAction
	for _, b := range p.own.blocks {
		out = append(out, b.ItemBlockAction)
	}
	return out, nil
}

// podVolumes makes backuppers of pod volumes that have nothing to do. A case
// whose pods want their volumes backed up makes them panic.
type podVolumes struct{ podvolume.Backupper }

// NewBackupper makes one.
func (p podVolumes) NewBackupper(context.Context, logrus.FieldLogger, *velerov1.Backup, string) (podvolume.Backupper, error) {
	return p, nil
}

// WaitAllPodVolumesProcessed waits for nothing.
func (podVolumes) WaitAllPodVolumesProcessed(logrus.FieldLogger) []*velerov1.PodVolumeBackup {
	return nil
}

// ListPodVolumeBackupsByPod finds none.
func (podVolumes) ListPodVolumeBackupsByPod(string, string) ([]*velerov1.PodVolumeBackup, error) {
	return nil, nil
}
