package backup

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

func TestCSIVolumeSnapshotBackupper(t *testing.T) {
	const snapshot = `
		metadata: {name: s, namespace: shop}
		spec: {volumeSnapshotClassName: fast}
		status: {boundVolumeSnapshotContentName: c}`
	content := actions.ItemRef{Resource: "volumesnapshotcontents.snapshot.storage.k8s.io", Name: "c"}
	actiontest.Run(t, CSIVolumeSnapshotBackupper(), []actiontest.Case{{
		Name: "class and content come in, and what a restore must know is noted", MustInclude: true, Item: snapshot,
		Target: []string{`
			kind: VolumeSnapshotContent
			metadata: {name: c}
			spec: {deletionPolicy: Retain, driver: ebs.csi.aws.com}
			status: {snapshotHandle: snap-1, restoreSize: 5368709120, volumeGroupSnapshotHandle: g-1}`},
		Additional: []actions.ItemRef{{Resource: "volumesnapshotclasses.snapshot.storage.k8s.io", Name: "fast"}, content},
		Want: `
			metadata:
			  name: s
			  namespace: shop
			  annotations:
			    velero.io/csi-vsc-deletion-policy: Retain
			    velero.io/csi-volumesnapshot-handle: snap-1
			    velero.io/csi-driver-name: ebs.csi.aws.com
			    velero.io/csi-volumesnapshot-restore-size: 5Gi
			    velero.io/csi-volumegroupsnapshot-handle: g-1
			spec: {volumeSnapshotClassName: fast}
			status: {boundVolumeSnapshotContentName: c}`,
	}, {
		Name: "a content that is not ready has a policy only", MustInclude: true, Additional: []actions.ItemRef{content},
		Item:   `{metadata: {name: s, namespace: shop}, spec: {}, status: {boundVolumeSnapshotContentName: c}}`,
		Target: []string{`{kind: VolumeSnapshotContent, metadata: {name: c}, spec: {deletionPolicy: Delete, driver: d}}`},
		Want: `
			metadata: {name: s, namespace: shop, annotations: {velero.io/csi-vsc-deletion-policy: Delete}}
			spec: {}
			status: {boundVolumeSnapshotContentName: c}`,
	}, {
		Name: "a snapshot without a content fails", Item: `{metadata: {name: s, namespace: shop}, spec: {}}`,
		Err: "status.boundVolumeSnapshotContentName: is missing",
	}, {
		Name: "so does one whose content is gone", Item: snapshot, Err: "there is no VolumeSnapshotContent c",
	}})
	actiontest.Selector(t, CSIVolumeSnapshotBackupper(), "", "volumesnapshots.snapshot.storage.k8s.io")
}
