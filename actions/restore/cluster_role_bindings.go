package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// ClusterRoleBindings maps the namespaces of a ClusterRoleBinding's subjects as the Restore maps namespaces.
// Source: Velero v1.18.2 pkg/restore/actions/clusterrolebinding_action.go:44-67, v1.6.3
// pkg/restore/clusterrolebinding_action.go:44-67.
func ClusterRoleBindings() actions.Action {
	return actions.Action{
		Name:      "velero.io/cluster-role-bindings",
		Summary:   "maps the namespaces of a ClusterRoleBinding's subjects",
		AppliesTo: actions.Selector{Resources: []string{layout.ClusterRoleBindings}},
		Archive:   true,
		Retypes:   actions.UnderMapping,
		Execute:   bindingSubjects(typed.ClusterRoleBinding),
	}
}

// bindingSubjects maps subjects[].namespace; without any mapping Velero does not even turn the item into its type. A
// missing namespace is "" and could be mapped as well; a namespace that is mapped to "" goes.
func bindingSubjects(shape func() *object.Shape) func(*actions.Input) (*actions.Output, error) {
	return func(in *actions.Input) (*actions.Output, error) {
		mapping := in.Restore.Spec.NamespaceMapping
		if len(mapping) == 0 {
			return nil, nil
		}
		if err := in.Item.Fits(shape()); err != nil {
			return nil, err
		}
		for _, subject := range in.Item.Get("subjects").Elements() {
			switch mapped, ok := mapping[subject.Get("namespace").Str()]; {
			case ok && mapped == "":
				subject.Remove("namespace")
			case ok:
				subject.Set("namespace", object.Text(mapped))
			}
		}
		return nil, nil
	}
}
