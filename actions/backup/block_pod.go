package backup

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
)

// PodBlock puts a pod into one block with its PriorityClass and the claims of its volumes.
// Source: Velero v1.18.2 pkg/itemblock/actions/pod_action.go:49-59.
func PodBlock() actions.Action {
	return actions.Action{
		Name:      "velero.io/pod",
		Summary:   "puts a pod into one block with its claims and its PriorityClass",
		AppliesTo: actions.Selector{Resources: []string{layout.Pods}},
		Typed:     typed.Pod,
		Execute:   func(in *actions.Input) (*actions.Output, error) { return podNeeds(in.Item, true), nil },
	}
}
