package config

import (
	"slices"
	"strings"
	"testing"
)

func TestResourcesThatATargetDoesNotServe(t *testing.T) {
	const groups = `{kind: APIGroupList, groups: [{name: storage.k8s.io, versions: [{groupVersion: storage.k8s.io/v1}]}]}`
	const resources = `{kind: APIResourceList, groupVersion: storage.k8s.io/v1, resources: [{name: storageclasses}]}`
	asked := []string{"pods", "storageclasses.storage.k8s.io", "csidrivers.storage.k8s.io", "servicecidrs.networking.k8s.io"}
	for _, c := range []struct{ name, text, want string }{
		{"nothing is known", `{}`, ""},
		{"resources alone", resources, ""},
		{"groups alone", groups, "servicecidrs.networking.k8s.io"},
		{"both", groups + "\n---\n" + resources, "csidrivers.storage.k8s.io servicecidrs.networking.k8s.io"},
		{"a part of the resources", groups + "\n---\n" + strings.Replace(resources, "kind", "partial: true, kind", 1), "servicecidrs.networking.k8s.io"},
	} {
		var target Target
		if err := target.Read("f", strings.NewReader(c.text)); err != nil {
			t.Fatal(err)
		}
		if got := target.Unserved(asked...); !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
