package backups

import (
	"encoding/json"

	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework/common"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	biav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/backupitemaction/v1"
	biav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/backupitemaction/v2"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/veltx/veltx/testdata/velero/oracle/carry"
)

// backupCrossing is crossing for backup item actions.
type backupCrossing struct{ name string }

// Name is the name that the action is registered with.
func (c backupCrossing) Name() string { return c.name }

// backedUp is what an action answers in a backup.
type backedUp struct {
	item       runtime.Unstructured
	additional []velero.ResourceIdentifier
	operation  string
	later      []velero.ResourceIdentifier
}

func (c backupCrossing) cross(item runtime.Unstructured, b *velerov1.Backup, do func(runtime.Unstructured, *velerov1.Backup) (backedUp, error)) (out backedUp, err error) {
	defer func() {
		if p := common.HandlePanic(recover()); p != nil {
			err = p
		}
	}()
	sent, err := carry.Item(item)
	if err != nil {
		return out, common.NewGRPCError(err)
	}
	data, err := json.Marshal(b)
	if err != nil {
		return out, common.NewGRPCError(err)
	}
	of := &velerov1.Backup{}
	if err := json.Unmarshal(data, of); err != nil {
		return out, common.NewGRPCError(err)
	}
	if out, err = do(sent, of); err != nil {
		return out, common.NewGRPCError(err)
	}
	if out.item == nil {
		out.item = item
	}
	out.item, err = carry.Item(out.item)
	return out, err
}

// adaptedBackup is an action of the first interface, used as one of the second.
type adaptedBackup struct {
	backupCrossing
	action biav1.BackupItemAction
}

// AppliesTo asks the action.
func (a adaptedBackup) AppliesTo() (velero.ResourceSelector, error) { return a.action.AppliesTo() }

// Execute runs the action behind the crossing.
func (a adaptedBackup) Execute(item runtime.Unstructured, b *velerov1.Backup) (runtime.Unstructured, []velero.ResourceIdentifier, string, []velero.ResourceIdentifier, error) {
	out, err := a.cross(item, b, func(item runtime.Unstructured, b *velerov1.Backup) (o backedUp, err error) {
		o.item, o.additional, err = a.action.Execute(item, b)
		return o, err
	})
	return out.item, out.additional, "", nil, err
}

// Progress fails: the first interface knows no operations.
func (a adaptedBackup) Progress(string, *velerov1.Backup) (velero.OperationProgress, error) {
	return velero.OperationProgress{}, biav2.AsyncOperationsNotSupportedError()
}

// Cancel has nothing to stop.
func (a adaptedBackup) Cancel(string, *velerov1.Backup) error { return nil }

// namedBackup is an action of the second interface under its registered name.
type namedBackup struct {
	backupCrossing
	action biav2.BackupItemAction
}

// AppliesTo asks the action.
func (a namedBackup) AppliesTo() (velero.ResourceSelector, error) { return a.action.AppliesTo() }

// Execute runs the action behind the crossing.
func (a namedBackup) Execute(item runtime.Unstructured, b *velerov1.Backup) (runtime.Unstructured, []velero.ResourceIdentifier, string, []velero.ResourceIdentifier, error) {
	out, err := a.cross(item, b, func(item runtime.Unstructured, b *velerov1.Backup) (o backedUp, err error) {
		o.item, o.additional, o.operation, o.later, err = a.action.Execute(item, b)
		return o, err
	})
	return out.item, out.additional, out.operation, out.later, err
}

// Progress asks the action.
func (a namedBackup) Progress(id string, b *velerov1.Backup) (velero.OperationProgress, error) {
	return a.action.Progress(id, b)
}

// Cancel asks the action.
func (a namedBackup) Cancel(id string, b *velerov1.Backup) error { return a.action.Cancel(id, b) }
