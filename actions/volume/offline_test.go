package volume_test

import (
	"reflect"
	"testing"

	"github.com/veltx/veltx/actions/volume"
	"github.com/veltx/veltx/tarball/velero"
)

// snapshots is a backup's list with one native snapshot.
func snapshots(iops int64) []velero.VolumeSnapshot {
	var s velero.VolumeSnapshot
	s.Spec.ProviderVolumeID, s.Spec.VolumeType, s.Spec.VolumeAZ, s.Spec.VolumeIOPS = "vol-1", "io2", "us-east-1a", &iops
	return []velero.VolumeSnapshot{s}
}

func TestTheOfflineProviderKnowsWhatTheBackupRecorded(t *testing.T) {
	o := volume.NewOffline(snapshots(3000))
	kind, iops, err := o.GetVolumeInfo("vol-1", "us-east-1a")
	if err != nil || kind != "io2" || iops == nil || *iops != 3000 {
		t.Errorf("got %q, %v, %v", kind, iops, err)
	}
	_, _, err = o.GetVolumeInfo("vol-1", "us-east-1b")
	checkError(t, err, `volume vol-1 in zone "us-east-1b": the backup has no snapshot of it`)
	if calls := o.Take(); calls != nil {
		t.Errorf("a question was recorded as a call: %+v", calls)
	}
}

func TestTheOfflineProviderRecordsWhatAPluginWouldBeAskedToDo(t *testing.T) {
	o := volume.NewOffline(nil)
	iops := int64(100)
	if err := o.Init(map[string]string{"region": "us-east-1"}); err != nil {
		t.Fatal(err)
	}
	id, err := o.CreateVolumeFromSnapshot("snap-1", "io2", "us-east-1a", &iops)
	if err != nil || !volume.IsPlaceholder(id) {
		t.Fatalf("got %q, %v; want a placeholder", id, err)
	}
	if again, _ := o.CreateVolumeFromSnapshot("snap-1", "io2", "us-east-1a", &iops); again != id {
		t.Errorf("the placeholder changes: %s, then %s", id, again)
	}
	pv := parse(t, "metadata: {name: pv-1}\nspec: {csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}}")
	if err := o.SetVolumeID(pv, id); err != nil {
		t.Fatal(err)
	}
	if got, _ := o.GetVolumeID(pv); got != "vol-1" {
		t.Errorf("a placeholder was written: %q", got)
	}
	if err := o.SetVolumeID(pv, "vol-2"); err != nil {
		t.Fatal(err)
	}
	if got, _ := o.GetVolumeID(pv); got != "vol-2" {
		t.Errorf("got volume %q, want vol-2", got)
	}
	if _, err := o.CreateSnapshot("vol-2", "us-east-1a", map[string]string{"a": "b"}); err != nil {
		t.Fatal(err)
	}
	if err := o.DeleteSnapshot("snap-1"); err != nil {
		t.Fatal(err)
	}
	create := volume.Call{Verb: "CreateVolumeFromSnapshot", SnapshotID: "snap-1", VolumeType: "io2", VolumeAZ: "us-east-1a", IOPS: &iops}
	want := []volume.Call{
		{Verb: "Init", Config: map[string]string{"region": "us-east-1"}}, create, create,
		{Verb: "SetVolumeID", PersistentVolume: "pv-1"},
		{Verb: "SetVolumeID", PersistentVolume: "pv-1", VolumeID: "vol-2"},
		{Verb: "CreateSnapshot", VolumeID: "vol-2", VolumeAZ: "us-east-1a", Tags: map[string]string{"a": "b"}},
		{Verb: "DeleteSnapshot", SnapshotID: "snap-1"},
	}
	if got := o.Take(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got := o.Take(); got != nil {
		t.Errorf("calls taken twice: %+v", got)
	}
}

func TestTheOfflineProviderRefusesWhatNoPluginCouldDo(t *testing.T) {
	o := volume.NewOffline(nil)
	_, err := o.CreateVolumeFromSnapshot("", "gp3", "a", nil)
	checkError(t, err, "the snapshot has no id")
	checkError(t, o.SetVolumeID(parse(t, "spec: {nfs: {server: s}}"), "vol-1"), "spec: has no volume whose id")
	if id, err := o.GetVolumeID(parse(t, "spec: {nfs: {server: s}}")); id != "" || err != nil {
		t.Errorf("got %q, %v", id, err)
	}
}

func TestTheOfflineProviderWritesTheProjectOfItsLocation(t *testing.T) {
	o := volume.NewOffline(nil)
	if err := o.Init(map[string]string{"volumeProject": "q"}); err != nil {
		t.Fatal(err)
	}
	pv := parse(t, "spec: {csi: {driver: pd.csi.storage.gke.io, volumeHandle: projects/p/zones/z/disks/d1}}")
	if err := o.SetVolumeID(pv, "d2"); err != nil {
		t.Fatal(err)
	}
	if got := pv.Get("spec", "csi", "volumeHandle").Str(); got != "projects/q/zones/z/disks/d2" {
		t.Errorf("got %s", got)
	}
}
