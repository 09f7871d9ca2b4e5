package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/index"
)

func emptyIndex(t *testing.T) *index.Index {
	t.Helper()
	b, err := index.NewBuilder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	x, err := b.Finish()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

func TestWhyARestoreLeavesAnItemOut(t *testing.T) {
	no, index := false, emptyIndex(t)
	secret := layout.Address{Resource: "secrets", Namespace: "shop", Name: "s"}
	class := layout.Address{Resource: layout.PriorityClasses, Name: "high"}
	for _, c := range []struct {
		name       string
		spec       velero.RestoreSpec
		of         layout.Address
		why, bring string
	}{
		{"excluded", velero.RestoreSpec{ExcludedResources: []string{"secrets", "pods"}}, secret, "excludedResources (secrets) leaves secrets out", "--exclude-resources without secrets"},
		{"not included", velero.RestoreSpec{IncludedResources: []string{"pods"}}, secret, "includedResources (pods) does not name secrets", "--include-resources pods,secrets"},
		{"another namespace", velero.RestoreSpec{IncludedNamespaces: []string{"data"}}, secret, "includedNamespaces (data) does not name shop", "--include-namespaces data,shop"},
		{"some namespaces", velero.RestoreSpec{IncludedNamespaces: []string{"data"}}, class, "a restore of some namespaces excludes cluster-scoped items", "--include-cluster-resources"},
		{"no cluster scope, and another resource", velero.RestoreSpec{IncludeClusterResources: &no, ExcludedResources: []string{"priorityclasses"}}, class,
			"excludedResources (priorityclasses.scheduling.k8s.io) leaves priorityclasses.scheduling.k8s.io out, and includeClusterResources is false",
			"--exclude-resources without priorityclasses.scheduling.k8s.io --include-cluster-resources"},
		{"never", velero.RestoreSpec{}, layout.Address{Resource: "nodes", Name: "n"}, "Velero never restores nodes", ""},
		{"no filter", velero.RestoreSpec{}, secret, "this restore skips it or fails to restore it", ""},
	} {
		o := &Options{Profile: actions.V1_18, Restore: &velero.Restore{Spec: c.spec}}
		target, err := newTarget(o, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		selection, err := newSelection(o, target.resolve, nil)
		if err != nil {
			t.Fatal(err)
		}
		catalogue := &catalogue{selection: selection, index: index}
		if why, bring := catalogue.LeftOut(c.of.Key()); why != c.why || bring != c.bring {
			t.Errorf("%s: got %q, %q, want %q, %q", c.name, why, bring, c.why, c.bring)
		}
	}
}
