package oracle

import (
	"fmt"

	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/plugin/framework/common"
	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	riav1 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v1"
	riav2 "github.com/vmware-tanzu/velero/pkg/plugin/velero/restoreitemaction/v2"

	"github.com/veltx/veltx/testdata/velero/oracle/carry"
)

// crossing does to an action's input and output what the way into Velero's
// plugin process and back does: everything is JSON in between, an error comes
// back as a gRPC error, and a panic as an error.
type crossing struct{ name string }

// Name is the name that the action is registered with.
func (c crossing) Name() string { return c.name }

type execute func(*velero.RestoreItemActionExecuteInput) (*velero.RestoreItemActionExecuteOutput, error)

func (c crossing) execute(in *velero.RestoreItemActionExecuteInput, do execute) (out *velero.RestoreItemActionExecuteOutput, err error) {
	defer func() {
		if p := common.HandlePanic(recover()); p != nil {
			out, err = nil, p
		}
	}()
	sent, err := carry.Input(in)
	if err != nil {
		return nil, common.NewGRPCError(err)
	}
	item, err := carry.Item(in.Item)
	if err != nil {
		return nil, common.NewGRPCError(err)
	}
	answer, err := do(sent)
	if err != nil {
		return nil, common.NewGRPCError(err)
	}
	back := *answer
	back.UpdatedItem = item
	if answer.UpdatedItem != nil {
		if back.UpdatedItem, err = carry.Item(answer.UpdatedItem); err != nil {
			return nil, err
		}
	}
	return &back, nil
}

// adaptedAction is an action of the first interface, used as one of the second.
type adaptedAction struct {
	crossing
	action riav1.RestoreItemAction
}

// AppliesTo asks the action.
func (a adaptedAction) AppliesTo() (velero.ResourceSelector, error) { return a.action.AppliesTo() }

// Execute runs the action behind the crossing.
func (a adaptedAction) Execute(in *velero.RestoreItemActionExecuteInput) (*velero.RestoreItemActionExecuteOutput, error) {
	return a.execute(in, a.action.Execute)
}

// Progress fails: the first interface knows no operations.
func (a adaptedAction) Progress(string, *velerov1.Restore) (velero.OperationProgress, error) {
	return velero.OperationProgress{}, fmt.Errorf("%s has no operations", a.name)
}

// Cancel has nothing to stop.
func (a adaptedAction) Cancel(string, *velerov1.Restore) error { return nil }

// AreAdditionalItemsReady says yes, as Velero's own adapter does.
func (a adaptedAction) AreAdditionalItemsReady([]velero.ResourceIdentifier, *velerov1.Restore) (bool, error) {
	return true, nil
}

// namedAction is an action of the second interface under its registered name.
type namedAction struct {
	crossing
	action riav2.RestoreItemAction
}

// AppliesTo asks the action.
func (a namedAction) AppliesTo() (velero.ResourceSelector, error) { return a.action.AppliesTo() }

// Execute runs the action behind the crossing.
func (a namedAction) Execute(in *velero.RestoreItemActionExecuteInput) (*velero.RestoreItemActionExecuteOutput, error) {
	return a.execute(in, a.action.Execute)
}

// Progress asks the action.
func (a namedAction) Progress(id string, r *velerov1.Restore) (velero.OperationProgress, error) {
	return a.action.Progress(id, r)
}

// Cancel asks the action.
func (a namedAction) Cancel(id string, r *velerov1.Restore) error { return a.action.Cancel(id, r) }

// AreAdditionalItemsReady asks the action.
func (a namedAction) AreAdditionalItemsReady(items []velero.ResourceIdentifier, r *velerov1.Restore) (bool, error) {
	return a.action.AreAdditionalItemsReady(items, r)
}
