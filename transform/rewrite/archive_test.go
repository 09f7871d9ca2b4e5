package rewrite_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/rewrite"
)

// rewriting is the summary of rewriting the backup with a Restore's spec. It leaves nothing in its temporary folder.
func rewriting(t *testing.T, b *backuptest.Backup, spec velero.RestoreSpec) (*report.Summary, error) {
	t.Helper()
	temp := t.TempDir()
	src := b.Open(t, tarball.Options{})
	o := &restore.Options{Restore: &velero.Restore{Spec: spec}, Profile: actions.V1_18, Actions: builtin.Restore(actions.V1_18), TempDir: temp}
	if err := o.Complete("b"); err != nil {
		t.Fatal(err)
	}
	summary, err := rewrite.Archive(t.Context(), src, o, &bytes.Buffer{}, rewrite.ArchiveOptions{}, report.SinkFunc(func(*report.Item) error { return nil }))
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("%s is left", left[0].Name())
	}
	return summary, err
}

func configMap(namespace, name string) string {
	return `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"` + name + `","namespace":"` + namespace + `"}}`
}

func shop() *backuptest.Backup {
	b := backuptest.New("b")
	b.Add("configmaps", "v1", "shop", "c", configMap("shop", "c"))
	b.Add("configmaps", "v1", "data", "c", configMap("data", "c"))
	return b
}

func TestWhatARewritingTellsOfTheWholeBackup(t *testing.T) {
	no := false
	got, err := rewriting(t, shop(), velero.RestoreSpec{NamespaceMapping: map[string]string{"shop": "store", "none": "other"}, RestorePVs: &no})
	if err != nil {
		t.Fatal(err)
	}
	if want := len(shop().Entries) / 2; got.Items != want { // each item stands there twice, and metadata/version once
		t.Errorf("%d items are written, want %d", got.Items, want)
	}
	var findings []string
	for _, f := range got.Findings {
		findings = append(findings, f.ID+" "+f.Subject)
	}
	if want := "namespace-mapping-unused none, option-not-in-archive --restore-volumes=false"; strings.Join(findings, ", ") != want {
		t.Errorf("got %q, want %s", findings, want)
	}
}

func TestItemsThatAMappingBringsTogetherEndARewriting(t *testing.T) {
	_, err := rewriting(t, shop(), velero.RestoreSpec{NamespaceMapping: map[string]string{"shop": "data"}})
	if err == nil || !strings.Contains(err.Error(), "the namespace mapping gives two items the same name: configmaps c is in namespaces shop and data") {
		t.Errorf("got %v", err)
	}
}
