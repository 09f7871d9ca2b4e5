package backups

import (
	"context"
	"fmt"
	"reflect"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt"
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

// addPlugins adds the actions of test plugins that run in a backup, by Velero's own registry and manager, which run their processes.
func (b *backupActions) addPlugins(names []string) (cleanUp func(), err error) {
	return addFrom(names, func(manager clientmgmt.Manager) error {
		items, err := manager.GetBackupItemActionsV2()
		if err != nil {
			return err
		}
		b.items = oracle.Joined(b.items, items, manager.GetBackupItemActionV2)
		blocks, err := manager.GetItemBlockActions()
		for _, block := range blocks {
			b.blocks = append(b.blocks, namedBlock{block, block.Name()})
		}
		return err
	})
}

// addDeletes adds those that run when a backup is deleted. Others of plugins are not run by themselves: one that dies leaves the next
// to chance.
func (b *backupActions) addDeletes(names []string) (cleanUp func(), err error) {
	return addFrom(names, func(manager clientmgmt.Manager) error {
		deletes, err := manager.GetDeleteItemActions()
		for _, d := range deletes {
			b.deletes = append(b.deletes, namedDelete{d, nameOf(d)})
		}
		return err
	})
}

func addFrom(names []string, add func(clientmgmt.Manager) error) (cleanUp func(), err error) {
	manager, cleanUp, err := oracle.Manage(names, nil)
	if err != nil || manager == nil {
		return cleanUp, err
	}
	if err := add(manager); err != nil {
		cleanUp()
		return nil, err
	}
	return cleanUp, nil
}

// nameOf is the name of a DeleteItemAction of Velero's manager, which nothing else tells.
func nameOf(action any) string {
	key := reflect.ValueOf(action).Elem().FieldByName("key")
	return key.FieldByName("Name").String()
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
