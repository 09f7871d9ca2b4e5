package volume_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/object"
)

const azureURI = "/subscriptions/s1/resourceGroups/rg1/providers/Microsoft.Compute/disks/"

func TestGetVolumeID(t *testing.T) {
	for _, c := range []struct {
		name, pv  string
		ids       volume.IDs
		want, err string
	}{
		{"EBS: an id behind its zone", "spec: {awsElasticBlockStore: {volumeID: aws://us-east-1a/vol-1}}", volume.EBS{}, "vol-1", ""},
		{"EBS: an id alone", "spec: {awsElasticBlockStore: {volumeID: vol-1}}", volume.EBS{}, "vol-1", ""},
		{"EBS: what follows an id belongs to it", "spec: {awsElasticBlockStore: {volumeID: vol-1/x vol-2}}", volume.EBS{}, "vol-1/x vol-2", ""},
		{"EBS: a text without vol- has no id", "spec: {awsElasticBlockStore: {volumeID: disk-1}}", volume.EBS{}, "", ""},
		{"EBS: an empty id", "spec: {awsElasticBlockStore: {fsType: ext4}}", volume.EBS{}, "", "spec.awsElasticBlockStore.volumeID: is missing"},
		{"EBS: no string", "spec: {awsElasticBlockStore: {volumeID: 5}}", volume.EBS{}, "", "spec.awsElasticBlockStore.volumeID: is number, not a string"},
		{"EBS of CSI", "spec: {csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}}", volume.EBS{}, "vol-1", ""},
		{"EBS of CSI: an empty handle is no error", "spec: {csi: {driver: ebs.csi.aws.com}}", volume.EBS{}, "", ""},
		{"EBS: another driver", "spec: {csi: {driver: d, volumeHandle: vol-1}}", volume.EBS{}, "", ""},
		{"EBS: another driver beside the volume", "spec: {csi: {driver: d, volumeHandle: h}, awsElasticBlockStore: {volumeID: vol-1}}", volume.EBS{}, "vol-1", ""},
		{"EBS: another storage", "spec: {nfs: {server: s}}", volume.EBS{}, "", ""},
		{"EBS: csi is a list", "spec: {csi: []}", volume.EBS{}, "", "spec.csi: is array, not an object"},
		{"GCE", "spec: {gcePersistentDisk: {pdName: disk-1}}", volume.GCEDisk{}, "disk-1", ""},
		{"GCE: no name", "spec: {gcePersistentDisk: {fsType: ext4}}", volume.GCEDisk{}, "", "spec.gcePersistentDisk.pdName: is missing"},
		{"GCE of CSI", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/p/zones/z/disks/disk-1}}", volume.GCEDisk{}, "disk-1", ""},
		{"GCE of CSI: a disk of a region", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/p/regions/r/disks/disk-1}}", volume.GCEDisk{}, "disk-1", ""},
		{"GCE of CSI: confidential nodes", "spec: {csi: {driver: gcp.csi.confidential.cloud, volumeHandle: projects/p/zones/z/disks/disk-1}}", volume.GCEDisk{}, "disk-1", ""},
		{"GCE of CSI: a name alone", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: disk-1}}", volume.GCEDisk{}, "", `spec.csi.volumeHandle: "disk-1" is not what pd.csi.storage.gke.io writes`},
		{"GCE: another driver", "spec: {csi: {driver: d, volumeHandle: projects/p/zones/z/disks/d}}", volume.GCEDisk{}, "", ""},
		{"Azure", "spec: {azureDisk: {diskName: disk-1, diskURI: " + azureURI + "disk-1}}", volume.AzureDisk{}, "disk-1", ""},
		{"Azure: no name", "spec: {azureDisk: {diskURI: " + azureURI + "disk-1}}", volume.AzureDisk{}, "", "spec.azureDisk.diskName: is missing"},
		{"Azure of CSI", "spec: {csi: {driver: disk.csi.azure.com, volumeHandle: " + azureURI + "disk-1}}", volume.AzureDisk{}, "disk-1", ""},
		{"Azure of CSI: case matters", "spec: {csi: {driver: disk.csi.azure.com, volumeHandle: " + strings.ToLower(azureURI) + "disk-1}}", volume.AzureDisk{}, "", ""},
		{"Azure: another storage", "spec: {}", volume.AzureDisk{}, "", ""},
		{"any driver: the whole handle", "spec: {csi: {driver: d, volumeHandle: pool/vol#7}}", volume.CSI{}, "pool/vol#7", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := c.ids.GetVolumeID(parse(t, c.pv))
			checkError(t, err, c.err)
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestSetVolumeID(t *testing.T) {
	const zoned = "metadata: {labels: {failure-domain.beta.kubernetes.io/zone: us-east-1b}}\n"
	for _, c := range []struct {
		name, pv      string
		ids           volume.IDs
		id, want, err string
	}{
		{"EBS", "spec: {awsElasticBlockStore: {volumeID: vol-1, fsType: ext4}}", volume.EBS{}, "vol-2", "spec: {awsElasticBlockStore: {volumeID: vol-2, fsType: ext4}}", ""},
		{"EBS: the zone of the old label", zoned + "spec: {awsElasticBlockStore: {volumeID: vol-1}}", volume.EBS{}, "vol-2", zoned + "spec: {awsElasticBlockStore: {volumeID: aws://us-east-1b/vol-2}}", ""},
		{"EBS: the zone of the old id goes", "spec: {awsElasticBlockStore: {volumeID: aws://us-east-1a/vol-1}}", volume.EBS{}, "vol-2", "spec: {awsElasticBlockStore: {volumeID: vol-2}}", ""},
		{"EBS of CSI", zoned + "spec: {csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}}", volume.EBS{}, "vol-2", zoned + "spec: {csi: {driver: ebs.csi.aws.com, volumeHandle: vol-2}}", ""},
		{"EBS: another driver", "spec: {csi: {driver: d, volumeHandle: h}, awsElasticBlockStore: {volumeID: vol-1}}", volume.EBS{}, "vol-2", "", "spec.csi.driver: d is none that the plugin for aws can handle"},
		{"EBS: another storage", "spec: {nfs: {server: s}}", volume.EBS{}, "vol-2", "", "spec: has neither csi nor awsElasticBlockStore"},
		{"GCE", "spec: {gcePersistentDisk: {pdName: d1}}", volume.GCEDisk{}, "d2", "spec: {gcePersistentDisk: {pdName: d2}}", ""},
		{"GCE of CSI: the zone stays", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/p/zones/z/disks/d1}}", volume.GCEDisk{}, "d2", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/p/zones/z/disks/d2}}", ""},
		{"GCE of CSI: the project of the volumes", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/p/regions/r/disks/d1}}", volume.GCEDisk{Project: "q"}, "d2", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/q/regions/r/disks/d2}}", ""},
		{"GCE of CSI: no handle", "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: d1}}", volume.GCEDisk{}, "d2", "", "is not what pd.csi.storage.gke.io writes"},
		{"GCE: another driver", "spec: {csi: {driver: d}}", volume.GCEDisk{}, "d2", "", "the plugin for gcp"},
		{"GCE: another storage", "spec: {}", volume.GCEDisk{}, "d2", "", "spec: has neither csi nor gcePersistentDisk"},
		{"Azure", "spec: {azureDisk: {diskName: d1, diskURI: " + azureURI + "d1}}", volume.AzureDisk{}, "d2", "spec: {azureDisk: {diskName: d2, diskURI: " + azureURI + "d2}}", ""},
		{"Azure of CSI", "spec: {csi: {driver: disk.csi.azure.com, volumeHandle: " + azureURI + "d1}}", volume.AzureDisk{}, "d2", "spec: {csi: {driver: disk.csi.azure.com, volumeHandle: " + azureURI + "d2}}", ""},
		{"Azure of CSI: where the user said", "spec: {csi: {driver: disk.csi.azure.com, volumeHandle: d1}}", volume.AzureDisk{Subscription: "s1", ResourceGroup: "rg1"}, "d2", "spec: {csi: {driver: disk.csi.azure.com, volumeHandle: " + azureURI + "d2}}", ""},
		{"Azure of CSI: nobody knows where", "spec: {csi: {driver: disk.csi.azure.com, volumeHandle: d1}}", volume.AzureDisk{}, "d2", "", `spec.csi.volumeHandle: "d1" tells no subscription and resource group for disk d2`},
		{"Azure: another driver", "spec: {csi: {driver: d}}", volume.AzureDisk{}, "d2", "", "the plugin for azure"},
		{"Azure: another storage", "spec: {}", volume.AzureDisk{}, "d2", "", "spec: has neither csi nor azureDisk"},
		{"any driver", "spec: {csi: {driver: d, volumeHandle: h}}", volume.CSI{}, "h2", "spec: {csi: {driver: d, volumeHandle: h2}}", ""},
		{"any driver: none", "spec: {}", volume.CSI{}, "h2", "", "spec.csi: is missing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			pv := parse(t, c.pv)
			err := c.ids.SetVolumeID(pv, c.id)
			checkError(t, err, c.err)
			if err == nil && !object.Equal(pv, parse(t, c.want)) {
				t.Errorf("got  %s\nwant %s", pv.JSON(), parse(t, c.want).JSON())
			}
		})
	}
}

func parse(t *testing.T, text string) *object.Value {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	v, err := object.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// checkError wants an error with a text in it, or none for "".
func checkError(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case err == nil && want != "":
		t.Errorf("no error, want %q", want)
	case err != nil && (want == "" || !strings.Contains(err.Error(), want)):
		t.Errorf("error %q, want %q", err, want)
	}
}
