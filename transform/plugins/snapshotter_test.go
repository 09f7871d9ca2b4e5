package plugins_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/plugins"
)

func TestAVolumeSnapshotterIsAskedForIDsAlone(t *testing.T) {
	var log bytes.Buffer
	h := storesHost(t, plugins.Options{Log: &log})
	all := h.VolumeSnapshotters()
	if none, err := all.Snapshotter("velero.io/aws", nil); none != nil || err != nil {
		t.Errorf("another provider: got %v, %v", none, err)
	}
	if _, err := all.Snapshotter("example.com/disks", nil); err == nil || err.Error() != "rpc error: code = Unknown desc = missing region in disks configuration" {
		t.Errorf("without its settings: got %v", err)
	}
	const disk = `{"apiVersion":"v1","kind":"PersistentVolume","spec":{"capacity":{"storage":1.0},"csi":{"volumeHandle":"disk:1","driver":"disks.example.com"}}}`
	for _, region := range []string{"here", "there"} { // each location has its own settings
		ids, err := all.Snapshotter("example.com/disks", map[string]string{"region": region})
		if err != nil {
			t.Fatal(err)
		}
		pv := object.MustParse(disk)
		if id, err := ids.GetVolumeID(pv); id != "1" || err != nil {
			t.Errorf("got %q, %v", id, err)
		}
		if err := ids.SetVolumeID(pv, "2"); err != nil {
			t.Fatal(err)
		}
		want := strings.Replace(strings.Replace(disk, "disk:1", "disk:2", 1), `"csi":{`, `"csi":{"volumeAttributes":{"region":"`+region+`"},`, 1)
		if got := string(pv.JSON()); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	ids, err := all.Snapshotter("example.com/disks", map[string]string{"region": "here"})
	if err != nil {
		t.Fatal(err)
	}
	other := object.MustParse(`{"apiVersion":"v1","kind":"PersistentVolume","spec":{"nfs":{}}}`)
	if err := ids.SetVolumeID(other, "2"); err == nil || !strings.Contains(err.Error(), "is not of disks.example.com") {
		t.Errorf("another storage: got %v", err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"Create", "Delete", "GetVolumeInfo"} {
		if strings.Contains(log.String(), verb) {
			t.Errorf("%s was called:\n%s", verb, &log)
		}
	}
}
