package serve

import (
	"fmt"

	"github.com/veltx/veltx/transform/plugins/wire"
)

// ItemAction is an action of a backup or of its deletion that is served: a BackupItemAction in either version, an ItemBlockAction, or a
// DeleteItemAction. Of what Execute answers, an ItemBlockAction's related items are Additional, and a DeleteItemAction's is not sent.
type ItemAction struct {
	Name      string
	Kind      wire.Kind
	AppliesTo func() (wire.Selector, error)
	Execute   func(*wire.ItemRequest) (*wire.BackupResponse, error)
	Progress  func(*wire.OperationRequest) (*wire.Progress, error) // of version 2; nil where it begins no operation
}

// itemMethods are the methods of these actions, and their kinds.
var itemMethods = map[wire.Method]wire.Kind{
	wire.BackupAppliesTo: wire.BackupItemAction, wire.BackupExecute: wire.BackupItemAction,
	wire.BackupAppliesToV2: wire.BackupItemActionV2, wire.BackupExecuteV2: wire.BackupItemActionV2,
	wire.BackupProgress: wire.BackupItemActionV2, wire.BackupCancel: wire.BackupItemActionV2,
	wire.BlockAppliesTo: wire.ItemBlockAction, wire.BlockRelatedItems: wire.ItemBlockAction,
	wire.DeleteAppliesTo: wire.DeleteItemAction, wire.DeleteExecute: wire.DeleteItemAction,
}

// itemMessage adds the answer to a request to an action of a kind to b.
func (s *Server) itemMessage(kind wire.Kind, method wire.Method, request, b []byte) ([]byte, error) {
	name, err := wire.ParseName(request)
	if err != nil {
		return nil, err
	}
	action, err := s.findItem(name, kind)
	if err != nil {
		return nil, err
	}
	switch method {
	case wire.BackupAppliesTo, wire.BackupAppliesToV2, wire.BlockAppliesTo, wire.DeleteAppliesTo:
		selector, err := action.AppliesTo()
		return selector.Append(b), err
	case wire.BackupProgress:
		return action.progress(request, b)
	case wire.BackupCancel:
		return b, nil
	}
	in, err := wire.ParseItemRequest(request)
	if err != nil {
		return nil, err
	}
	out, err := action.Execute(&in)
	switch {
	case err != nil:
		return nil, err
	case kind == wire.ItemBlockAction:
		return wire.AppendRelated(b, out.Additional), nil
	case kind == wire.DeleteItemAction:
		return b, nil
	}
	return out.Append(b), nil
}

func (s *Server) findItem(name string, kind wire.Kind) (*ItemAction, error) {
	for i := range s.Items {
		if s.Items[i].Name == name && s.Items[i].Kind == kind {
			return &s.Items[i], nil
		}
	}
	return nil, fmt.Errorf("%s plugin: %s was not found or has an invalid name format", kind, name)
}

func (a *ItemAction) progress(request, b []byte) ([]byte, error) {
	in, err := wire.ParseOperationRequest(request)
	if err != nil {
		return nil, err
	}
	if a.Progress == nil {
		return nil, fmt.Errorf("%s begins no operations", a.Name)
	}
	progress, err := a.Progress(&in)
	if err != nil {
		return nil, err
	}
	return progress.Append(b), nil
}
