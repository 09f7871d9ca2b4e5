package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
)

// RoleBindings maps the namespaces of a RoleBinding's subjects as the Restore maps namespaces.
// Source: Velero v1.18.2 pkg/restore/actions/rolebinding_action.go:44-67, v1.6.3
// pkg/restore/rolebinding_action.go:44-67.
func RoleBindings() actions.Action {
	return actions.Action{
		Name:      "velero.io/role-bindings",
		Summary:   "maps the namespaces of a RoleBinding's subjects",
		AppliesTo: actions.Selector{Resources: []string{layout.RoleBindings}},
		Archive:   true,
		Retypes:   actions.UnderMapping,
		Execute:   bindingSubjects(typed.RoleBinding),
	}
}
