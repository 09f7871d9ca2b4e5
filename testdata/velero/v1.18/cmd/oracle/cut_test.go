package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
)

// TestANamespaceCutOutOfTheWholeRestores shows that the real Velero restores
// from what veltx cuts out of a backup of a whole cluster the same as from the
// backup that a real Velero made of that namespace alone.
func TestANamespaceCutOutOfTheWholeRestores(t *testing.T) {
	if _, err := os.Stat(recordings); err != nil {
		t.Skip("no recordings of real backups here")
	}
	real := restoreTarball(t, readBackup(t, "shop-only"))
	cut := restoreTarball(t, cutOut(t, "all", "shop"))
	for _, d := range conformance.Compare(strip(real), strip(cut)) {
		t.Error(d)
	}
	created := map[string]int{}
	for _, r := range cut {
		created[r.Resource]++
	}
	for _, resource := range []string{
		"namespaces", "persistentvolumes", "persistentvolumeclaims", "pods", "clusterrolebindings.rbac.authorization.k8s.io",
		"clusterroles.rbac.authorization.k8s.io", "customresourcedefinitions.apiextensions.k8s.io",
	} {
		if created[resource] == 0 {
			t.Errorf("nothing of %s is restored", resource)
		}
	}
	t.Logf("%d objects: %v", len(cut), created)
}

func readBackup(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(recordings, "backups", name, name+".tar.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// cutOut makes a backup of one namespace out of a backup.
func cutOut(t *testing.T, from, namespace string) []byte {
	t.Helper()
	src, err := tarball.Open(t.Context(), filepath.Join(recordings, "backups", from), tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	o := &backup.Options{
		Profile: actions.V1_18, Name: "cut", Spec: velero.BackupSpec{IncludedNamespaces: []string{namespace}},
		Actions: builtin.Backup(actions.V1_18), ItemBlocks: builtin.ItemBlock(actions.V1_18), TempDir: t.TempDir(),
	}
	source, err := backup.FromBackup(context.Background(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	var out bytes.Buffer
	_, err = backup.Write(context.Background(), source, o, pack.New(&out, nil, pack.Options{}), report.SinkFunc(func(i *report.Item) error {
		for _, f := range i.Errors {
			t.Errorf("%s %s/%s: %s", i.Resource, i.Namespace, i.Name, f.Message)
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// restoreTarball restores a tarball with Velero and returns what it creates.
func restoreTarball(t *testing.T, archive []byte) []conformance.Request {
	t.Helper()
	answer, err := release.Run(restoreOf(archive))
	if err != nil {
		t.Fatal(err)
	}
	if e := answer.Outcome.Errors; answer.Outcome.Failure != "" || len(e.Velero)+len(e.Cluster)+len(e.Namespaces) > 0 {
		t.Errorf("the restore failed: %+v", answer.Outcome)
	}
	return answer.Requests
}

// restoreOf is a restore of all of a tarball.
func restoreOf(archive []byte) conformance.Input {
	return conformance.Input{
		Tarball: archive,
		Restore: []byte(`{"apiVersion":"velero.io/v1","kind":"Restore","metadata":{"name":"r","namespace":"velero","uid":"` + conformance.DefaultUID + `"},"spec":{"backupName":"cut"}}`),
		Backup: []byte(`{"apiVersion":"velero.io/v1","kind":"Backup","metadata":{"name":"cut","namespace":"velero"},` +
			`"spec":{"storageLocation":"default"},"status":{"formatVersion":"1.1.0","version":1,"phase":"Completed"}}`),
	}
}

// strip takes out what changed in the cluster between the two backups: events
// that come and go, and the status of objects.
func strip(list []conformance.Request) []conformance.Request {
	list = slices.DeleteFunc(slices.Clone(list), func(r conformance.Request) bool { return strings.HasPrefix(r.Resource, "events") })
	for i := range list {
		var obj map[string]any
		if json.Unmarshal(list[i].Object, &obj) != nil {
			continue
		}
		delete(obj, "status")
		if data, err := json.Marshal(obj); err == nil {
			list[i].Object = data
		}
	}
	return list
}
