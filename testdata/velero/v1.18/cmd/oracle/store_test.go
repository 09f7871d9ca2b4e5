package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	velerov1 "github.com/vmware-tanzu/velero/pkg/apis/velero/v1"
	"github.com/vmware-tanzu/velero/pkg/persistence"
	velerostore "github.com/vmware-tanzu/velero/pkg/plugin/velero"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/rewrite"
	"github.com/veltx/veltx/transform/sink"
)

// anyProvider hands Velero veltx's object store, whatever the location's provider is called.
type anyProvider struct{ dir string }

func (p anyProvider) GetObjectStore(string) (velerostore.ObjectStore, error) { return p, nil }

// The store is Velero's interface as it is; only its folder is known here and not in the location.
func (p anyProvider) Init(map[string]string) error { return nil }

func (p anyProvider) files() *store.FileSystem {
	s, err := store.OpenFileSystem(p.dir)
	if err != nil {
		panic(err)
	}
	return s
}

func (p anyProvider) PutObject(b, k string, r io.Reader) error { return p.files().PutObject(b, k, r) }
func (p anyProvider) ObjectExists(b, k string) (bool, error)   { return p.files().ObjectExists(b, k) }
func (p anyProvider) GetObject(b, k string) (io.ReadCloser, error) {
	return p.files().GetObject(b, k)
}
func (p anyProvider) ListCommonPrefixes(b, k, d string) ([]string, error) {
	return p.files().ListCommonPrefixes(b, k, d)
}
func (p anyProvider) ListObjects(b, k string) ([]string, error) { return p.files().ListObjects(b, k) }
func (p anyProvider) DeleteObject(b, k string) error            { return p.files().DeleteObject(b, k) }
func (p anyProvider) CreateSignedURL(b, k string, ttl time.Duration) (string, error) {
	return p.files().CreateSignedURL(b, k, ttl)
}

// The provider is one of Velero's own kind.
var _ velerostore.ObjectStore = (*store.FileSystem)(nil)

// rewriteInto writes the backup at a path into bucket velero of the store, under the prefix east.
func rewriteInto(t *testing.T, dir, path, name string, spec velero.RestoreSpec) {
	t.Helper()
	s, err := store.OpenFileSystem(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	folder, err := sink.CreateBackupFolder(sink.Place{Store: s, Bucket: "velero", Prefix: "east", Name: name}, false, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Abort()
	src, err := tarball.Open(t.Context(), path, tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	o := &restore.Options{Profile: actions.V1_18, Restore: &velero.Restore{Spec: spec}, Actions: builtin.Restore(actions.V1_18), Secrets: true}
	if err := o.Complete(src.Name()); err != nil {
		t.Fatal(err)
	}
	discard := report.SinkFunc(func(*report.Item) error { return nil })
	if _, err := rewrite.Backup(context.Background(), src, o, folder, rewrite.BackupOptions{}, discard); err != nil {
		t.Fatal(err)
	}
	if err := folder.Commit(); err != nil {
		t.Fatal(err)
	}
}

// TestVeleroReadsWhatVeltxWritesIntoAStore lets Velero's own persistence package read a rewritten backup, file by file,
// and delete it, through veltx's object store.
func TestVeleroReadsWhatVeltxWritesIntoAStore(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "velero"), 0o755); err != nil {
		t.Fatal(err)
	}
	source := backuptest.New("nightly").Write(t, t.TempDir())
	rewriteInto(t, dir, source, "copy", velero.RestoreSpec{IncludedNamespaces: []string{"shop"}, NamespaceMapping: map[string]string{"shop": "store"}})

	location := &velerov1.BackupStorageLocation{}
	location.Name, location.Spec.Provider = "default", "veltx"
	location.Spec.ObjectStorage = &velerov1.ObjectStorageLocation{Bucket: "velero", Prefix: "east"}
	silent := logrus.New()
	silent.SetOutput(io.Discard)
	backups, err := persistence.NewObjectBackupStoreGetter(nil).Get(location, anyProvider{dir}, silent)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "the store is valid", backups.IsValid())
	names, err := backups.ListBackups()
	check(t, "list", err)
	if !slices.Equal(names, []string{"copy"}) {
		t.Errorf("Velero lists %q", names)
	}
	there, err := backups.BackupExists("velero", "copy")
	check(t, "exists", err)
	backup, err := backups.GetBackupMetadata("copy")
	check(t, "metadata", err)
	if !there || backup.Name != "copy" || !slices.Equal(backup.Spec.IncludedNamespaces, []string{"store"}) || backup.Status.Progress.TotalItems != 6 {
		t.Errorf("Velero reads %v %+v", there, backup)
	}
	pods, err := backups.GetPodVolumeBackups("copy")
	check(t, "pod volume backups", err)
	if len(pods) != 1 || pods[0].Spec.Pod.Namespace != "store" || pods[0].Labels["velero.io/backup-name"] != "copy" || pods[0].Name != "copy-abcde" {
		t.Errorf("Velero reads %+v", pods)
	}
	volumes, err := backups.GetBackupVolumeInfos("copy")
	check(t, "volume infos", err)
	if len(volumes) != 1 || volumes[0].PVCNamespace != "store" || volumes[0].PVBInfo.PodNamespace != "store" {
		t.Errorf("Velero reads %+v", volumes)
	}
	snapshots, err := backups.GetBackupVolumeSnapshots("copy")
	check(t, "snapshots", err)
	operations, err := backups.GetBackupItemOperations("copy")
	check(t, "operations", err)
	csi, err := backups.GetCSIVolumeSnapshots("copy")
	check(t, "CSI snapshots", err)
	classes, err := backups.GetCSIVolumeSnapshotClasses("copy")
	check(t, "CSI classes", err)
	if len(snapshots) != 1 || len(operations) != 1 || operations[0].Spec.ResourceIdentifier.Namespace != "store" || len(csi) != 1 || csi[0].Namespace != "store" || len(classes) != 1 {
		t.Errorf("Velero reads %+v %+v %+v %+v", snapshots, operations, csi, classes)
	}
	contents, err := backups.GetBackupContents("copy")
	check(t, "contents", err)
	check(t, "close", contents.Close())
	url, err := backups.GetDownloadURL(velerov1.DownloadTarget{Kind: velerov1.DownloadTargetKindBackupContents, Name: "copy"})
	check(t, "URL", err)
	in, err := anyProvider{dir}.files().Open(url)
	check(t, "open the URL", err)
	check(t, "close", in.Close())

	check(t, "delete", backups.DeleteBackup("copy"))
	if left, _ := os.ReadDir(filepath.Join(dir, "velero")); len(left) > 0 {
		t.Errorf("%s is left after Velero deleted the backup", left[0].Name())
	}
}

