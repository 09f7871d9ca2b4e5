package delete

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

func TestCSIVolumeSnapshotContentDelete(t *testing.T) {
	backup := actions.Backup{Name: "nightly"}
	actiontest.Run(t, CSIVolumeSnapshotContentDelete(), []actiontest.Case{{
		Name: "the snapshot that the backup took goes", Backup: backup,
		Item: `
			metadata: {name: c, labels: {velero.io/backup-name: nightly}}
			spec: {driver: ebs.csi.aws.com}
			status: {snapshotHandle: snap-1}`,
		Deletes: []actions.Deletion{{What: "CSI snapshot", ID: "snap-1", How: "the CSI driver ebs.csi.aws.com deletes it"}},
	}, {
		Name: "one that somebody else took stays", Backup: backup,
		Item: `{metadata: {name: c, labels: {velero.io/backup-name: weekly}}, spec: {driver: d}, status: {snapshotHandle: s}}`,
	}, {
		Name: "so does one without a label", Backup: backup,
		Item: `{metadata: {name: c}, spec: {driver: d}, status: {snapshotHandle: s}}`,
	}, {
		Name: "a content without a status fails, where Velero would crash", Backup: backup, Err: "status: is missing",
		Item: `{metadata: {name: c, labels: {velero.io/backup-name: nightly}}, spec: {driver: d}}`,
	}})
	actiontest.Selector(t, CSIVolumeSnapshotContentDelete(), "", "volumesnapshotcontents.snapshot.storage.k8s.io")
}
