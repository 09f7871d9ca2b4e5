package transform_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/deletion"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
)

// crash is a way to change a store. Its process is killed on the way.
type crash struct {
	name string
	// do changes the store; source is a backup outside it.
	do func(t *testing.T, s store.ObjectStore, source string)
	// old says which backups are there before, beside the one that has to stay as it is.
	old [][]string
	// ends tells what the store lists in the end.
	ends []string
}

func crashes() []crash {
	written := [][]string{nil, {"target"}}
	return []crash{
		{"transform", transformTarget, written, []string{"bystander", "target"}},
		{"backup", backUpTarget, written, []string{"bystander", "target"}},
		{"delete", deleteTarget, [][]string{{"target"}}, []string{"bystander"}},
	}
}

func transformTarget(t *testing.T, s store.ObjectStore, source string) {
	spec := velero.RestoreSpec{NamespaceMapping: map[string]string{"shop": "store"}}
	if _, err := toStore(t, source, sink.Place{Store: s, Name: "target"}, spec, true); err != nil {
		t.Fatal(err)
	}
}

// backUpTarget takes both namespaces, so that no file beside the archive is left out.
func backUpTarget(t *testing.T, s store.ObjectStore, source string) {
	src, err := tarball.Open(t.Context(), source, tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	o := &backup.Options{
		Profile: actions.V1_18, Name: "target", Spec: velero.BackupSpec{IncludedNamespaces: []string{"shop", "other"}},
		Actions: builtin.Backup(actions.V1_18), ItemBlocks: builtin.ItemBlock(actions.V1_18),
	}
	cluster, err := backup.FromBackup(context.Background(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	folder, err := sink.CreateBackupFolder(sink.Place{Store: s, Name: "target"}, true, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Abort()
	nobody := report.SinkFunc(func(*report.Item) error { return nil })
	if _, err := backup.Make(context.Background(), src, cluster, o, folder, backup.FolderOptions{}, nobody); err != nil {
		t.Fatal(err)
	}
	if err := folder.Commit(); err != nil {
		t.Fatal(err)
	}
}

// deleteTarget does nothing where an earlier try has deleted it all.
func deleteTarget(t *testing.T, s store.ObjectStore, _ string) {
	at := &deletion.Target{Store: s, Bucket: store.NoBucket, Name: "target"}
	plan, err := deletion.Make(context.Background(), at)
	if errors.Is(err, deletion.ErrNone) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Execute(context.Background(), at); err != nil {
		t.Fatal(err)
	}
}

// crashStore is a store with a backup that must stay as it is, and others, each with a restore.
func crashStore(t *testing.T, others []string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range append([]string{"bystander"}, others...) {
		backuptest.New(name).Write(t, filepath.Join(dir, "backups"))
		writeRestore(t, filepath.Join(dir, "restores", "of-"+name), name)
	}
	return dir
}

// writeRestore writes the files of a restore of the backup.
func writeRestore(t *testing.T, dir, backup string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for suffix, text := range map[string]string{
		"-logs.gz": `level=info msg="Starting restore of backup velero/` + backup + `"`, "-results.gz": "{}", "-itemoperations.json.gz": "[]",
	} {
		var zipped bytes.Buffer
		out := gzip.NewWriter(&zipped)
		if _, err := out.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "restore-"+filepath.Base(dir)+suffix), zipped.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
