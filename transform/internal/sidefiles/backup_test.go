package sidefiles_test

import (
	"testing"
	"time"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/sidefiles"
)

func TestTheFiltersOfABackupSayWhatIsInTheCopy(t *testing.T) {
	no, yes := false, true
	contents := &sidefiles.Contents{Items: 3, Namespaces: []string{"data", "store"}}
	for _, c := range []struct {
		name      string
		spec      string
		selection velero.BackupSpec
		want      string
	}{
		{"nothing selected of everything", `{"includedNamespaces":["*"]}`, velero.BackupSpec{}, `{"includedNamespaces":["*"]}`},
		{"no list at all", `{}`, velero.BackupSpec{}, `{}`},
		{"namespaces are mapped", `{"includedNamespaces":["shop","data"]}`, velero.BackupSpec{}, `{"includedNamespaces":["store","data"]}`},
		{"some of all", `{"includedNamespaces":["*"],"includeClusterResources":true}`, velero.BackupSpec{IncludedNamespaces: []string{"shop"}}, `{"includedNamespaces":["store"]}`},
		{"some of some", `{"includedNamespaces":["shop","data"]}`, velero.BackupSpec{IncludedNamespaces: []string{"shop"}}, `{"includedNamespaces":["store"]}`},
		{"none of some", `{"includedNamespaces":["shop"]}`, velero.BackupSpec{IncludedNamespaces: []string{"other"}}, `{"includedNamespaces":["data","store"]}`},
		{"two that become one", `{"includedNamespaces":["shop","store"]}`, velero.BackupSpec{}, `{"includedNamespaces":["store"]}`},
		{"patterns stay", `{"includedNamespaces":["shop-*"]}`, velero.BackupSpec{}, `{"includedNamespaces":["shop-*"]}`},
		{"excluded", `{}`, velero.BackupSpec{ExcludedNamespaces: []string{"dev"}}, `{"excludedNamespaces":["dev"]}`},
		{"excluded from some", `{"includedNamespaces":["shop","dev"]}`, velero.BackupSpec{ExcludedNamespaces: []string{"dev"}}, `{"excludedNamespaces":["dev"],"includedNamespaces":["store"]}`},
		{"what was excluded is there now", `{"excludedNamespaces":["store","dev"]}`, velero.BackupSpec{}, `{"excludedNamespaces":["dev"]}`},
		{"nothing is excluded any more", `{"excludedNamespaces":["store"]}`, velero.BackupSpec{}, `{}`},
		{"cluster scope stays", `{"includeClusterResources":true}`, velero.BackupSpec{}, `{"includeClusterResources":true}`},
		{"cluster scope is asked for beside a namespace", `{"includeClusterResources":true}`,
			velero.BackupSpec{IncludedNamespaces: []string{"shop"}, IncludeClusterResources: &yes}, `{"includeClusterResources":true,"includedNamespaces":["store"]}`},
		{"without cluster scope", `{"includeClusterResources":true}`, velero.BackupSpec{IncludeClusterResources: &no}, `{"includeClusterResources":false}`},
		{"without cluster scope, by the newer filters", `{"includedClusterScopedResources":["*"]}`, velero.BackupSpec{IncludeClusterResources: &no}, `{"excludedClusterScopedResources":["*"]}`},
		{"resources", `{"excludedResources":["events"]}`, velero.BackupSpec{IncludedResources: []string{"pods"}, ExcludedResources: []string{"secrets", "events"}},
			`{"excludedResources":["events","secrets"],"includedResources":["pods"]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := object.MustParse(`{"metadata":{"name":"a"},"spec":` + c.spec + `,"status":{"volumeSnapshotsAttempted":4,"volumeSnapshotsCompleted":3}}`)
			copied := &sidefiles.Copy{From: "a", To: "b", Namespaces: map[string]string{"shop": "store"}, Items: sidefiles.NewItems()}
			if err := copied.Backup(b, &c.selection, contents, &sidefiles.Snapshots{Attempted: 1}); err != nil {
				t.Fatal(err)
			}
			want := object.MustParse(`{"metadata":{"name":"b"},"spec":` + c.want + `,"status":{"progress":{"itemsBackedUp":3,"totalItems":3},"volumeSnapshotsAttempted":1}}`)
			for _, d := range object.Diff(want, b) {
				t.Errorf("%s %s: got %s, want %s", d.Op, d.Path, d.New.JSON(), d.Old.JSON())
			}
		})
	}
}

func TestABackupThatHadNoObjectGetsOne(t *testing.T) {
	got, err := sidefiles.NewBackup("a", &sidefiles.Contents{Written: time.Unix(1_700_000_000, 5), Items: 2})
	if err != nil {
		t.Fatal(err)
	}
	const at = `"2023-11-14T22:13:20Z"`
	want := object.MustParse(`{"apiVersion":"velero.io/v1","kind":"Backup",` +
		`"metadata":{"name":"a","namespace":"velero","labels":{"velero.io/storage-location":"default"},"creationTimestamp":` + at + `},` +
		`"spec":{"metadata":{},"includedNamespaces":["*"],"ttl":"720h0m0s","hooks":{},"storageLocation":"default"},` +
		`"status":{"version":1,"formatVersion":"1.1.0","phase":"Completed","startTimestamp":` + at + `,"completionTimestamp":` + at + `,"progress":{"totalItems":2,"itemsBackedUp":2}}}`)
	for _, d := range object.Diff(want, got) {
		t.Errorf("%s %s: got %s, want %s", d.Op, d.Path, d.New.JSON(), d.Old.JSON())
	}
}

func TestAnEmptyBackupHasAnEmptyResourceList(t *testing.T) {
	contents := &sidefiles.Contents{Written: time.Unix(0, 0)}
	b, err := sidefiles.NewBackup("a", contents)
	if err != nil || b.Get("status", "progress", "totalItems").JSON() == nil {
		t.Errorf("got %v, %v", b, err)
	}
}
