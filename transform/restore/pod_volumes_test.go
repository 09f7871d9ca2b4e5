package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

func TestPodVolumeBackupsOfTheTarget(t *testing.T) {
	given := func(namespace, name, backup, snapshot string) *object.Value {
		return parsed(t, `{"apiVersion":"velero.io/v1","kind":"PodVolumeBackup","metadata":{"namespace":"`+namespace+`","name":"`+name+`","labels":{"velero.io/backup-name":"`+backup+
			`"}},"spec":{"pod":{"namespace":"shop","name":"web"},"volume":"data"},"status":{"snapshotID":"`+snapshot+`"}}`)
	}
	o := &Options{Restore: &velero.Restore{}, Profile: actions.V1_17}
	o.Restore.Namespace, o.Restore.Spec.BackupName = "velero", "b"
	o.Target = []*object.Value{given("velero", "one", "b", "of the target"), given("velero", "other", "c", "x"), given("adp", "two", "b", "of another Velero")}
	own, others, err := podVolumesOfTarget(o)
	if err != nil {
		t.Fatal(err)
	}

	side := &tarball.Side{PodVolumeBackups: make([]velero.PodVolumeBackup, 2)}
	side.PodVolumeBackups[0].Name, side.PodVolumeBackups[0].Status.SnapshotID = "one", "of the store"
	side.PodVolumeBackups[1].Name, side.PodVolumeBackups[1].Status.SnapshotID = "three", "of the store"
	if got := snapshotsOf(withPodVolumes(side, own).PodVolumeBackups); got != "of the target, of the store, " {
		t.Errorf("beside the tarball: %s", got)
	}
	if got := snapshotsOf(side.PodVolumeBackups); got != "of the store, of the store, " {
		t.Errorf("what was read has changed: %s", got)
	}

	pod := layout.NamespacedName{Namespace: "shop", Name: "web"}
	mine := map[layout.NamespacedName][]velero.PodVolumeBackup{pod: own}
	if got := snapshotsOf(podVolumesOfPods(o, mine, others)[pod]); got != "of the target, of another Velero, " {
		t.Errorf("1.17: %s", got)
	}
	o.Profile = actions.V1_18
	if got := snapshotsOf(podVolumesOfPods(o, mine, others)[pod]); got != "of the target, " {
		t.Errorf("1.18: %s", got)
	}
}

func TestAPodVolumeBackupThatCannotBeRead(t *testing.T) {
	o := &Options{Restore: &velero.Restore{}}
	o.Restore.Spec.BackupName = "b"
	o.Target = []*object.Value{parsed(t, `{"apiVersion":"velero.io/v1","kind":"PodVolumeBackup","metadata":{"namespace":"velero","name":"one","labels":{"velero.io/backup-name":"b"}},"spec":{"volume":7}}`)}
	if _, _, err := podVolumesOfTarget(o); err == nil {
		t.Error("no error")
	}
}

func snapshotsOf(list []velero.PodVolumeBackup) (text string) {
	for _, b := range list {
		text += b.Status.SnapshotID + ", "
	}
	return text
}

func parsed(t *testing.T, text string) *object.Value {
	t.Helper()
	v, err := object.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}
