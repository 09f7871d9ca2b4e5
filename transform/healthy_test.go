package transform_test

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

func TestAHealthyRestoreOfAHealthyBackupHasNoWarnings(t *testing.T) {
	src, err := tarball.Open(t.Context(), backuptest.Healthy("healthy").Write(t, t.TempDir()), tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	for _, mapping := range []map[string]string{nil, {"shop": "store"}} {
		o := &restore.Options{Profile: actions.V1_18, Restore: &velero.Restore{}, Actions: builtin.Restore(actions.V1_18)}
		o.Restore.Spec.NamespaceMapping = mapping
		if err := o.Complete("healthy"); err != nil {
			t.Fatal(err)
		}
		sink := report.SinkFunc(func(i *report.Item) error {
			for _, f := range append(i.Errors, i.Warnings...) {
				t.Errorf("mapped by %v: %s %s/%s: %s: %s", mapping, i.Resource, i.Namespace, i.Name, f.ID, f.Message)
			}
			return nil
		})
		s, err := restore.Preview(t.Context(), src, o, sink)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range s.Findings {
			if f.Severity != report.Notice {
				t.Errorf("mapped by %v: %s: %s", mapping, f.ID, f.Message)
			}
		}
		if got := s.Told().Verdict; got != "Will work" {
			t.Errorf("mapped by %v: %s", mapping, got)
		}
	}
}
