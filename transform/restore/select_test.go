package restore

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

func TestFiltersAreVelerosGlobs(t *testing.T) {
	for _, c := range []struct {
		includes, excludes, in, out string
	}{
		{"", "", "shop data", ""},
		{"*", "", "shop deployments.apps", ""},
		{"shop", "", "shop", "shop2 data"},
		{"team-*", "team-b", "team-a", "team-b shop"},
		{"*.apps", "", "deployments.apps", "pods"},
		{"", "shop data", "other", "shop data"},
		{"[", "", "", "shop ["},
		{"b[ zz", "", "", "zz"}, // nothing matches after a pattern that does not compile
	} {
		f := filters.NewPair(strings.Fields(c.includes), strings.Fields(c.excludes))
		for _, name := range strings.Fields(c.in) {
			if !f.Has(name) {
				t.Errorf("includes %q, excludes %q: %s is left out", c.includes, c.excludes, name)
			}
		}
		for _, name := range strings.Fields(c.out) {
			if f.Has(name) {
				t.Errorf("includes %q, excludes %q: %s is in", c.includes, c.excludes, name)
			}
		}
	}
}

func TestOnlyAnEmptyFilterIncludesEverything(t *testing.T) {
	if !filters.NewPair(nil, nil).Everything() || !filters.NewPair([]string{"*"}, nil).Everything() {
		t.Error("an empty filter, or *, should include everything")
	}
	if filters.NewPair([]string{"**"}, nil).Everything() || filters.NewPair(nil, []string{"a"}).Everything() {
		t.Error("a filter that names something should not count as including everything")
	}
}

func TestOrderOfRestore(t *testing.T) {
	resources := strings.Fields("customresourcedefinitions.apiextensions.k8s.io apps.kappctrl.k14s.io deployments.apps endpoints " +
		"namespaces persistentvolumes pods secrets serviceaccounts services volumesnapshotclasses.snapshot.storage.k8s.io widgets.example.io")
	slices.Sort(resources)
	resolve := func(name string) string {
		switch name {
		case "customresourcedefinitions":
			return layout.CRDs
		case "volumesnapshotclass.snapshot.storage.k8s.io":
			return "volumesnapshotclasses.snapshot.storage.k8s.io"
		}
		return name
	}
	for profile, want := range map[actions.Profile]string{
		actions.V1_18: "customresourcedefinitions.apiextensions.k8s.io namespaces volumesnapshotclasses.snapshot.storage.k8s.io " +
			"persistentvolumes serviceaccounts secrets pods endpoints services deployments.apps widgets.example.io apps.kappctrl.k14s.io",
		actions.V1_6: "customresourcedefinitions.apiextensions.k8s.io namespaces volumesnapshotclasses.snapshot.storage.k8s.io " +
			"persistentvolumes secrets serviceaccounts pods apps.kappctrl.k14s.io deployments.apps endpoints services widgets.example.io",
	} {
		if got := strings.Join(restoreOrder(profile, resources, resolve), " "); got != want {
			t.Errorf("%s:\n got %s\nwant %s", profile, got, want)
		}
	}
}

func TestMetadataReset(t *testing.T) {
	const item = `{"metadata":{"annotations":{},"creationTimestamp":"t","finalizers":["f"],"generateName":"g","generation":1,"labels":{},` +
		`"managedFields":[],"name":"n","namespace":"s","ownerReferences":[],"resourceVersion":"1","selfLink":"/","uid":"u"},"spec":{},"status":{"a":1}}`
	for profile, want := range map[actions.Profile]string{
		actions.V1_18: `{"metadata":{"annotations":{},"finalizers":["f"],"labels":{},"managedFields":[],"name":"n","namespace":"s"},"spec":{}}`,
		actions.V1_6:  `{"metadata":{"annotations":{},"labels":{},"name":"n","namespace":"s"},"spec":{}}`,
	} {
		v := object.MustParse(item)
		if err := pipeline.ResetMetadata(v, profile); err != nil {
			t.Fatal(err)
		}
		if got := string(v.JSON()); got != want {
			t.Errorf("%s:\n got %s\nwant %s", profile, got, want)
		}
	}
	for _, broken := range []string{`{}`, `{"metadata":[]}`} {
		if err := pipeline.ResetMetadata(object.MustParse(broken), actions.V1_18); err == nil {
			t.Errorf("%s was taken", broken)
		}
	}
}
