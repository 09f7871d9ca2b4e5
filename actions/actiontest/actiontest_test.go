package actiontest_test

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/actions/typed"
)

// The smallest action and its table.
func TestForgetNode(t *testing.T) {
	forgetNode := actions.Action{
		Name:      "example.io/forget-node",
		AppliesTo: actions.Selector{Resources: []string{"pods"}},
		Typed:     typed.Pod,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			in.Item.Remove("spec", "nodeName")
			return nil, nil
		},
	}
	actiontest.Selector(t, forgetNode, "", "pods")
	actiontest.Run(t, forgetNode, []actiontest.Case{{
		Name: "a pod forgets its node",
		Item: `
			metadata: {name: web}
			spec:
			  nodeName: n1
			  containers: []`,
		Want: `{metadata: {name: web}, spec: {containers: []}}`,
	}, {
		Name: "a pod without a node stays as it is",
		Item: `{metadata: {name: web}, spec: {}}`,
	}, {
		Name: "a field that the action does not read has to fit the type, too",
		Item: `{metadata: {name: web}, spec: {nodeName: n1, containers: x}}`,
		Err:  "spec.containers: is string, not an array",
	}})
}
