package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/object"
)

// ClusterRoleBindings maps the namespaces of a ClusterRoleBinding's subjects as the Restore maps namespaces.
// Source: Velero v1.18.2 pkg/restore/actions/clusterrolebinding_action.go:44-67, v1.6.3
// pkg/restore/clusterrolebinding_action.go:44-67.
func ClusterRoleBindings() actions.Action {
	return actions.Action{
		Name:      "velero.io/cluster-role-bindings",
		Summary:   "maps the namespaces of a ClusterRoleBinding's subjects",
		AppliesTo: actions.Selector{Resources: []string{"clusterrolebindings.rbac.authorization.k8s.io"}},
		Typed:     typed.ClusterRoleBinding,
		Archive:   true,
		Execute:   bindingSubjects,
	}
}

// bindingSubjects maps subjects[].namespace. A missing namespace is "" and could be mapped as well; a namespace that is
// mapped to "" goes.
func bindingSubjects(in *actions.Input) (*actions.Output, error) {
	mapping := in.Restore.Spec.NamespaceMapping
	if len(mapping) == 0 {
		return nil, nil
	}
	subjects, err := fieldList(in.Item, "", "subjects")
	if err != nil {
		return nil, err
	}
	for i, subject := range subjects {
		namespace, err := fieldText(subject, fieldIndex("subjects", i), "namespace")
		if err != nil {
			return nil, err
		}
		switch mapped, ok := mapping[namespace]; {
		case ok && mapped == "":
			subject.Remove("namespace")
		case ok:
			subject.Set("namespace", object.Text(mapped))
		}
	}
	return nil, nil
}
