package volume_test

import (
	"testing"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
)

func TestAMappingKnowsAVolumeByItsIDAndByItsWholeHandle(t *testing.T) {
	mapping := volume.Mapping{"vol-1": "vol-2", "projects/p/zones/z/disks/d1": "projects/p/zones/y/disks/d2", "d3": "d4"}
	for _, c := range []struct {
		name, pv string
		want     volume.Match
		err      string
	}{
		{"by the id in it", "spec: {awsElasticBlockStore: {volumeID: aws://a/vol-1}}", volume.Match{ID: "vol-1", Old: "vol-1", New: "vol-2"}, ""},
		{"by the whole handle", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/p/zones/z/disks/d1}}", volume.Match{ID: "d1", Old: "projects/p/zones/z/disks/d1", New: "projects/p/zones/y/disks/d2"}, ""},
		{"not in it", "spec: {csi: {driver: d, volumeHandle: h}}", volume.Match{ID: "h"}, ""},
		{"no id at all", "spec: {nfs: {server: s}}", volume.Match{}, ""},
		{"no id that can be read", "spec: {gcePersistentDisk: {}}", volume.Match{}, "spec.gcePersistentDisk.pdName: is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := mapping.Find(parse(t, c.pv))
			checkError(t, err, c.err)
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestReplace(t *testing.T) {
	for _, c := range []struct{ name, pv, id, want, err string }{
		{"an id", "spec: {csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}}", "vol-2", "spec: {csi: {driver: ebs.csi.aws.com, volumeHandle: vol-2}}", ""},
		{"a zone and an id", "spec: {awsElasticBlockStore: {volumeID: vol-1}}", "aws://b/vol-2", "spec: {awsElasticBlockStore: {volumeID: aws://b/vol-2}}", ""},
		{"a disk of another project", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/p/zones/z/disks/d1}}", "projects/q/regions/r/disks/d2", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/q/regions/r/disks/d2}}", ""},
		{"a disk of another subscription", "spec: {azureDisk: {diskName: d1, diskURI: d1}}", azureURI + "d2", "spec: {azureDisk: {diskName: d2, diskURI: " + azureURI + "d2}}", ""},
		{"a handle of any driver", "spec: {csi: {driver: d, volumeHandle: a/b}}", "a/c", "spec: {csi: {driver: d, volumeHandle: a/c}}", ""},
		{"what is no volume of EBS", "spec: {awsElasticBlockStore: {volumeID: vol-1}}", "disk-2", "", `spec.awsElasticBlockStore.volumeID: "disk-2" is no id for a volume of this kind`},
		{"what is no disk of GCE", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/p/zones/z/disks/d1}}", "zones/z/d2", "", `spec.csi.volumeHandle: "zones/z/d2" is no id`},
		{"no volume with an id", "spec: {hostPath: {path: /x}}", "vol-2", "", "spec: has no volume whose id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			pv := parse(t, c.pv)
			err := volume.Replace(pv, c.id)
			checkError(t, err, c.err)
			if err == nil && !object.Equal(pv, parse(t, c.want)) {
				t.Errorf("got  %s\nwant %s", pv.JSON(), parse(t, c.want).JSON())
			}
		})
	}
}
