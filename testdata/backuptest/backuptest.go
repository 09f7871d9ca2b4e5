// Package backuptest makes a small whole backup for tests: two namespaces, a pod with a volume of each kind, and every
// file that Velero writes beside the tarball.
package backuptest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/tarball"
)

// File is an entry of the tarball.
type File struct{ Path, Body string }

// Backup is a backup that can be changed before it is written.
type Backup struct {
	Name    string
	Object  string            // velero-backup.json
	Entries []File            // of the tarball
	Side    map[string]string // suffix of the file's name -> its text
}

const (
	pod     = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-0","namespace":"shop","uid":"u1"},"spec":{"containers":[{"name":"c","image":"nginx"}],"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"data"}}]},"status":{"phase":"Running"}}`
	claim   = `{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"data","namespace":"shop"},"spec":{"storageClassName":"fast","volumeName":"pv-data"},"status":{"phase":"Bound"}}`
	pv      = `{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"pv-data"},"spec":{"capacity":{"storage":"1Gi"},"claimRef":{"kind":"PersistentVolumeClaim","name":"data","namespace":"shop"},"persistentVolumeReclaimPolicy":"Delete","storageClassName":"fast"},"status":{"phase":"Bound"}}`
	spare   = `{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"pv-spare"},"spec":{"capacity":{"storage":"1Gi"},"persistentVolumeReclaimPolicy":"Retain"},"status":{"phase":"Available"}}`
	service = `{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},"spec":{"clusterIP":"10.0.0.1","ports":[{"port":80}]}}`
	deploy  = `{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{"replicas":2}}`
	config  = `{"apiVersion":"v1","data":{"a":"b"},"kind":"ConfigMap","metadata":{"name":"settings","namespace":"other"}}`
	job     = `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"job","namespace":"other"},"spec":{"containers":[{"name":"c","image":"busybox"}],"volumes":[{"name":"scratch","emptyDir":{}}]},"status":{"phase":"Running"}}`
)

// Space is a Namespace.
func space(name string) string {
	return `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"` + name + `"}}`
}

// New returns the backup.
func New(name string) *Backup {
	b := &Backup{Name: name, Object: backupObject(name), Side: map[string]string{}}
	b.Entries = []File{{"metadata/version", "1.1.0\n"}}
	b.Add("pods", "v1", "shop", "web-0", pod)
	b.Add("pods", "v1", "other", "job", job)
	b.Add("persistentvolumeclaims", "v1", "shop", "data", claim)
	b.Add("persistentvolumes", "v1", "", "pv-data", pv)
	b.Add("persistentvolumes", "v1", "", "pv-spare", spare)
	b.Add("namespaces", "v1", "", "shop", space("shop"))
	b.Add("namespaces", "v1", "", "other", space("other"))
	b.Add("services", "v1", "shop", "web", service)
	b.Add("deployments.apps", "v1", "shop", "web", deploy)
	b.Add("configmaps", "v1", "other", "settings", config)
	b.Side["-resource-list.json.gz"] = `{"apps/v1/Deployment":["shop/web"],"v1/ConfigMap":["other/settings"],"v1/Namespace":["other","shop"],` +
		`"v1/PersistentVolume":["pv-data","pv-spare"],"v1/PersistentVolumeClaim":["shop/data"],"v1/Pod":["other/job","shop/web-0"],"v1/Service":["shop/web"]}`
	b.Side["-podvolumebackups.json.gz"] = `[` + podVolumeBackup(name, "abcde", "shop", "web-0", "data") + `,` + podVolumeBackup(name, "fghij", "other", "job", "scratch") + `]`
	b.Side["-volumesnapshots.json.gz"] = `[` + snapshot(name, "pv-data") + `,` + snapshot(name, "pv-spare") + `]`
	b.Side["-volumeinfo.json.gz"] = `[{"pvcName":"data","pvcNamespace":"shop","pvName":"pv-data","backupMethod":"PodVolumeBackup","snapshotDataMoved":false,"skipped":false,` +
		`"pvbInfo":{"snapshotHandle":"h1","uploaderType":"kopia","volumeName":"data","podName":"web-0","podNamespace":"shop","Phase":"Completed"},"pvInfo":{"reclaimPolicy":"Delete","labels":null},"future":1.0},` +
		`{"backupMethod":"PodVolumeBackup","snapshotDataMoved":false,"skipped":false,"pvbInfo":{"uploaderType":"kopia","volumeName":"scratch","podName":"job","podNamespace":"other","Phase":"Completed"}},` +
		`{"pvName":"pv-spare","snapshotDataMoved":false,"skipped":true,"skippedReason":"none"}]`
	b.Side["-itemoperations.json.gz"] = `[{"spec":{"backupName":"` + name + `","backupUID":"b1","resourceIdentifier":{"Group":"","Resource":"persistentvolumeclaims","Namespace":"shop","Name":"data"},` +
		`"operationID":"du-1","postOperationItems":[{"Group":"velero.io","Resource":"datauploads","Namespace":"velero","Name":"d1"}]},"status":{"phase":"Completed"}}]`
	b.Side["-csi-volumesnapshots.json.gz"] = `[{"metadata":{"name":"s1","namespace":"shop","labels":{"velero.io/backup-name":"` + name + `"}},"spec":{"source":{"persistentVolumeClaimName":"data"}}}]`
	b.Side["-csi-volumesnapshotcontents.json.gz"] = `[{"metadata":{"name":"c1"},"spec":{"volumeSnapshotRef":{"name":"s1","namespace":"shop"}}}]`
	b.Side["-csi-volumesnapshotclasses.json.gz"] = `[{"metadata":{"name":"class"},"driver":"d"}]`
	b.Side["-results.gz"] = `{"errors":{},"warnings":{"velero":["a warning"]}}`
	b.Side["-logs.gz"] = "time=\"2026-11-23T07:05:06Z\" level=info\n"
	return b
}

func backupObject(name string) string {
	return `{"kind":"Backup","apiVersion":"velero.io/v1","metadata":{"name":"` + name + `","namespace":"velero","uid":"b1",` +
		`"creationTimestamp":"2026-11-23T07:05:05Z","labels":{"velero.io/storage-location":"default","team":"a"},` +
		`"annotations":{"velero.io/source-cluster-k8s-gitversion":"v1.33.13"}},` +
		`"spec":{"metadata":{},"includedNamespaces":["*"],"ttl":"720h0m0s","hooks":{},"storageLocation":"default","future":12345678901234567890},` +
		`"status":{"version":1,"formatVersion":"1.1.0","expiration":"2026-12-23T07:05:06Z","phase":"Completed","startTimestamp":"2026-11-23T07:05:06Z",` +
		`"volumeSnapshotsAttempted":2,"volumeSnapshotsCompleted":2,"warnings":1,"progress":{"totalItems":10,"itemsBackedUp":10}}}`
}

func podVolumeBackup(backup, suffix, namespace, pod, volume string) string {
	return `{"metadata":{"name":"` + backup + `-` + suffix + `","generateName":"` + backup + `-","namespace":"velero","labels":{"velero.io/backup-name":"` + backup + `"},` +
		`"ownerReferences":[{"apiVersion":"velero.io/v1","kind":"Backup","name":"` + backup + `","uid":"b1"}]},` +
		`"spec":{"pod":{"kind":"Pod","namespace":"` + namespace + `","name":"` + pod + `"},"volume":"` + volume + `","uploaderType":"kopia","tags":{"ns":"` + namespace + `"}},` +
		`"status":{"phase":"Completed","snapshotID":"k1"}}`
}

func snapshot(backup, pv string) string {
	return `{"spec":{"backupName":"` + backup + `","backupUID":"b1","location":"default","persistentVolumeName":"` + pv + `","providerVolumeID":"vol-1","volumeType":"gp3"},` +
		`"status":{"providerSnapshotID":"snap-` + pv + `","phase":"Completed"}}`
}

// Add adds an item with its copy.
func (b *Backup) Add(resource, version, namespace, name, body string) {
	place := "cluster/" + name + ".json"
	if namespace != "" {
		place = "namespaces/" + namespace + "/" + name + ".json"
	}
	b.Entries = append(b.Entries, File{"resources/" + resource + "/" + place, body},
		File{"resources/" + resource + "/" + version + "-preferredversion/" + place, body})
}

// Replace replaces text in the entries whose paths contain part, all copies alike.
func (b *Backup) Replace(part, from, to string) {
	for i := range b.Entries {
		if strings.Contains(b.Entries[i].Path, part) {
			b.Entries[i].Body = strings.ReplaceAll(b.Entries[i].Body, from, to)
		}
	}
}

// Remove removes the entries whose paths contain part.
func (b *Backup) Remove(part string) {
	b.Entries = slices.DeleteFunc(b.Entries, func(f File) bool { return strings.Contains(f.Path, part) })
}

// Write writes the backup's folder into dir and returns its path.
func (b *Backup) Write(t testing.TB, dir string) string {
	t.Helper()
	folder := filepath.Join(dir, b.Name)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, b.Name+".tar.gz"), Gzip(t, b.Tar(t)))
	for suffix, text := range b.Side {
		write(t, filepath.Join(folder, b.Name+suffix), Gzip(t, []byte(text)))
	}
	if b.Object != "" {
		var indented bytes.Buffer
		text := []byte(b.Object)
		if json.Indent(&indented, text, "", "  ") == nil {
			text = indented.Bytes()
		}
		write(t, filepath.Join(folder, "velero-backup.json"), text)
	}
	return folder
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// Tar is the tarball, not gzipped.
func (b *Backup) Tar(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, f := range b.Entries {
		header := &tar.Header{Name: f.Path, Mode: 0o755, Size: int64(len(f.Body)), Typeflag: tar.TypeReg, ModTime: time.Unix(1_795_000_000, 0)}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f.Body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Open is the backup, packed into a file and opened. It is closed when the test ends.
func (b *Backup) Open(t testing.TB, o tarball.Options) *tarball.Source {
	t.Helper()
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	if err := os.WriteFile(file, Gzip(t, b.Tar(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := tarball.Open(t.Context(), file, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

// Gzip packs data.
func Gzip(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
