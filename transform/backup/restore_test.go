package backup_test

import (
	"context"
	"slices"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// restored lists what a restore of a source would create.
func restored(t *testing.T, archive []byte) []string {
	t.Helper()
	o := &restore.Options{Profile: actions.V1_18, Restore: &velero.Restore{}, Actions: builtin.Restore(actions.V1_18)}
	if err := o.Complete("cut"); err != nil {
		t.Fatal(err)
	}
	var created []string
	summary, err := restore.Preview(context.Background(), reopen(t, archive), o, report.SinkFunc(func(i *report.Item) error {
		switch i.Outcome {
		case report.Create:
			created = append(created, i.Resource+"/"+i.Namespace+"/"+i.Name)
		case report.Fail:
			t.Errorf("%s/%s/%s fails: %s", i.Resource, i.Namespace, i.Name, i.Reason)
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	errors := summary.Errors
	for _, f := range summary.Findings {
		if f.ID == "ephemeral-claim-restored" { // so it is when the whole backup is restored
			errors--
		}
	}
	if errors > 0 {
		t.Fatalf("%+v", summary)
	}
	return created
}

// One application cut out of a whole cluster's backup restores with its volumes, bindings, priority class and definitions.
func TestWhatIsCutOutRestoresWithAllThatItNeeds(t *testing.T) {
	archive, _, _ := write(t, backups.Folders(t, "all")[0], options(actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop"}}))
	created := restored(t, archive)
	for _, needed := range []string{
		"namespaces//shop", "pods/shop/uploader", "persistentvolumeclaims/shop/uploads",
		"customresourcedefinitions.apiextensions.k8s.io//widgets.example.io", "customresourcedefinitions.apiextensions.k8s.io//gadgets.multi.example.io",
		"widgets.example.io/shop/w1", "gadgets.multi.example.io/shop/g1", "clusterrolebindings.rbac.authorization.k8s.io//shop-reader-binding",
		"clusterroles.rbac.authorization.k8s.io//shop-reader", "priorityclasses.scheduling.k8s.io//shop-critical", "persistentvolumes//pv-nfs",
	} {
		if !slices.Contains(created, needed) {
			t.Errorf("a restore does not create %s", needed)
		}
	}
}
