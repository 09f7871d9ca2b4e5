package sidefiles_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/internal/sidefiles"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
)

// whole is a backup that is written anew, with the archive as it is.
type whole struct {
	original *backuptest.Backup
	alone    bool // there is no original, as where a backup is made of manifests
	limits   tarball.Limits
	folder   sidefiles.Folder
}

// write writes the backup, and returns its files by their suffixes.
func (w *whole) write(t *testing.T) (files map[string]string, s *report.Summary, err error) {
	t.Helper()
	dir := w.original.Write(t, t.TempDir())
	place, err := store.OpenFileSystem(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	to, err := sink.CreateBackupFolder(sink.Place{Store: place, Name: "copy"}, false, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer to.Abort()
	if _, err := to.Write(backuptest.Gzip(t, w.original.Tar(t))); err != nil {
		t.Fatal(err)
	}
	f := w.folder
	f.To = to
	if f.Items == nil {
		f.Items = sidefiles.NewItems()
	}
	if f.Selection == nil {
		f.Selection = &velero.BackupSpec{}
	}
	if !w.alone {
		src, err := tarball.Open(t.Context(), dir, tarball.Options{Limits: w.limits})
		if err != nil {
			return nil, nil, err
		}
		defer src.Close()
		f.Original = src
	}
	s = &report.Summary{}
	if err := f.Write(t.Context(), s); err != nil {
		return nil, s, err
	}
	return filesOf(t, to.Dir()), s, nil
}

func filesOf(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(e.Name(), ".gz") && !strings.HasSuffix(e.Name(), ".tar.gz") {
			in, err := gzip.NewReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if data, err = io.ReadAll(in); err != nil {
				t.Fatal(err)
			}
		}
		files[strings.TrimPrefix(e.Name(), "copy")] = string(data)
	}
	return files
}

// noted is what is known of the pod with a volume, its claim and the volume.
func noted(kept bool) *sidefiles.Items {
	items := sidefiles.NewItems()
	for _, a := range []layout.Address{
		{Resource: layout.Pods, Namespace: "shop", Name: "web-0"}, {Resource: layout.PersistentVolumeClaims, Namespace: "shop", Name: "data"}, {Resource: layout.PersistentVolumes, Name: "pv-data"},
	} {
		items.Note(a.Key(), kept)
	}
	return items
}

// What names the original names the copy: by the name in velero-backup.json, and by that of the folder where it has none.
func TestTheOriginalIsKnownByTheNameInItsObject(t *testing.T) {
	named := backuptest.New("nightly")
	elder := backuptest.New("nightly")
	elder.Object = strings.Replace(elder.Object, `"name":"nightly"`, `"name":"elder"`, 1)
	for suffix, text := range elder.Side {
		elder.Side[suffix] = strings.ReplaceAll(text, "nightly", "elder")
	}
	nameless := backuptest.New("nightly")
	nameless.Object = strings.Replace(nameless.Object, `"name":"nightly",`, "", 1)
	for name, original := range map[string]*backuptest.Backup{"its folder's": named, "another than its folder's": elder, "none": nameless} {
		t.Run(name, func(t *testing.T) {
			files, _, err := (&whole{original: original, folder: sidefiles.Folder{Items: noted(true)}}).write(t)
			if err != nil {
				t.Fatal(err)
			}
			if files["-logs.gz"] != original.Side["-logs.gz"] || files["-results.gz"] != original.Side["-results.gz"] {
				t.Errorf("logs and results are %q and %q", files["-logs.gz"], files["-results.gz"])
			}
			for _, suffix := range []string{"-podvolumebackups.json.gz", "-volumesnapshots.json.gz"} {
				if text := files[suffix]; !strings.Contains(text, `"copy"`) || strings.Contains(text, `"nightly"`) || strings.Contains(text, `"elder"`) {
					t.Errorf("%s: %s", suffix, text)
				}
			}
		})
	}
}

// velero-backup.json is that of the original, and counts the snapshots of the volumes in the copy: all, and the completed ones.
func TestTheObjectOfTheOriginalCountsTheSnapshotsInTheCopy(t *testing.T) {
	failed := backuptest.New("nightly")
	failed.Side["-volumesnapshots.json.gz"] = strings.Replace(failed.Side["-volumesnapshots.json.gz"], `"Completed"`, `"Failed"`, 1)
	both := noted(true)
	both.Note(layout.Address{Resource: layout.PersistentVolumes, Name: "pv-spare"}.Key(), true)
	for name, test := range map[string]struct {
		original *backuptest.Backup
		items    *sidefiles.Items
		want     []string
	}{
		"kept":     {backuptest.New("nightly"), both, []string{`"volumeSnapshotsAttempted":2`, `"volumeSnapshotsCompleted":2`}},
		"one kept": {failed, noted(true), []string{`"volumeSnapshotsAttempted":1`}},
		"failed":   {failed, both, []string{`"volumeSnapshotsAttempted":2`, `"volumeSnapshotsCompleted":1`}},
		"left out": {backuptest.New("nightly"), noted(false), nil},
	} {
		files, _, err := (&whole{original: test.original, folder: sidefiles.Folder{Items: test.items}}).write(t)
		text := strings.Join(strings.Fields(files["velero-backup.json"]), "")
		if err != nil || !strings.Contains(text, `"team":"a"`) || strings.Count(text, "volumeSnapshots") != len(test.want) {
			t.Errorf("%s: got %s, %v", name, text, err)
		}
		for _, part := range test.want {
			if !strings.Contains(text, part) {
				t.Errorf("%s: %s is not in %s", name, part, text)
			}
		}
	}
}

// A claim is not in the archive, but the volume that is for it: its snapshot stays in the list.
func TestTheArchiveTellsWhichClaimsHaveVolumes(t *testing.T) {
	items := sidefiles.NewItems()
	items.Note(layout.Address{Resource: layout.PersistentVolumeClaims, Namespace: "shop", Name: "data"}.Key(), false)
	files, _, err := (&whole{original: backuptest.New("nightly"), folder: sidefiles.Folder{Items: items}}).write(t)
	if text := files["-csi-volumesnapshots.json.gz"]; err != nil || !strings.Contains(text, `"persistentVolumeClaimName":"data"`) {
		t.Errorf("got %s, %v", text, err)
	}
}

func TestABackupThatIsMadeHasTheFiltersThatWereAskedFor(t *testing.T) {
	asked := &velero.BackupSpec{IncludedNamespaces: []string{"shop"}, ExcludedResources: []string{"events"}}
	for name, alone := range map[string]bool{"of manifests": true, "of another backup": false} {
		files, _, err := (&whole{original: backuptest.New("nightly"), alone: alone, folder: sidefiles.Folder{Filters: asked}}).write(t)
		text := strings.Join(strings.Fields(files["velero-backup.json"]), "")
		if err != nil || !strings.Contains(text, `"includedNamespaces":["shop"]`) || !strings.Contains(text, `"excludedResources":["events"]`) || !strings.Contains(text, `"name":"copy"`) {
			t.Errorf("%s: got %s, %v", name, text, err)
		}
	}
}

func TestWhatAFolderCannotHoldIsTold(t *testing.T) {
	expired := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) // the backup expires in 2026
	skipped := noted(false)
	kept := noted(true)
	mapping := map[string]string{"shop": "store"}
	for name, test := range map[string]struct {
		folder sidefiles.Folder
		alone  bool
		want   string
	}{
		"in the store of the original, under the old names": {sidefiles.Folder{Items: kept, SameStore: true}, false, "snapshots-shared"},
		"in another store":                        {sidefiles.Folder{Items: kept}, false, "snapshots-shared pod-volume-data"},
		"in the same store, under another name":   {sidefiles.Folder{Items: kept, SameStore: true, Namespaces: mapping}, false, "snapshots-shared pod-volume-data"},
		"without the pod and its volume":          {sidefiles.Folder{Items: skipped}, false, ""},
		"of one that has expired":                 {sidefiles.Folder{Items: skipped, Now: expired}, false, "backup-expired"},
		"of one that will expire":                 {sidefiles.Folder{Items: skipped, Now: expired.AddDate(-1, 0, 0)}, false, ""},
		"of manifests, of which nothing is known": {sidefiles.Folder{Now: expired}, true, ""},
	} {
		_, s, err := (&whole{original: backuptest.New("nightly"), alone: test.alone, folder: test.folder}).write(t)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range s.Findings {
			got = append(got, f.ID)
		}
		if text := strings.Join(got, " "); text != test.want {
			t.Errorf("%s: got %s, want %s", name, text, test.want)
		}
	}
}

func withObject(text string) *backuptest.Backup {
	b := backuptest.New("nightly")
	b.Object = text
	return b
}

func TestAFolderThatCannotBeWrittenIsAnError(t *testing.T) {
	for name, w := range map[string]*whole{
		"an object without a spec":             {original: withObject(`{"kind":"Backup","metadata":{"name":"nightly"},"spec":1}`)},
		"more entries than the original's may": {original: backuptest.New("nightly"), limits: tarball.Limits{Entries: 3}},
	} {
		if files, _, err := w.write(t); err == nil {
			t.Errorf("%s: no error, but %d files", name, len(files))
		}
	}
	for _, suffix := range []string{"-podvolumebackups.json.gz", "-volumesnapshots.json.gz", "-volumeinfo.json.gz", "-itemoperations.json.gz", "-csi-volumesnapshots.json.gz"} {
		broken := backuptest.New("nightly")
		if broken.Side[suffix] == "" {
			t.Fatalf("the backup has no %s", suffix)
		}
		broken.Side[suffix] = `{"no":"list"}`
		if files, _, err := (&whole{original: broken}).write(t); err == nil {
			t.Errorf("%s: no error, but %d files", suffix, len(files))
		}
	}
}
