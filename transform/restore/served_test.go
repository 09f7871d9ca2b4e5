package restore_test

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/restore"
)

const widgets = `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"widgets.example.io"},"spec":{"group":"example.io",` +
	`"names":{"kind":"Widget","plural":"widgets","singular":"widget"},"scope":"Namespaced","versions":[{"name":"v1","served":true,"storage":true}]}}`

// What a restore creates tells which versions the target serves from then on; a definition that the target has already
// tells nothing new.
func TestACreatedDefinitionIsServed(t *testing.T) {
	groups := object.MustParse(`{"kind":"APIGroupList","groups":[{"name":"apiextensions.k8s.io","versions":[{"version":"v1"}],"preferredVersion":{"version":"v1"}}]}`)
	beta := strings.Replace(widgets, `"name":"v1","served"`, `"name":"v1beta1","served"`, 1)
	for name, c := range map[string]struct {
		inBackup bool
		target   []*object.Value
		want     string
	}{
		"the restore brings the definition":          {true, []*object.Value{groups}, "create"},
		"nothing brings it":                          {false, []*object.Value{groups}, "fail version-not-served"},
		"the target has it in another version":       {true, []*object.Value{groups, object.MustParse(beta)}, "fail version-not-served"},
		"it is not described what the target serves": {false, nil, "create"},
	} {
		t.Run(name, func(t *testing.T) {
			b := backuptest.New("b")
			if c.inBackup {
				b.Add("customresourcedefinitions.apiextensions.k8s.io", "v1", "", "widgets.example.io", widgets)
			}
			b.Add("widgets.example.io", "v1", "shop", "w", `{"apiVersion":"example.io/v1","kind":"Widget","metadata":{"name":"w","namespace":"shop"}}`)
			got := preview(t, b, &restore.Options{Target: c.target, Restore: &velero.Restore{Spec: velero.RestoreSpec{
				IncludedResources: []string{"widgets.example.io", "customresourcedefinitions.apiextensions.k8s.io"},
			}}})
			if got["widgets.example.io/shop/w"] != c.want {
				t.Errorf("the widget: %s, want %s", got["widgets.example.io/shop/w"], c.want)
			}
		})
	}
}
