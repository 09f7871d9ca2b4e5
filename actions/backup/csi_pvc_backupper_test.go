package backup

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/velero"
)

func TestCSIPVCBackupper(t *testing.T) {
	no, yes := false, true
	const (
		claim   = `{metadata: {name: data, namespace: shop}, spec: {volumeName: pv-1, storageClassName: fast}, status: {phase: Bound}}`
		taken   = `{metadata: {name: data, namespace: shop, annotations: {velero.io/volume-snapshot-name: snap}}, spec: {}}`
		uploads = `{metadata: {name: data, namespace: shop, annotations: {velero.io/volume-snapshot-name: gone, velero.io/data-upload-name: velero/up}}, spec: {}}`
		csi     = `{kind: PersistentVolume, metadata: {name: pv-1}, spec: {csi: {driver: ebs.csi.aws.com}}}`
		nfs     = `{kind: PersistentVolume, metadata: {name: pv-1}, spec: {nfs: {}}}`
	)
	actiontest.Run(t, CSIPVCBackupper(), []actiontest.Case{{
		Name: "a snapshot that would be taken is told to be missing", Item: claim, Target: []string{csi},
		Warnings: []string{"snapshot-not-taken"},
	}, {
		Name: "so are data that would be moved", Item: claim, Target: []string{csi},
		Backup: actions.Backup{Spec: velero.BackupSpec{SnapshotMoveData: &yes}}, Warnings: []string{"snapshot-not-taken"},
	}, {
		Name: "a snapshot that the source has is brought in, whatever the filters say", Item: taken,
		Target:     []string{`{kind: VolumeSnapshot, metadata: {name: snap, namespace: shop}}`},
		Additional: []actions.ItemRef{{Resource: "volumesnapshots.snapshot.storage.k8s.io", Namespace: "shop", Name: "snap"}}, MustInclude: true,
	}, {
		Name: "so is a data upload", Item: uploads,
		Target:     []string{`{kind: DataUpload, metadata: {name: up, namespace: velero}}`},
		Additional: []actions.ItemRef{{Resource: "datauploads.velero.io", Namespace: "velero", Name: "up"}}, MustInclude: true,
	}, {
		Name: "a volume of another kind has no CSI snapshot, which stays noted on the claim", Item: claim, Target: []string{nfs},
		Want: `{metadata: {name: data, namespace: shop, annotations: {backup.velero.io/skipped-no-csi-pv: "true"}},
			spec: {volumeName: pv-1, storageClassName: fast}, status: {phase: Bound}}`,
	}, {
		Name: "nor is it noted in a backup without snapshots", Item: claim, Target: []string{nfs},
		Backup: actions.Backup{Spec: velero.BackupSpec{SnapshotVolumes: &no}},
	}, {
		Name: "nor has any in a backup without snapshots", Item: claim, Target: []string{csi},
		Backup: actions.Backup{Spec: velero.BackupSpec{SnapshotVolumes: &no}},
	}, {
		Name: "nor one whose files are backed up through a pod", Item: claim,
		Target: []string{csi, `
			kind: Pod
			metadata: {name: web, namespace: shop, annotations: {backup.velero.io/backup-volumes: "tmp,v"}}
			spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}`},
	}, {
		Name: "a claim that is not bound fails", Item: `{metadata: {name: data, namespace: shop}, spec: {storageClassName: fast}, status: {phase: Pending}}`,
		Err: "status.phase: is not Bound",
	}, {
		Name: "so does one whose volume is not there", Item: claim, Err: "there is no PersistentVolume pv-1",
	}, {
		Name: "and one without a storage class", Target: []string{csi}, Err: "spec.storageClassName: is missing",
		Item: `{metadata: {name: data, namespace: shop}, spec: {volumeName: pv-1}, status: {phase: Bound}}`,
	}})
	actiontest.Selector(t, CSIPVCBackupper(), "", "persistentvolumeclaims")
}