// TestVeleroRestoresAStoredBackupAsTheOriginal lets the real Velero restore the original with options, and the rewritten
// backup with none.
func TestVeleroRestoresAStoredBackupAsTheOriginal(t *testing.T) {
	original := filepath.Join(recordings, "backups", "shop-only")
	if _, err := os.Stat(original); err != nil {
		t.Skip("no real backups here")
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "velero"), 0o755); err != nil {
		t.Fatal(err)
	}
	rewriteInto(t, dir, original, "shop-only", velero.RestoreSpec{NamespaceMapping: map[string]string{"shop": "store"}})
	want := createdBy(t, original, "  namespaceMapping: {shop: store}\n")
	got := createdBy(t, filepath.Join(dir, "velero", "east", "backups", "shop-only"), "")
	if len(want) < 50 {
		t.Errorf("only %d objects", len(want))
	}
	for _, d := range conformance.Compare(want, got) {
		if !consumed(d) {
			t.Error(d)
		}
	}
}

// consumed are the two places where an archive cannot be restored as the original; docs/PARITY.md has them.
func consumed(d conformance.Difference) bool {
	return d.Got == "" && (strings.Contains(d.Path, "/metadata/annotations/init.hook.restore.velero.io") ||
		strings.HasSuffix(d.Request, "store/app-sa-token-abcde"))
}

// createdBy are the objects that Velero creates from the backup in a folder.
func createdBy(t *testing.T, folder, spec string) []conformance.Request {
	t.Helper()
	file := filepath.Join(t.TempDir(), "restore.yaml")
	text := "apiVersion: velero.io/v1\nkind: Restore\nmetadata: {name: r, namespace: velero}\nspec:\n  backupName: shop-only\n" + spec
	check(t, "write", os.WriteFile(file, []byte(text), 0o600))
	in, err := conformance.ReadFiles(conformance.Files{Backup: folder, Restore: file})
	check(t, "read", err)
	answer, err := release.Run(in)
	check(t, "restore", err)
	if answer.Outcome.Failure != "" || len(answer.Outcome.Validation) > 0 {
		t.Fatalf("the restore did not run: %+v", answer.Outcome)
	}
	var created []conformance.Request
	for _, q := range answer.Requests {
		if q.Verb == "create" {
			created = append(created, plain(q))
		}
	}
	return created
}

func check(t *testing.T, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}
