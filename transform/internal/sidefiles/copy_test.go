package sidefiles_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/sidefiles"
)

// shop is a copy in which shop became store, and of its two pods, claims and volumes the first was kept.
func shop(to string) *sidefiles.Copy {
	items := sidefiles.NewItems()
	for _, resource := range []string{"pods", "persistentvolumeclaims"} {
		items.Note(layout.Address{Resource: resource, Namespace: "shop", Name: "a"}.Key(), true)
		items.Note(layout.Address{Resource: resource, Namespace: "shop", Name: "b"}.Key(), false)
	}
	items.Note(layout.Address{Resource: "persistentvolumes", Name: "pv-a"}.Key(), true)
	items.Note(layout.Address{Resource: "persistentvolumes", Name: "pv-b"}.Key(), false)
	return &sidefiles.Copy{From: "old", To: to, Namespaces: map[string]string{"shop": "store"}, Items: items}
}

func TestListsFollowTheItems(t *testing.T) {
	for _, c := range []struct {
		name     string
		kind     layout.FileKind
		in, want string
	}{
		{"null is an empty list", layout.VolumeInfos, `null`, `[]`},
		{"an empty list", layout.PodVolumeBackups, ` [ ] `, `[]`},
		{"a volume that stays", layout.VolumeInfos, `[{"pvName":"pv-a","pvcName":"a","pvcNamespace":"shop","x":1.0}]`, `[{"pvName":"pv-a","pvcName":"a","pvcNamespace":"store","x":1.0}]`},
		{"a namespace that is not mapped stays as it is written", layout.VolumeInfos, `[{"pvName":"pv-a","pvcNamespace":"\u006fther"}]`, `[{"pvName":"pv-a","pvcNamespace":"\u006fther"}]`},
		{"a volume that was left out, though its claim stays", layout.VolumeInfos, `[{"pvName":"pv-b","pvcName":"a","pvcNamespace":"shop"}]`, `[]`},
		{"a volume that was never there goes by its claim", layout.VolumeInfos,
			`[{"pvName":"pv-c","pvcName":"a","pvcNamespace":"shop"},{"pvName":"pv-d","pvcName":"b","pvcNamespace":"shop"}]`, `[{"pvName":"pv-c","pvcName":"a","pvcNamespace":"store"}]`},
		{"a volume of a pod", layout.VolumeInfos, `[{"pvbInfo":{"podName":"a","podNamespace":"shop"}},{"pvbInfo":{"podName":"b","podNamespace":"shop"}}]`, `[{"pvbInfo":{"podName":"a","podNamespace":"store"}}]`},
		{"native snapshots", layout.VolumeSnapshots, `[{"spec":{"backupName":"old","persistentVolumeName":"pv-a"}},{"spec":{"persistentVolumeName":"pv-b"}}]`, `[{"spec":{"backupName":"new","persistentVolumeName":"pv-a"}}]`},
		{"pod volume backups", layout.PodVolumeBackups, `[{"metadata":{"name":"old-x"},"spec":{"pod":{"name":"a","namespace":"shop"}}},{"metadata":{"name":"old-y"},"spec":{"pod":{"name":"b","namespace":"shop"}}}]`,
			`[{"metadata":{"name":"new-x"},"spec":{"pod":{"name":"a","namespace":"store"}}}]`},
		{"an operation of a kept item, of one left out and of one unknown, whose text stays", layout.ItemOperations,
			`[{"spec":{"resourceIdentifier":{"Group":"","Resource":"pods","Namespace":"shop","Name":"a"}}},{"spec":{"resourceIdentifier":{"Resource":"pods","Namespace":"shop","Name":"b"}}},{"spec":{"resourceIdentifier":{"Group":"g","Resource":"r","Namespace":"\u006e","Name":"x"}}}]`,
			`[{"spec":{"resourceIdentifier":{"Group":"","Resource":"pods","Namespace":"store","Name":"a"}}},{"spec":{"resourceIdentifier":{"Group":"g","Resource":"r","Namespace":"\u006e","Name":"x"}}}]`},
		{"CSI snapshots", layout.CSIVolumeSnapshots,
			`[{"metadata":{"namespace":"shop"},"spec":{"source":{"persistentVolumeClaimName":"a"}}},{"metadata":{"namespace":"shop"},"spec":{"source":{"persistentVolumeClaimName":"b"}}},{"metadata":{"namespace":"shop"},"spec":{"source":{"volumeSnapshotContentName":"c"}}}]`,
			`[{"metadata":{"namespace":"store"},"spec":{"source":{"persistentVolumeClaimName":"a"}}},{"metadata":{"namespace":"store"},"spec":{"source":{"volumeSnapshotContentName":"c"}}}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			kept, err := shop("new").List(c.kind, strings.NewReader(c.in), &out)
			if got := strings.TrimSpace(out.String()); err != nil || got != c.want {
				t.Errorf("got %s, %v\nwant %s", got, err, c.want)
			}
			if kept == 0 != (c.want == "[]") {
				t.Errorf("%d kept", kept)
			}
		})
	}
}

// The claim is left out, but the PersistentVolume that is for it stays, and the data with that.
func TestSnapshotsStayWithTheVolumeOfAClaimThatIsLeftOut(t *testing.T) {
	for kind, lists := range map[layout.FileKind]struct{ in, want string }{
		layout.CSIVolumeSnapshots: {`[{"metadata":{"namespace":"shop"},"spec":{"source":{"persistentVolumeClaimName":"b"}}},{"metadata":{"namespace":"shop"},"spec":{"source":{"persistentVolumeClaimName":"c"}}}]`,
			`[{"metadata":{"namespace":"store"},"spec":{"source":{"persistentVolumeClaimName":"b"}}}]`},
		layout.PodVolumeBackups: {`[{"metadata":{"annotations":{"velero.io/pvc-name":"b"}},"spec":{"pod":{"name":"b","namespace":"shop"}}},{"metadata":{"annotations":{"velero.io/pvc-name":"c"}},"spec":{"pod":{"name":"b","namespace":"shop"}}}]`,
			`[{"metadata":{"annotations":{"velero.io/pvc-name":"b"}},"spec":{"pod":{"name":"b","namespace":"store"}}}]`},
	} {
		c := shop("new")
		c.Claimed = map[layout.NamespacedName]bool{{Namespace: "store", Name: "b"}: true}
		var out bytes.Buffer
		kept, err := c.List(kind, strings.NewReader(lists.in), &out)
		if got := strings.TrimSpace(out.String()); err != nil || kept != 1 || got != lists.want {
			t.Errorf("%s: got %s, %d kept, %v\nwant %s", kind, got, kept, err, lists.want)
		}
	}
}

func TestACopyOfTheSameNameKeepsTheTextOfNames(t *testing.T) {
	const entry = `[{"metadata":{"name":"old-\u0078","generateName":"\u006fld-"},"spec":{"pod":{"name":"a","namespace":"other"}}}]`
	var out bytes.Buffer
	c := shop("old")
	c.Items.Note(layout.Address{Resource: "pods", Namespace: "other", Name: "a"}.Key(), true)
	if kept, err := c.List(layout.PodVolumeBackups, strings.NewReader(entry), &out); err != nil || kept != 1 || strings.TrimSpace(out.String()) != entry {
		t.Errorf("got %s, %d kept, %v", out.String(), kept, err)
	}
}

// What names the backup names the copy; what names another stays.
func TestEntriesFollowTheNameOfTheBackup(t *testing.T) {
	const other = `{"metadata":{"namespace":"shop","labels":{"velero.io/backup-name":"elder"}}}`
	for _, c := range []struct {
		name     string
		kind     layout.FileKind
		in, want string
	}{
		{"a pod volume backup", layout.PodVolumeBackups,
			`[{"metadata":{"name":"old-x","generateName":"old-","labels":{"velero.io/backup-name":"old"},"ownerReferences":[{"kind":"Backup","name":"old"},{"kind":"Schedule","name":"old"}]},"spec":{"pod":{"name":"a","namespace":"shop"}}}]`,
			`[{"metadata":{"name":"new-x","generateName":"new-","labels":{"velero.io/backup-name":"new"},"ownerReferences":[{"kind":"Backup","name":"new"},{"kind":"Schedule","name":"old"}]},"spec":{"pod":{"name":"a","namespace":"store"}}}]`},
		{"one that another backup made", layout.PodVolumeBackups,
			`[{"metadata":{"name":"elder-x","generateName":"elder-","labels":{"velero.io/backup-name":"elder"}},"spec":{"pod":{"name":"a","namespace":"shop"}}}]`,
			`[{"metadata":{"name":"elder-x","generateName":"elder-","labels":{"velero.io/backup-name":"elder"}},"spec":{"pod":{"name":"a","namespace":"store"}}}]`},
		{"CSI snapshots", layout.CSIVolumeSnapshots, `[{"metadata":{"namespace":"shop","labels":{"velero.io/backup-name":"old"}}},` + other + `]`,
			`[{"metadata":{"namespace":"store","labels":{"velero.io/backup-name":"new"}}},` + strings.Replace(other, "shop", "store", 1) + `]`},
		{"CSI contents", layout.CSIVolumeSnapshotContents, `[{"metadata":{"labels":{"velero.io/backup-name":"old"}},"spec":{"volumeSnapshotRef":{"namespace":"shop"}}},` + other + `]`,
			`[{"metadata":{"labels":{"velero.io/backup-name":"new"}},"spec":{"volumeSnapshotRef":{"namespace":"store"}}},` + other + `]`},
		{"an operation, and what is to be looked at behind it", layout.ItemOperations,
			`[{"spec":{"backupName":"old","resourceIdentifier":{"Resource":"pods","Namespace":"shop","Name":"a"},"postOperationItems":[{"Resource":"persistentvolumeclaims","Namespace":"shop","Name":"a"},{"Group":"velero.io","Resource":"datauploads","Namespace":"shop","Name":"no item"}]}}]`,
			`[{"spec":{"backupName":"new","resourceIdentifier":{"Resource":"pods","Namespace":"store","Name":"a"},"postOperationItems":[{"Resource":"persistentvolumeclaims","Namespace":"store","Name":"a"},{"Group":"velero.io","Resource":"datauploads","Namespace":"shop","Name":"no item"}]}}]`},
		{"an operation of a group whose resource is called as one of the core", layout.ItemOperations,
			`[{"spec":{"resourceIdentifier":{"Group":"metrics.k8s.io","Resource":"pods","Namespace":"shop","Name":"b"}}}]`,
			`[{"spec":{"resourceIdentifier":{"Group":"metrics.k8s.io","Resource":"pods","Namespace":"shop","Name":"b"}}}]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			_, err := shop("new").List(c.kind, strings.NewReader(c.in), &out)
			if got := strings.TrimSpace(out.String()); err != nil || got != c.want {
				t.Errorf("got %s, %v\nwant %s", got, err, c.want)
			}
		})
	}
}

func TestListsThatAreNone(t *testing.T) {
	for _, in := range []string{``, `{}`, `"x"`, `[1]`, `[{]`, `[{}`, `[{},`} {
		if _, err := shop("new").List(layout.VolumeInfos, strings.NewReader(in), new(bytes.Buffer)); err == nil {
			t.Errorf("%q was taken", in)
		}
	}
}

func TestOtherFilesAreNotRewritten(t *testing.T) {
	for _, kind := range []layout.FileKind{layout.Logs, layout.Results, layout.CSIVolumeSnapshotClasses, layout.ResourceList, layout.Tarball} {
		if sidefiles.Rewrites(kind) {
			t.Errorf("%s is", kind)
		}
	}
}
