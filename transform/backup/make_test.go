package backup_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/look/verify"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
)

// Velero backed up namespace shop after the whole cluster. The backup that is cut out of the whole has to list the same
// items, and to know of the same volumes.
func TestTheFilesBesideACutBackupSayWhatVeleroSaid(t *testing.T) {
	for _, home := range backups.Homes(t) {
		t.Run(home, func(t *testing.T) { copyOfShop(t, filepath.Join(home, "all"), filepath.Join(home, "shop-only")) })
	}
}

func copyOfShop(t *testing.T, whole, alone string) {
	t.Helper()
	src, err := tarball.Open(t.Context(), whole, tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	o := &backup.Options{
		Profile: actions.V1_18, Name: "cut", Spec: velero.BackupSpec{IncludedNamespaces: []string{"shop"}},
		Actions: builtin.Backup(actions.V1_18), ItemBlocks: builtin.ItemBlock(actions.V1_18),
	}
	cluster, err := backup.FromBackup(context.Background(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	dir := t.TempDir()
	bucket, err := store.OpenFileSystem(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer bucket.Close()
	folder, err := sink.CreateBackupFolder(sink.Place{Store: bucket, Name: "cut"}, false, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Abort()
	summary, err := backup.Make(context.Background(), src, cluster, o, folder, backup.FolderOptions{},
		report.SinkFunc(func(*report.Item) error { return nil }))
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Commit(); err != nil {
		t.Fatal(err)
	}
	if summary.Outcomes[report.Include] != 96 || summary.Errors > 0 {
		t.Errorf("%+v", summary)
	}
	cut := filepath.Join(dir, "backups", "cut", "cut-")
	var got, want any
	unpack(t, cut+"resource-list.json.gz", &got)
	unpack(t, filepath.Join(alone, "shop-only-resource-list.json.gz"), &want)
	if g, w := sorted(t, got), sorted(t, want); !bytes.Equal(g, w) {
		t.Errorf("resource list\n got %s\nwant %s", g, w)
	}
	for _, file := range []string{"volumeinfo.json.gz", "podvolumebackups.json.gz", "volumesnapshots.json.gz"} {
		var got, want []json.RawMessage
		unpack(t, cut+file, &got)
		unpack(t, filepath.Join(alone, "shop-only-"+file), &want)
		if len(got) != len(want) {
			t.Errorf("%s: %d entries, want %d", file, len(got), len(want))
		}
	}
}

func unpack(t *testing.T, path string, into any) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func sorted(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A definition that is stored in v1beta1 in the place of its form in v1 is listed as that form, as Velero does.
func TestADefinitionInAnOldVersionIsListedInTheNewOne(t *testing.T) {
	m, err := backup.NewManifests(backup.ManifestOptions{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := m.Read("crds.yaml", strings.NewReader(`
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: old.example.io}, spec: {versions: [{name: v1}]}}
---
{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition, metadata: {name: old.example.io}, spec: {version: v1}}
`)); err != nil {
		t.Fatal(err)
	}
	source, err := m.Source()
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	yes := true
	dir := t.TempDir()
	bucket, err := store.OpenFileSystem(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer bucket.Close()
	folder, err := sink.CreateBackupFolder(sink.Place{Store: bucket, Name: "crds"}, false, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Abort()
	o := &backup.Options{
		Profile: actions.V1_18, Name: "crds", Spec: velero.BackupSpec{IncludeClusterResources: &yes}, Actions: builtin.Backup(actions.V1_18),
	}
	if _, err := backup.Make(context.Background(), nil, source, o, folder, backup.FolderOptions{}, report.SinkFunc(func(*report.Item) error { return nil })); err != nil {
		t.Fatal(err)
	}
	if err := folder.Commit(); err != nil {
		t.Fatal(err)
	}
	var list map[string][]string
	unpack(t, filepath.Join(dir, "backups", "crds", "crds-resource-list.json.gz"), &list)
	if want := []string{"old.example.io"}; len(list) != 1 || !slices.Equal(list["apiextensions.k8s.io/v1/CustomResourceDefinition"], want) {
		t.Errorf("the list is %v", list)
	}
	damage, err := verify.Backup(context.Background(), filepath.Join(dir, "backups", "crds"), verify.Options{Name: "crds"})
	if err != nil || len(damage.Findings) > 0 {
		t.Errorf("damage: %+v, %v", damage, err)
	}
}
