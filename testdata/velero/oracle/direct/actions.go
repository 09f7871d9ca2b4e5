package direct

import (
	"fmt"
	"slices"

	"github.com/vmware-tanzu/velero/pkg/plugin/velero"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/veltx/veltx/testdata/velero/oracle/carry"
)

// Action is a restore item action of the first interface, which has another name in each of these releases.
type Action interface {
	AppliesTo() (velero.ResourceSelector, error)
	Execute(*velero.RestoreItemActionExecuteInput) (*velero.RestoreItemActionExecuteOutput, error)
}

// Sorted are registered actions behind the crossing, sorted by their names.
func Sorted[A Action](registered map[string]A) []A {
	names := make([]string, 0, len(registered))
	for n := range registered {
		names = append(names, n)
	}
	slices.Sort(names)
	var out []A
	for _, n := range names {
		out = append(out, any(crossing{registered[n]}).(A))
	}
	return out
}

// crossing does to an action's input and output what the way into Velero's
// plugin process and back does: everything is JSON in between, an error comes
// back as a gRPC error, and a panic as an error.
type crossing struct{ Action }

// Execute runs the action behind the crossing.
func (c crossing) Execute(in *velero.RestoreItemActionExecuteInput) (out *velero.RestoreItemActionExecuteOutput, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, status.Error(codes.Aborted, fmt.Sprintf("plugin panicked: %v", p))
		}
	}()
	sent, err := carry.Input(in)
	if err != nil {
		return nil, status.Error(codes.Unknown, err.Error())
	}
	answer, err := c.Action.Execute(sent)
	if err != nil {
		return nil, status.Error(codes.Unknown, err.Error())
	}
	back := *answer
	if back.UpdatedItem == nil {
		back.UpdatedItem = in.Item
	}
	if back.UpdatedItem, err = carry.Item(back.UpdatedItem); err != nil {
		return nil, err
	}
	return &back, nil
}
