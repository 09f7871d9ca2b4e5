package backup

import (
	"maps"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/layout"
)

// ServiceAccount brings in every ClusterRoleBinding that has the account among its subjects, and then their ClusterRoles.
// Source: Velero v1.18.2 pkg/backup/actions/service_account_action.go:55-70 and
// pkg/util/actionhelpers/service_account_helper.go:49-88, v1.6.3 pkg/backup/service_account_action.go:76-120.
//
// Differs from Velero: it asks in the order of a Go map; here both are sorted by name.
func ServiceAccount() actions.Action {
	return actions.Action{
		Name:      "velero.io/service-account",
		Summary:   "backs up the ClusterRoleBindings of a ServiceAccount and their ClusterRoles",
		AppliesTo: actions.Selector{Resources: []string{layout.ServiceAccounts}},
		Needs:     []string{layout.ClusterRoleBindings},
		Execute:   accountNeeds,
	}
}

func accountNeeds(in *actions.Input) (*actions.Output, error) {
	bindings, roles := map[string]bool{}, map[string]bool{}
	for _, binding := range in.Target.List(layout.ClusterRoleBindings, "") {
		subjects, err := field.List(binding, "", "subjects")
		if err != nil {
			continue // Velero's typed list of bindings would not have it
		}
		for _, s := range subjects {
			if s.Get("kind").Is("ServiceAccount") && s.Get("namespace").Is(in.Item.Namespace()) && s.Get("name").Is(in.Item.Name()) {
				bindings[binding.Name()] = true
				roles[binding.Get("roleRef", "name").Str()] = true
			}
		}
	}
	out := &actions.Output{}
	for _, name := range slices.Sorted(maps.Keys(bindings)) {
		out.Additional = append(out.Additional, actions.ItemRef{Resource: layout.ClusterRoleBindings, Name: name})
	}
	for _, name := range slices.Sorted(maps.Keys(roles)) {
		out.Additional = append(out.Additional, actions.ItemRef{Resource: layout.ClusterRoles, Name: name})
	}
	return out, nil
}
