package transform_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/look/verify"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/rewrite"
	"github.com/veltx/veltx/transform/sink"
)

// toStore rewrites the backup at a path into a store.
func toStore(t *testing.T, path string, place sink.Place, spec velero.RestoreSpec, force bool) (*report.Summary, error) {
	t.Helper()
	folder, err := sink.CreateBackupFolder(place, force, t.TempDir())
	if err != nil {
		return nil, err
	}
	defer folder.Abort()
	src, err := tarball.Open(t.Context(), path, tarball.Options{})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	s := square{spec: spec}
	o := s.options(t)
	o.Restore.Spec.BackupName = "" // it is the one that is read
	if err := o.Complete(src.Name()); err != nil {
		return nil, err
	}
	summary, err := rewrite.Backup(context.Background(), src, o, folder, rewrite.BackupOptions{Now: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}, discard)
	if err != nil {
		return nil, err
	}
	return summary, folder.Commit()
}

func newFileStore(t *testing.T) (*store.FileSystem, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := store.OpenFileSystem(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dir
}

func mustWrite(t *testing.T, path string, place sink.Place, spec velero.RestoreSpec) *report.Summary {
	t.Helper()
	summary, err := toStore(t, path, place, spec, false)
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

func wantNoDamage(t *testing.T, path, name string) *verify.Report {
	t.Helper()
	r, err := verify.Backup(context.Background(), path, verify.Options{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Findings {
		t.Errorf("%s: %s %s %s: %s", path, f.ID, f.File, f.Entry, f.Text)
	}
	return r
}

func readText(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	data, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(data))
}

func TestAWholeBackupFollowsTheMappingTheSelectionAndTheName(t *testing.T) {
	s, dir := newFileStore(t)
	original := backuptest.New("nightly").Write(t, t.TempDir())
	summary := mustWrite(t, original, sink.Place{Store: s, Prefix: "p", Name: "copy"},
		velero.RestoreSpec{IncludedNamespaces: []string{"shop"}, NamespaceMapping: map[string]string{"shop": "store"}})
	folder := filepath.Join(dir, "p", "backups", "copy")
	wantNoDamage(t, folder, "copy")
	for suffix, want := range map[string]string{
		"-resource-list.json.gz": `{"apps/v1/Deployment":["store/web"],"v1/Namespace":["store"],"v1/PersistentVolume":["pv-data"],` +
			`"v1/PersistentVolumeClaim":["store/data"],"v1/Pod":["store/web-0"],"v1/Service":["store/web"]}`,
		"-volumeinfo.json.gz": `[{"pvcName":"data","pvcNamespace":"store","pvName":"pv-data","backupMethod":"PodVolumeBackup","snapshotDataMoved":false,"skipped":false,` +
			`"pvbInfo":{"snapshotHandle":"h1","uploaderType":"kopia","volumeName":"data","podName":"web-0","podNamespace":"store","Phase":"Completed"},"pvInfo":{"reclaimPolicy":"Delete","labels":null},"future":1.0}]`,
		"-podvolumebackups.json.gz": `[{"metadata":{"name":"copy-abcde","generateName":"copy-","namespace":"velero","labels":{"velero.io/backup-name":"copy"},` +
			`"ownerReferences":[{"apiVersion":"velero.io/v1","kind":"Backup","name":"copy","uid":"b1"}]},` +
			`"spec":{"pod":{"kind":"Pod","namespace":"store","name":"web-0"},"volume":"data","uploaderType":"kopia","tags":{"ns":"shop"}},"status":{"phase":"Completed","snapshotID":"k1"}}]`,
		"-volumesnapshots.json.gz": `[{"spec":{"backupName":"copy","backupUID":"b1","location":"default","persistentVolumeName":"pv-data","providerVolumeID":"vol-1","volumeType":"gp3"},` +
			`"status":{"providerSnapshotID":"snap-pv-data","phase":"Completed"}}]`,
		"-itemoperations.json.gz": `[{"spec":{"backupName":"copy","backupUID":"b1","resourceIdentifier":{"Group":"","Resource":"persistentvolumeclaims","Namespace":"store","Name":"data"},` +
			`"operationID":"du-1","postOperationItems":[{"Group":"velero.io","Resource":"datauploads","Namespace":"velero","Name":"d1"}]},"status":{"phase":"Completed"}}]`,
		"-csi-volumesnapshots.json.gz":        `[{"metadata":{"name":"s1","namespace":"store","labels":{"velero.io/backup-name":"copy"}},"spec":{"source":{"persistentVolumeClaimName":"data"}}}]`,
		"-csi-volumesnapshotcontents.json.gz": `[{"metadata":{"name":"c1"},"spec":{"volumeSnapshotRef":{"name":"s1","namespace":"store"}}}]`,
		"-csi-volumesnapshotclasses.json.gz":  `[{"metadata":{"name":"class"},"driver":"d"}]`,
		"-results.gz":                         `{"errors":{},"warnings":{"velero":["a warning"]}}`,
		"-logs.gz":                            `time="2026-11-23T07:05:06Z" level=info`,
	} {
		if got := readText(t, filepath.Join(folder, "copy"+suffix)); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", suffix, got, want)
		}
	}
	wantBackupObject(t, folder, `{"kind":"Backup","apiVersion":"velero.io/v1","metadata":{"name":"copy","namespace":"velero","uid":"b1",`+
		`"creationTimestamp":"2026-11-23T07:05:05Z","labels":{"velero.io/storage-location":"default","team":"a"},`+
		`"annotations":{"velero.io/source-cluster-k8s-gitversion":"v1.33.13"}},`+
		`"spec":{"metadata":{},"includedNamespaces":["store"],"ttl":"720h0m0s","hooks":{},"storageLocation":"default","future":12345678901234567890},`+
		`"status":{"version":1,"formatVersion":"1.1.0","expiration":"2026-12-23T07:05:06Z","phase":"Completed","startTimestamp":"2026-11-23T07:05:06Z",`+
		`"volumeSnapshotsAttempted":1,"volumeSnapshotsCompleted":1,"warnings":1,"progress":{"totalItems":6,"itemsBackedUp":6}}}`)
	wantWarnings(t, summary, "backup-expired", "pod-volume-data", "snapshots-shared")
}

func wantBackupObject(t *testing.T, folder, want string) {
	t.Helper()
	got, err := object.Parse([]byte(readText(t, filepath.Join(folder, "velero-backup.json"))))
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range object.Diff(object.MustParse(want), got) {
		t.Errorf("velero-backup.json: %s %s %s, want %s", d.Op, d.Path, d.New.JSON(), d.Old.JSON())
	}
}

func wantWarnings(t *testing.T, s *report.Summary, want ...string) {
	t.Helper()
	var got []string
	for _, d := range s.Findings {
		got = append(got, d.ID)
	}
	slices.Sort(got)
	if !slices.Equal(slices.Compact(got), want) {
		t.Errorf("got warnings %q, want %q", got, want)
	}
}

func TestABackupThatNothingChangesStaysAsItIs(t *testing.T) {
	s, dir := newFileStore(t)
	original := backuptest.New("nightly").Write(t, t.TempDir())
	mustWrite(t, original, sink.Place{Store: s, Name: "nightly"}, velero.RestoreSpec{})
	entries, err := os.ReadDir(original)
	if err != nil {
		t.Fatal(err)
	}
	wantNoDamage(t, filepath.Join(dir, "backups", "nightly"), "nightly")
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".tar.gz") {
			continue // the same items, packed anew
		}
		got := readText(t, filepath.Join(dir, "backups", "nightly", e.Name()))
		if want := readText(t, filepath.Join(original, e.Name())); got != want {
			t.Errorf("%s:\ngot  %.300q\nwant %.300q", e.Name(), got, want)
		}
	}
}

