package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

func TestClusterRoleBindings(t *testing.T) {
	testBindings(t, ClusterRoleBindings())
	actiontest.Selector(t, ClusterRoleBindings(), "", "clusterrolebindings.rbac.authorization.k8s.io")
}

// testBindings has the rows of both kinds of bindings.
func testBindings(t *testing.T, action actions.Action) {
	t.Helper()
	const mapping = `spec: {namespaceMapping: {shop: store, store: shop, void: ""}}`
	actiontest.Run(t, action, []actiontest.Case{{
		Name: "each subject's namespace is mapped once; others and users stay", Restore: mapping,
		Item: `{subjects: [{kind: ServiceAccount, name: a, namespace: shop}, {namespace: store}, {namespace: other}, {kind: User, name: u}, null]}`,
		Want: `{subjects: [{kind: ServiceAccount, name: a, namespace: store}, {namespace: shop}, {namespace: other}, {kind: User, name: u}, null]}`,
	}, {
		Name: "an archive gets the mapping", Restore: mapping, Archive: true,
		Item: `{subjects: [{namespace: shop}]}`,
		Want: `{subjects: [{namespace: store}]}`,
	}, {
		Name: "a namespace that is mapped to nothing goes", Restore: mapping,
		Item: `{subjects: [{namespace: void, name: a}]}`,
		Want: `{subjects: [{name: a}]}`,
	}, {
		Name: "the empty namespace can be mapped", Restore: `spec: {namespaceMapping: {"": store}}`,
		Item: `{subjects: [{name: a}]}`,
		Want: `{subjects: [{name: a, namespace: store}]}`,
	}, {
		Name: "no subjects", Restore: mapping,
		Item: `{metadata: {name: b}}`,
	}, {
		Name: "without a mapping nothing is looked at",
		Item: `{subjects: 7}`,
	}, {
		Name: "subjects of the wrong type", Restore: mapping,
		Item: `{subjects: 7}`,
		Err:  "subjects: is number, not an array",
	}, {
		Name: "a namespace of the wrong type", Restore: mapping,
		Item: `{subjects: [{}, {namespace: []}]}`,
		Err:  "subjects[1].namespace: is array, not a string",
	}})
	if !action.Archive {
		t.Errorf("an archive would lose the mapping")
	}
}
