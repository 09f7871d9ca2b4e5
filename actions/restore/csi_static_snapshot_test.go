package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

// printf 'u1\0shop\0snap-1\0' | sha256sum begins with the end of the content's name.
const staticEnd = "9d2d5"

const staticContent = `{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotContent,
	metadata: {generateName: snap-1-, name: snap-1-` + staticEnd + `, labels: {velero.io/restore-name: r1}},
	spec: {deletionPolicy: Retain, driver: ebs, source: {snapshotHandle: h},
	volumeSnapshotRef: {apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, name: snap-1, namespace: shop}}}`

const handled = `{metadata: {name: snap-1, namespace: shop, annotations: {velero.io/csi-driver-name: ebs, velero.io/csi-volumesnapshot-handle: h}},
	spec: {source: {persistentVolumeClaimName: data}, volumeSnapshotClassName: c}}`

func TestCSIVolumeSnapshotRestorerBefore116(t *testing.T) {
	actiontest.Run(t, CSIVolumeSnapshotRestorer(actions.V1_15), []actiontest.Case{{
		Name: "it keeps its name and is bound to a content of its handle", Profile: actions.V1_15, Restore: restoreU1, Item: handled,
		Want: `{metadata: {name: snap-1, namespace: shop, annotations: {velero.io/csi-driver-name: ebs, velero.io/csi-volumesnapshot-handle: h,
			velero.io/csi-vsc-deletion-policy: Retain}}, spec: {source: {volumeSnapshotContentName: snap-1-` + staticEnd + `}, volumeSnapshotClassName: c}}`,
		Creates: []string{staticContent},
	}, {
		Name: "one that the target has stays as it is", Profile: actions.V1_15, Restore: restoreU1, Item: handled, Namespace: "shop",
		Target: []string{`{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, metadata: {name: snap-1, namespace: shop}}`},
	}, {
		Name: "without a handle it fails", Profile: actions.V1_15, Restore: restoreU1, Item: `{metadata: {name: snap-1, namespace: shop}}`,
		Err: "metadata.annotations[velero.io/csi-volumesnapshot-handle]: is missing",
	}, {
		Name: "and without a driver", Profile: actions.V1_15, Restore: restoreU1,
		Item: `{metadata: {name: snap-1, namespace: shop, annotations: {velero.io/csi-volumesnapshot-handle: h}}}`,
		Err:  "metadata.annotations[velero.io/csi-driver-name]: is missing",
	}})
}

func TestCSIPVCRestorerBefore117(t *testing.T) {
	const snapshot = `apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, metadata: {namespace: shop, `
	const size = `, annotations: {velero.io/csi-volumesnapshot-restore-size: 2Gi}}`
	const asks = `{metadata: {name: data, namespace: shop, annotations: {velero.io/volume-snapshot-name: snap-1}},
		spec: {volumeName: pv-1, resources: {requests: {storage: 1Gi}}}}`
	actiontest.Run(t, CSIPVCRestorer(actions.V1_16), []actiontest.Case{{
		Name: "the claim asks for what the snapshot needs", Profile: actions.V1_16, Restore: restoreU1, Item: asks, Namespace: "shop",
		Target: []string{`{` + snapshot + `name: ` + snapU1 + size + `}`},
		Want: `{metadata: {name: data, namespace: shop, annotations: {velero.io/volume-snapshot-name: snap-1}},
			spec: {resources: {requests: {storage: 2Gi}}, dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: ` + snapU1 + `}}}`,
	}, {
		Name: "without the snapshot it fails", Profile: actions.V1_16, Restore: restoreU1, Item: asks, Namespace: "shop",
		Err: "the target has no VolumeSnapshot shop/" + snapU1,
	}, {
		Name: "a size that is none", Profile: actions.V1_16, Restore: restoreU1, Item: asks, Namespace: "shop",
		Target: []string{`{` + snapshot + `name: ` + snapU1 + `, annotations: {velero.io/csi-volumesnapshot-restore-size: much}}}`},
		Err:    `"much" is no quantity`,
	}})
	actiontest.Run(t, CSIPVCRestorer(actions.V1_15), []actiontest.Case{{
		Name: "before 1.16 the snapshot keeps its name, and the annotations go here", Profile: actions.V1_15, Restore: restoreU1, Item: asks, Namespace: "shop",
		Target: []string{`{` + snapshot + `name: snap-1}}`},
		Want: `{metadata: {name: data, namespace: shop},
			spec: {resources: {requests: {storage: 1Gi}}, dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: snap-1}}}`,
	}})
}