func TestABareTarballBecomesABackup(t *testing.T) {
	s, dir := newFileStore(t)
	original := backuptest.New("nightly").Write(t, t.TempDir())
	mustWrite(t, filepath.Join(original, "nightly.tar.gz"), sink.Place{Store: s, Name: "bare"}, velero.RestoreSpec{IncludedNamespaces: []string{"other"}})
	folder := filepath.Join(dir, "backups", "bare")
	if r := wantNoDamage(t, folder, "bare"); r.Items != 3 || r.Files != 1 {
		t.Errorf("got %d items, %d files", r.Items, r.Files)
	}
	wantBackupObject(t, folder, `{"kind":"Backup","apiVersion":"velero.io/v1","metadata":{"creationTimestamp":"2026-11-18T11:06:40Z","labels":{"velero.io/storage-location":"default"},"name":"bare","namespace":"velero"},`+
		`"spec":{"metadata":{},"includedNamespaces":["other"],"ttl":"720h0m0s","hooks":{},"storageLocation":"default"},`+
		`"status":{"completionTimestamp":"2026-11-18T11:06:40Z","formatVersion":"1.1.0","phase":"Completed","progress":{"itemsBackedUp":3,"totalItems":3},"startTimestamp":"2026-11-18T11:06:40Z","version":1}}`)
}

