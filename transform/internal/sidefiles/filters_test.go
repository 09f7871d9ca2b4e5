package sidefiles_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/sidefiles"
)

func TestAMadeBackupHasTheFiltersThatItWasMadeWith(t *testing.T) {
	no := false
	for _, row := range []struct {
		name, before, want string
		asked              velero.BackupSpec
	}{{
		name: "none: what the other backup had goes", before: `{"ttl":"1h","includedNamespaces":["a"],"excludedResources":["pods"],"includeClusterResources":true}`,
		want: `{"ttl":"1h","includedNamespaces":["*"]}`,
	}, {
		name: "older ones", before: `{"hooks":{},"includedNamespaces":["*"]}`,
		asked: velero.BackupSpec{IncludedNamespaces: []string{"shop"}, ExcludedResources: []string{"secrets"}, IncludeClusterResources: &no},
		want:  `{"hooks":{},"includedNamespaces":["shop"],"includeClusterResources":false,"excludedResources":["secrets"]}`,
	}, {
		name: "scoped ones", before: `{"includedResources":["pods"],"future":1.0}`,
		asked: velero.BackupSpec{
			IncludedClusterScopedResources: []string{"*"}, ExcludedNamespaceScopedResources: []string{"secrets"},
			LabelSelector:    &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}},
			OrderedResources: map[string]string{"pods": "shop/web"}, ResourcePolicy: &velero.ResourcePolicyRef{Kind: "configmap", Name: "p"},
		},
		want: `{"future":1.0,"includedNamespaces":["*"],"includedClusterScopedResources":["*"],"excludedNamespaceScopedResources":["secrets"],` +
			`"labelSelector":{"matchLabels":{"app":"web"}},"orderedResources":{"pods":"shop/web"},"resourcePolicy":{"kind":"configmap","name":"p"}}`,
	}} {
		t.Run(row.name, func(t *testing.T) {
			b := object.MustParse(`{"spec":` + row.before + `}`)
			if err := sidefiles.SetFilters(b, &row.asked); err != nil {
				t.Fatal(err)
			}
			if want := object.MustParse(`{"spec":` + row.want + `}`); !object.Equal(b, want) {
				t.Errorf("got  %s\nwant %s", b.JSON(), want.JSON())
			}
		})
	}
	if err := sidefiles.SetFilters(object.MustParse(`{}`), &velero.BackupSpec{}); err == nil {
		t.Error("a document without a spec was taken")
	}
}
