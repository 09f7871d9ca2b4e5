package backup

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

func TestServiceAccount(t *testing.T) {
	bindings := []string{`
		kind: ClusterRoleBinding
		metadata: {name: b-two}
		subjects: [{kind: User, name: app}, {kind: ServiceAccount, namespace: shop, name: app}]
		roleRef: {kind: ClusterRole, name: reader}`, `
		kind: ClusterRoleBinding
		metadata: {name: a-one}
		subjects: [{kind: ServiceAccount, namespace: shop, name: app}, {kind: ServiceAccount, namespace: shop, name: app}]
		roleRef: {kind: ClusterRole, name: reader}`, `
		kind: ClusterRoleBinding
		metadata: {name: elsewhere}
		subjects: [{kind: ServiceAccount, namespace: data, name: app}, {kind: ServiceAccount, namespace: shop, name: other}]
		roleRef: {kind: ClusterRole, name: admin}`, `
		kind: ClusterRoleBinding
		metadata: {name: nobody}
		roleRef: {kind: ClusterRole, name: admin}`, `
		kind: ClusterRoleBinding
		metadata: {name: odd}
		subjects: {kind: ServiceAccount}
		roleRef: {kind: ClusterRole, name: admin}`,
	}
	rows := []actiontest.Case{{
		Name:   "every binding that names the account, then each role once",
		Item:   `{metadata: {name: app, namespace: shop}}`,
		Target: bindings,
		Additional: []actions.ItemRef{
			{Resource: "clusterrolebindings.rbac.authorization.k8s.io", Name: "a-one"},
			{Resource: "clusterrolebindings.rbac.authorization.k8s.io", Name: "b-two"},
			{Resource: "clusterroles.rbac.authorization.k8s.io", Name: "reader"},
		},
	}, {
		Name:   "an account that no binding names",
		Item:   `{metadata: {name: app, namespace: ci}}`,
		Target: bindings,
	}}
	actiontest.Run(t, ServiceAccount(), rows)
	actiontest.Run(t, ServiceAccountBlock(), rows)
	actiontest.Selector(t, ServiceAccount(), "", "serviceaccounts")
}