func TestABackupThatIsThereIsKeptUnlessForced(t *testing.T) {
	s, dir := newFileStore(t)
	original := backuptest.New("nightly").Write(t, t.TempDir())
	place := sink.Place{Store: s, Name: "nightly"}
	mustWrite(t, original, place, velero.RestoreSpec{})
	stray := filepath.Join(dir, "backups", "nightly", "nightly-stray.gz")
	if err := os.WriteFile(stray, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := toStore(t, original, place, velero.RestoreSpec{}, false); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "--force") {
		t.Errorf("got %v", err)
	}
	if _, err := toStore(t, original, place, velero.RestoreSpec{IncludedNamespaces: []string{"other"}}, true); err != nil {
		t.Fatal(err)
	}
	if r := wantNoDamage(t, filepath.Join(dir, "backups", "nightly"), "nightly"); r.Items != 3 {
		t.Errorf("%d items", r.Items)
	}
	if _, err := os.Stat(stray); err == nil {
		t.Error("a file of the old backup is left")
	}
}

func TestBadNamesOfBackups(t *testing.T) {
	s, _ := newFileStore(t)
	for _, name := range []string{"", "../x", "a/b", "Upper", "-a", "a-", "a b", strings.Repeat("a", 254)} {
		if _, err := sink.CreateBackupFolder(sink.Place{Store: s, Name: name}, false, t.TempDir()); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

func TestWhatIsWrittenFromTheRealBackupsHasNoDamage(t *testing.T) {
	no := false
	specs := map[string]velero.RestoreSpec{
		"as it is": {}, "mapped": {NamespaceMapping: map[string]string{"shop": "store"}},
		"one namespace": {IncludedNamespaces: []string{"shop"}}, "without cluster scope": {IncludeClusterResources: &no},
		"one resource": {IncludedResources: []string{"persistentvolumeclaims"}}, "without volumes": {ExcludedResources: []string{"pv"}},
		"without namespaces": {ExcludedNamespaces: []string{"shop", "data"}},
	}
	for _, original := range backups.Folders(t) {
		for what, spec := range specs {
			t.Run(original+" "+what, func(t *testing.T) {
				s, dir := newFileStore(t)
				mustWrite(t, original, sink.Place{Store: s, Name: "copy"}, spec)
				wantNoDamage(t, filepath.Join(dir, "backups", "copy"), "copy")
			})
		}
	}
}

// failing is a store of which the n-th put fails.
type failing struct {
	store.ObjectStore
	puts int
}

func (f *failing) PutObject(bucket, key string, body io.Reader) error {
	if f.puts--; f.puts < 0 {
		return errors.New("no space left")
	}
	return f.ObjectStore.PutObject(bucket, key, body)
}

func TestAFailedPutLeavesNothingOfTheBackup(t *testing.T) {
	original := backuptest.New("nightly").Write(t, t.TempDir())
	for puts := range 12 {
		s, dir := newFileStore(t)
		_, err := toStore(t, original, sink.Place{Store: &failing{s, puts}, Name: "copy"}, velero.RestoreSpec{}, false)
		if err == nil || !strings.Contains(err.Error(), "backup copy: no space left") {
			t.Fatalf("%d puts: got %v", puts, err)
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%d puts: %s is left", puts, left[0].Name())
		}
	}
}

func TestEqualInputGivesEqualFiles(t *testing.T) {
	original := backuptest.New("nightly").Write(t, t.TempDir())
	var before map[string]string
	for range 3 {
		s, dir := newFileStore(t)
		mustWrite(t, original, sink.Place{Store: s, Name: "copy"}, velero.RestoreSpec{NamespaceMapping: map[string]string{"shop": "store"}})
		now := tree(t, dir)
		if before != nil {
			a, _ := json.Marshal(before)
			b, _ := json.Marshal(now)
			if string(a) != string(b) {
				t.Error("two runs wrote different bytes")
			}
		}
		before = now
	}
}

// tree reads all files of a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
