package oracle

import (
	"fmt"

	"github.com/vmware-tanzu/velero/pkg/plugin/clientmgmt"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	riav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v2"
	vsv1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/volumesnapshotter/v1"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/testdata/velero/oracle/carry"
)

// Plugins stands in for Velero's plugin manager. What a restore never asks
// for is left nil.
type Plugins struct {
	clientmgmt.Manager
	actions []riav2.RestoreItemAction
	Store   *judge.Store
}

// GetRestoreItemActionsV2 returns Velero's own actions, in Velero's order.
func (p *Plugins) GetRestoreItemActionsV2() ([]riav2.RestoreItemAction, error) {
	return p.actions, nil
}

// GetRestoreItemActionV2 returns one action by its registered name.
func (p *Plugins) GetRestoreItemActionV2(name string) (riav2.RestoreItemAction, error) {
	for _, a := range p.actions {
		if a.Name() == name {
			return a, nil
		}
	}
	return nil, fmt.Errorf("no restore item action %s", name)
}

// GetObjectStore returns the store in memory, whatever the provider.
func (p *Plugins) GetObjectStore(string) (velero.ObjectStore, error) {
	return p.Store, nil
}

// GetVolumeSnapshotter returns a snapshotter for any provider.
func (p *Plugins) GetVolumeSnapshotter(string) (vsv1.VolumeSnapshotter, error) {
	return carry.Snapshotter{}, nil
}

// CleanupClients has nothing to stop.
func (p *Plugins) CleanupClients() {}
