package transform_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/rewrite"
)

// fourVolumes has a native snapshot, a volume that stays, one that is provisioned anew, and one without an id.
const fourVolumes = `
-- resources/persistentvolumes/cluster/snapped.yaml --
apiVersion: v1
kind: PersistentVolume
metadata: {name: snapped}
spec: {persistentVolumeReclaimPolicy: Delete, awsElasticBlockStore: {volumeID: aws://a/vol-1}}
-- resources/persistentvolumes/cluster/kept.yaml --
apiVersion: v1
kind: PersistentVolume
metadata: {name: kept}
spec: {persistentVolumeReclaimPolicy: Retain, csi: {driver: ebs.csi.aws.com, volumeHandle: vol-2}}
-- resources/persistentvolumes/cluster/anew.yaml --
apiVersion: v1
kind: PersistentVolume
metadata: {name: anew}
spec: {persistentVolumeReclaimPolicy: Delete, csi: {driver: ebs.csi.aws.com, volumeHandle: vol-3}}
-- resources/persistentvolumes/cluster/nfs.yaml --
apiVersion: v1
kind: PersistentVolume
metadata: {name: nfs}
spec: {persistentVolumeReclaimPolicy: Retain, nfs: {server: s, path: /}}
-- restore.yaml --
spec: {%s}
-- volumesnapshots.yaml --
- spec: {backupName: b, location: default, persistentVolumeName: snapped, providerVolumeID: vol-1, volumeType: gp2, volumeAZ: a}
  status: {providerSnapshotID: snap-1, phase: Completed}
-- volumeinfo.yaml --
- {pvName: snapped, backupMethod: NativeSnapshot}
- {pvName: kept, skipped: true}
- {pvName: anew, skipped: true}
`

const noPVs = "restorePVs: false"

func TestVolumeIDsInPreviews(t *testing.T) {
	for _, c := range []struct {
		name, spec    string
		mapping       volume.Mapping
		snapped, kept string   // ids in the PersistentVolumes
		found         []string // item: finding
		unused        int
	}{
		{"no mapping", "", nil, "aws://a/vol-1", "vol-2", []string{"snapped volume-id-unknown"}, 0},
		{"all mapped", "", volume.Mapping{"vol-1": "vol-8", "vol-2": "vol-9"}, "vol-8", "vol-9", nil, 0},
		{"an unmapped one", "", volume.Mapping{"vol-1": "vol-8"}, "vol-8", "vol-2", []string{"kept volume-id-unmapped"}, 0},
		{"a new volume needs no mapping", "", volume.Mapping{"vol-2": "vol-9"}, "aws://a/vol-1", "vol-9", []string{"snapped volume-id-unknown"}, 0},
		{"without restorePVs it does", noPVs, volume.Mapping{"vol-2": "vol-9"}, "aws://a/vol-1", "vol-9", []string{"snapped volume-id-unmapped"}, 0},
		{"without restorePVs or a mapping", noPVs, nil, "aws://a/vol-1", "vol-2", nil, 0},
		{"one of a volume that is provisioned anew, one of none", "", volume.Mapping{"vol-1": "vol-8", "vol-2": "vol-9", "vol-3": "vol-10", "x": "y"}, "vol-8", "vol-9", nil, 2},
		{"what is no id", "", volume.Mapping{"vol-1": "vol-8", "vol-2": "disk"}, "vol-8", "", []string{"kept volume-id-not-written"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder, o := volumeCase(t, fmt.Sprintf(fourVolumes, c.spec))
			o.VolumeIDs = c.mapping
			items, summary := previewVolumes(t, folder, o)
			checkID(t, items["persistentvolumes/snapped"].Object, c.snapped, "spec", "awsElasticBlockStore", "volumeID")
			checkID(t, items["persistentvolumes/kept"].Object, c.kept, "spec", "csi", "volumeHandle")
			var found []string
			for _, i := range items {
				for _, f := range slices.Concat(i.Notices, i.Warnings, i.Errors) {
					found = append(found, i.OriginalName+" "+f.ID)
				}
			}
			if !slices.Equal(found, c.found) {
				t.Errorf("found %q, want %q", found, c.found)
			}
			checkUnused(t, summary, c.unused)
		})
	}
}

func checkID(t *testing.T, body []byte, want string, path ...string) {
	t.Helper()
	if want == "" && body == nil {
		return
	}
	if got := mustParse(t, body).Get(path...).Str(); got != want {
		t.Errorf("volume %q, want %q", got, want)
	}
}

func checkUnused(t *testing.T, s *report.Summary, want int) {
	t.Helper()
	got := 0
	for _, f := range s.Findings {
		if f.ID == "volume-id-unused" {
			got++
		}
	}
	if got != want {
		t.Errorf("%d pairs are unused, want %d: %+v", got, want, s.Findings)
	}
}

func TestVolumeIDsInArchives(t *testing.T) {
	folder, o := volumeCase(t, fmt.Sprintf(fourVolumes, ""))
	o.VolumeIDs = volume.Mapping{"vol-1": "vol-8", "vol-3": "vol-10", "x": "y"}
	var out bytes.Buffer
	var found []string
	summary, err := rewrite.Archive(context.Background(), open(t, folder), o, &out, rewrite.ArchiveOptions{}, report.SinkFunc(func(i *report.Item) error {
		for _, f := range i.Warnings {
			found = append(found, i.OriginalName+" "+f.ID)
		}
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found, []string{"kept volume-id-unmapped"}) {
		t.Errorf("found %q", found)
	}
	checkUnused(t, summary, 1)
	path := filepath.Join(t.TempDir(), "b.tar.gz")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	items := entries(t, path)
	for name, want := range map[string]string{"snapped": "vol-8", "anew": "vol-10", "kept": "vol-2"} {
		place := []string{"spec", "csi", "volumeHandle"}
		if name == "snapped" {
			place = []string{"spec", "awsElasticBlockStore", "volumeID"}
		}
		plain := items["resources/persistentvolumes/cluster/"+name+".json"]
		checkID(t, plain, want, place...)
		if twin := items["resources/persistentvolumes/v1-preferredversion/cluster/"+name+".json"]; !bytes.Equal(plain, twin) {
			t.Errorf("%s: the copies differ:\n%s\n%s", name, plain, twin)
		}
	}
}

// A PersistentVolume that the target has is not touched: v1.18.2 pkg/restore/restore.go:864 says so for bound and free ones.
func TestNoVolumeIsMadeForAPersistentVolumeThatTheTargetHas(t *testing.T) {
	folder, o := volumeCase(t, fmt.Sprintf(fourVolumes, "")+`
-- target.yaml --
apiVersion: v1
kind: PersistentVolume
metadata: {name: snapped}
spec: {awsElasticBlockStore: {volumeID: vol-7}}
`)
	items, _ := previewVolumes(t, folder, o)
	if pv := items["persistentvolumes/snapped"]; pv.Outcome != report.Exists || len(pv.Warnings) != 1 || pv.Warnings[0].ID != "exists-unpatchable" {
		t.Errorf("got %s, %+v", pv.Outcome, pv.Warnings)
	}
}
