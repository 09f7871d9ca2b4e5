package verify_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/look/verify"
)

// partly makes the backup one that ended PartiallyFailed with these errors of its log.
func partly(b *backuptest.Backup, errors ...string) {
	b.Object = strings.Replace(b.Object, `"phase":"Completed"`, `"phase":"PartiallyFailed","errors":1`, 1)
	b.Side["-results.gz"] = `{"errors":{"velero":["` + strings.Join(errors, `","`) + `"]},"warnings":{}}`
}

const failedPod = " name: /web-0 message: /Error backing up item error: /pod volume backup failed"

// What Velero itself writes where it fails on items: they are listed and counted, files beside the archive name them, and
// the archive lacks them.
func TestWhatVeleroFailedOnIsNoDamage(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*backuptest.Backup)
		failed string // what it failed on
		ids    string // findings
	}{
		{"a pod", func(b *backuptest.Backup) { partly(b, failedPod); b.Remove("shop/web-0") }, "v1/Pod shop/web-0", ""},
		{"a pod whose hook failed", func(b *backuptest.Backup) {
			partly(b, " name: /web-0 message: /Error running pre hooks for pod error: /command terminated with exit code 1")
			b.Remove("shop/web-0")
		}, "v1/Pod shop/web-0", ""},
		{"a pod, its claim and the volume that could not be snapshotted", func(b *backuptest.Backup) {
			partly(b, " name: /web-0 message: /Error backing up item error: /error taking snapshot of volume")
			b.Remove("shop/web-0")
			b.Remove("shop/data")
			b.Remove("cluster/pv-data")
		}, "v1/PersistentVolume pv-data, v1/PersistentVolumeClaim shop/data, v1/Pod shop/web-0", ""},
		{"an item with resource and namespace in the error, as Velero before 1.15 notes them", func(b *backuptest.Backup) {
			partly(b)
			b.Side["-results.gz"] = `{"errors":{"namespaces":{"shop":[" resource: /services name: /web message: /Error backing up item error: /x"]}}}`
			b.Remove("/services/")
		}, "v1/Service shop/web", ""},
		{"an error of another resource with that name", func(b *backuptest.Backup) {
			partly(b)
			b.Side["-results.gz"] = `{"errors":{"namespaces":{"shop":[" resource: /deployments.apps name: /web message: /Error backing up item error: /x"]}}}`
			b.Remove("/services/")
		}, "", "list-has-more backup-object-count"},
		{"without results nothing tells which", func(b *backuptest.Backup) {
			partly(b)
			delete(b.Side, "-results.gz")
			b.Remove("shop/web-0")
		}, "v1/Pod shop/web-0", ""},
		{"without results and list, before Velero 1.1", func(b *backuptest.Backup) {
			partly(b)
			delete(b.Side, "-results.gz")
			delete(b.Side, "-resource-list.json.gz")
			b.Remove("shop/web-0")
		}, "", ""},
		{"another item is gone, too", func(b *backuptest.Backup) {
			partly(b, failedPod)
			b.Remove("shop/web-0")
			b.Remove("/configmaps/")
		}, "v1/Pod shop/web-0", "list-has-more backup-object-count"},
		{"a backup that completed", func(b *backuptest.Backup) { b.Remove("shop/web-0") }, "", "list-has-more unknown-pod unknown-pod backup-object-count"},
		{"what an operation of an item action added at its end", func(b *backuptest.Backup) {
			b.Add("datauploads.velero.io", "v2alpha1", "velero", "d1", `{"apiVersion":"velero.io/v2alpha1","kind":"DataUpload","metadata":{"name":"d1","namespace":"velero"}}`)
		}, "", ""},
		{"what an operation added, and no list tells", func(b *backuptest.Backup) {
			delete(b.Side, "-resource-list.json.gz")
			b.Add("datauploads.velero.io", "v2alpha1", "velero", "d1", `{"apiVersion":"velero.io/v2alpha1","kind":"DataUpload","metadata":{"name":"d1","namespace":"velero"}}`)
		}, "", ""},
		{"an item more that no operation added", func(b *backuptest.Backup) {
			b.Add("datauploads.velero.io", "v2alpha1", "velero", "d2", `{"apiVersion":"velero.io/v2alpha1","kind":"DataUpload","metadata":{"name":"d2","namespace":"velero"}}`)
		}, "", "list-lacks backup-object-count"},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := backuptest.New("nightly")
			row.change(b)
			r := look(t, b.Write(t, t.TempDir()), verify.Options{})
			var failed []string
			for _, f := range r.Failed {
				failed = append(failed, f.Kind+" "+f.Name)
			}
			got := strings.Fields(ids(r))
			want := strings.Fields(row.ids)
			if strings.Join(failed, ", ") != row.failed || !sameIDs(got, want) {
				t.Errorf("failed %q, found %q, want %q and %q", failed, got, row.failed, want)
			}
		})
	}
}

func sameIDs(got, want []string) bool {
	counts := map[string]int{}
	for _, id := range got {
		counts[id]++
	}
	for _, id := range want {
		counts[id]--
	}
	for _, n := range counts {
		if n != 0 {
			return false
		}
	}
	return true
}

// veltx backup puts a manifest of another version than the preferred one plainly, and under its own version.
func TestACopyUnderItsOwnVersionIsACopy(t *testing.T) {
	const (
		plain = "resources/clusterroles.rbac.authorization.k8s.io/cluster/old.json"
		body  = `{"apiVersion":"rbac.authorization.k8s.io/v1beta1","kind":"ClusterRole","metadata":{"name":"old"}}`
	)
	for copied, want := range map[string]string{body: "", strings.Replace(body, "{", "{ ", 1): "twin-missing"} {
		b := backuptest.New("nightly")
		delete(b.Side, "-resource-list.json.gz")
		b.Object = strings.ReplaceAll(b.Object, `":10`, `":11`)
		b.Entries = append(b.Entries, backuptest.File{Path: plain, Body: body},
			backuptest.File{Path: strings.Replace(plain, "/cluster/", "/v1beta1/cluster/", 1), Body: copied})
		if r := look(t, b.Write(t, t.TempDir()), verify.Options{}); strings.ReplaceAll(ids(r), " backup-object-count", "") != want {
			t.Errorf("%s: found %s, want %s", copied, ids(r), want)
		}
	}
}

func TestFoldersOfAStoreThatAreNoBackupAreFound(t *testing.T) {
	dir := t.TempDir()
	folders := filepath.Join(dir, "backups")
	for _, name := range []string{"ark", "lost", "whole"} {
		backuptest.New(name).Write(t, folders)
	}
	remove("velero-backup.json")(t, filepath.Join(folders, "lost"))
	remove("velero-backup.json")(t, filepath.Join(folders, "ark"))
	for _, file := range []string{"ark/ark-backup.json", "logs/logs-logs.gz", "deep/er/x.txt", "ark-2/ark-backup.json"} {
		path := filepath.Join(folders, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("{}"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := store.OpenFileSystem(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	reports, err := verify.Store(t.Context(), &verify.Place{Store: s, Folder: func(name string) (string, func() error, error) {
		return filepath.Join(folders, name), func() error { return nil }, nil
	}}, verify.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range reports {
		got = append(got, r.Backup+": "+ids(r))
	}
	want := "ark: backup-of-ark; ark-2: backup-of-ark archive-missing; deep: folder-not-backup; logs: folder-not-backup side-not-gzip; lost: backup-object-missing; whole: "
	if strings.Join(got, "; ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "; "), want)
	}
}
