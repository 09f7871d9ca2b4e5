package backup

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
)

// ServiceAccountBlock puts a ServiceAccount into one block with its ClusterRoleBindings and their ClusterRoles.
// Source: Velero v1.18.2 pkg/itemblock/actions/service_account_action.go:56-69.
func ServiceAccountBlock() actions.Action {
	return actions.Action{
		Name:      "velero.io/service-account",
		Summary:   "puts a ServiceAccount into one block with its ClusterRoleBindings and their ClusterRoles",
		AppliesTo: actions.Selector{Resources: []string{layout.ServiceAccounts}},
		Needs:     []string{layout.ClusterRoleBindings},
		Execute:   accountNeeds,
	}
}
