package deletion_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/deletion"
)

// bucket is a store with one backup, its restores and those of others.
func bucket(t *testing.T, items map[string]string) (*store.FileSystem, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := store.OpenFileSystem(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	put := func(key string, body []byte) {
		if err := s.PutObject(store.NoBucket, key, bytes.NewReader(body)); err != nil {
			t.Fatal(err)
		}
	}
	var archive bytes.Buffer
	w := pack.New(&archive, nil, pack.Options{})
	for path, body := range items {
		if err := w.Add(path, 0o755, time.Unix(0, 0), []byte(body), false); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	put("backups/nightly/nightly.tar.gz", archive.Bytes())
	put("backups/nightly/nightly-volumesnapshots.json.gz", gz(t, `[{"spec":{"persistentVolumeName":"pv-1","location":"aws"},"status":{"providerSnapshotID":"snap-1"}},{"spec":{},"status":{}}]`))
	put("backups/nightly/nightly-podvolumebackups.json.gz", gz(t, `[{"spec":{"pod":{"namespace":"shop","name":"web"},"volume":"data"},"status":{"snapshotID":"k1"}}]`))
	put("backups/nightly/nightly-volumeinfo.json.gz", gz(t, `[{"pvName":"pv-2","csiSnapshotInfo":{"snapshotHandle":"h-1"}},{"pvName":"pv-3","csiSnapshotInfo":{"snapshotHandle":"h-of-another"}}]`))
	put("backups/nightly/velero-backup.json", []byte(`{"metadata":{"name":"nightly"},"spec":{"storageLocation":"default"}}`))
	put("backups/nightly-2/velero-backup.json", []byte(`{"metadata":{"name":"nightly-2"}}`))
	put("restores/first/restore-first-logs.gz", gz(t, `time="2026" level=info msg="starting restore"`+"\n"+`time="2026" level=info msg="Starting restore of backup velero/nightly" x=y`+"\n"))
	put("restores/first/restore-first-results.gz", gz(t, `{}`))
	put("restores/json/restore-json-logs.gz", gz(t, `{"level":"info","msg":"Starting restore of backup velero/nightly"}`+"\n"))
	put("restores/other/restore-other-logs.gz", gz(t, `msg="Starting restore of backup velero/nightly-2"`+"\n"))
	put("restores/silent/restore-silent-results.gz", gz(t, `{}`))
	put("restores/broken/restore-broken-logs.gz", []byte("no gzip"))
	return s, dir
}

func gz(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func target(t *testing.T, s *store.FileSystem, dir string) *deletion.Target {
	t.Helper()
	src, err := tarball.Open(t.Context(), filepath.Join(dir, "backups", "nightly"), tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { src.Close() })
	return &deletion.Target{Store: s, Bucket: store.NoBucket, Name: "nightly", Source: src, Actions: builtin.Delete(actions.V1_18)}
}

var items = map[string]string{
	"resources/volumesnapshotcontents.snapshot.storage.k8s.io/cluster/mine.json":   `{"metadata":{"name":"mine","labels":{"velero.io/backup-name":"nightly"}},"spec":{"driver":"d"},"status":{"snapshotHandle":"h-1"}}`,
	"resources/volumesnapshotcontents.snapshot.storage.k8s.io/cluster/broken.json": `{"metadata":{"name":"broken","labels":{"velero.io/backup-name":"nightly"}}}`,
	"resources/datauploads.velero.io/namespaces/velero/up.json":                    `{"metadata":{"name":"up","namespace":"velero","labels":{"velero.io/backup-name":"weekly"}}}`,
	"resources/pods/namespaces/shop/web.json":                                      `{"metadata":{"name":"web","namespace":"shop"}}`,
}

func TestThePlanNamesAllThatBelongsToTheBackup(t *testing.T) {
	s, dir := bucket(t, items)
	p, err := deletion.Make(context.Background(), target(t, s, dir))
	if err != nil {
		t.Fatal(err)
	}
	var outside []string
	for _, o := range p.Outside {
		line := o.What + " " + o.ID + " of " + o.Of
		if !o.Velero {
			line += " stays"
		}
		for _, c := range o.Calls {
			line += ": " + c.Verb + " " + c.SnapshotID
		}
		outside = append(outside, line)
	}
	slices.Sort(outside)
	want := []string{
		"CSI snapshot h-1 of volumesnapshotcontents.snapshot.storage.k8s.io/mine",
		"CSI snapshot h-of-another of persistentvolumes/pv-3 stays",
		"data of datauploads.velero.io  of datauploads.velero.io/velero/up stays",
		"files of a pod's volume k1 of pods/shop/web, volume data",
		"native snapshot snap-1 of persistentvolumes/pv-1: DeleteSnapshot snap-1",
	}
	if !slices.Equal(outside, want) {
		t.Errorf("\n got %s\nwant %s", strings.Join(outside, "\n     "), strings.Join(want, "\n     "))
	}
	if len(p.Files) != 5 || len(p.Restores) != 2 || p.Restores[0].Name != "first" || p.Restores[1].Name != "json" || p.Count() != 8 {
		t.Errorf("%d files, restores %+v", len(p.Files), p.Restores)
	}
	var ids []string
	for _, f := range p.Findings {
		ids = append(ids, f.ID)
	}
	if want := []string{"delete-action-failed", "restore-unknown", "restore-unknown"}; !slices.Equal(ids, want) {
		t.Errorf("findings %+v", p.Findings)
	}
}

func TestDeletingLeavesEverythingElse(t *testing.T) {
	s, dir := bucket(t, items)
	at := target(t, s, dir)
	p, err := deletion.Make(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a second run finds all of it gone
		if err := p.Execute(context.Background(), at); err != nil {
			t.Fatal(err)
		}
	}
	left, err := s.ListObjects(store.NoBucket, "")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"backups/nightly-2/velero-backup.json", "restores/broken/restore-broken-logs.gz", "restores/other/restore-other-logs.gz", "restores/silent/restore-silent-results.gz"}
	if !slices.Equal(left, want) {
		t.Errorf("left %q, want %q", left, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "backups", "nightly")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the backup's folder: %v", err)
	}
	if _, err := deletion.Make(context.Background(), at); !errors.Is(err, deletion.ErrNone) {
		t.Errorf("a backup that is gone: %v", err)
	}
}

// failing is a store that fails at its nth deletion and notes the order.
type failing struct {
	*store.FileSystem
	n       int
	deleted []string
}

func (f *failing) DeleteObject(bucket, key string) error {
	if len(f.deleted) == f.n {
		return errors.New("no more")
	}
	f.deleted = append(f.deleted, key)
	return f.FileSystem.DeleteObject(bucket, key)
}

func TestABackupThatIsHalfDeletedIsNotListed(t *testing.T) {
	for n := range 8 {
		s, dir := bucket(t, items)
		at := target(t, s, dir)
		p, err := deletion.Make(context.Background(), at)
		if err != nil {
			t.Fatal(err)
		}
		half := &failing{FileSystem: s, n: n}
		at.Store = half
		if err := p.Execute(context.Background(), at); err == nil {
			t.Fatal("no error")
		}
		listed, err := store.Backups(s, store.NoBucket, "")
		if err != nil {
			t.Fatal(err)
		}
		left, err := s.ListObjects(store.NoBucket, layout.BackupPrefix("", "nightly"))
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(listed, "nightly") != (len(left) == 5) {
			t.Errorf("after %d deletions (%q) %d files are left and listed are %q", n, half.deleted, len(left), listed)
		}
		// What is left can be deleted, without the source.
		at.Store, at.Source = s, nil
		if p, err = deletion.Make(context.Background(), at); err != nil {
			t.Fatalf("after %d deletions: %v", n, err)
		}
		if err := p.Execute(context.Background(), at); err != nil {
			t.Error(err)
		}
	}
}
