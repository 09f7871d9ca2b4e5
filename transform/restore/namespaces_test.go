package restore_test

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// preview returns the outcome of each item and the ids of its errors, "resource/namespace/name: outcome ids".
func preview(t *testing.T, b *backuptest.Backup, o *restore.Options) map[string]string {
	t.Helper()
	src := b.Open(t, tarball.Options{})
	o.Profile, o.Actions = actions.V1_18, builtin.Restore(actions.V1_18)
	if err := o.Complete("b"); err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	_, err := restore.Preview(t.Context(), src, o, report.SinkFunc(func(i *report.Item) error {
		line := string(i.Outcome)
		for _, e := range i.Errors {
			line += " " + e.ID
		}
		found[i.Resource+"/"+i.Namespace+"/"+i.Name] = line
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Into a namespace that cannot be made, or that is being deleted, Velero sends nothing.
func TestNothingGoesIntoANamespaceThatIsNotThere(t *testing.T) {
	b := backuptest.New("b")
	for _, namespace := range []string{"Bad_Name", "going", "fine"} {
		b.Add("configmaps", "v1", namespace, "c", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"`+namespace+`"}}`)
	}
	got := preview(t, b, &restore.Options{Restore: &velero.Restore{Spec: velero.RestoreSpec{IncludedResources: []string{"configmaps"}}}, Target: []*object.Value{
		object.MustParse(`{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"going"},"status":{"phase":"Terminating"}}`),
	}})
	for item, want := range map[string]string{
		"namespaces//Bad_Name": "fail namespace-refused", "configmaps/Bad_Name/c": "fail namespace-refused",
		"namespaces//going": "exists", "configmaps/going/c": "fail namespace-terminating",
		"namespaces//fine": "create", "configmaps/fine/c": "create",
	} {
		if got[item] != want {
			t.Errorf("%s: got %q, want %q", item, got[item], want)
		}
	}
}

func TestAMappingToANameThatNoNamespaceCanHave(t *testing.T) {
	for target, want := range map[string]string{
		"store": "", "Store": "namespaceMapping: shop:Store: Store is not a valid namespace name: a lowercase RFC 1123 label",
		"a.b": "namespaceMapping: shop:a.b:", strings.Repeat("x", 64): "must be no more than 63 ", "": "needs a name on both sides",
	} {
		o := &restore.Options{Profile: actions.V1_18, Restore: &velero.Restore{Spec: velero.RestoreSpec{NamespaceMapping: map[string]string{"shop": target}}}}
		err := o.Complete("b")
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("shop:%s: got %v, want %q", target, err, want)
		}
	}
}
