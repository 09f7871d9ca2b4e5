package cluster_test

import (
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/cluster"
)

func TestWhatATargetHasByName(t *testing.T) {
	const classes, roles, localRoles = "priorityclasses.scheduling.k8s.io", "clusterroles.rbac.authorization.k8s.io", "roles.rbac.authorization.k8s.io"
	given := []*object.Value{object.MustParse(shop)}
	for _, test := range []struct {
		resource, namespace, name string
		usual, bare, filled       bool // in a target as it usually is, an exact one, and an exact one with controllers
	}{
		{"configmaps", "shop", "c", true, true, true},
		{"configmaps", "shop", "d", false, false, false},
		{"configmaps", "shop", "kube-root-ca.crt", true, false, true},
		{"serviceaccounts", "anywhere", "default", true, false, true},
		{"serviceaccounts", "shop", "web", false, false, false},
		{classes, "", "system-cluster-critical", true, false, false},
		{classes, "", "system-mine", false, false, false},
		{roles, "", "view", true, false, false},
		{roles, "", "system:node", true, false, false},
		{roles, "", "viewer", false, false, false},
		{localRoles, "kube-system", "extension-apiserver-authentication-reader", true, false, false},
		{localRoles, "kube-public", "system:controller:bootstrap-signer", true, false, false},
		{localRoles, "shop", "system:mine", false, false, false},
		{"services", "default", "kubernetes", true, false, false},
		{"services", "shop", "kubernetes", false, false, false},
		{"namespaces", "", "velero", true, false, false},
		{"namespaces", "", "shop", false, false, false},
	} {
		at := layout.Address{Resource: test.resource, Namespace: test.namespace, Name: test.name}
		for name, c := range map[string]struct {
			o    cluster.Options
			want bool
		}{
			"usual":                  {cluster.Options{Given: given}, test.usual},
			"exact":                  {cluster.Options{Given: given, Exact: true}, test.bare},
			"exact with controllers": {cluster.Options{Given: given, Exact: true, Controllers: true}, test.filled},
		} {
			if got := newView(t, c.o).Has(at); got != c.want {
				t.Errorf("%s, %s: %v, want %v", at, name, got, c.want)
			}
		}
	}
}
