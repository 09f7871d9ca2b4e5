package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

const backedUpSnapshot = `
	metadata: {name: snap-1, namespace: shop, annotations: {velero.io/csi-driver-name: ebs}}
	spec: {source: {persistentVolumeClaimName: data, x: 1}, volumeSnapshotClassName: c}
	status: {boundVolumeSnapshotContentName: content-1}`

const restoredSnapshot = `
	metadata:
	  name: ` + snapU1 + `
	  namespace: shop
	  annotations: {velero.io/csi-driver-name: ebs, velero.io/csi-vsc-deletion-policy: Retain}
	spec: {source: {volumeSnapshotContentName: ` + snapU1 + `, x: 1}}
	status: {boundVolumeSnapshotContentName: content-1}`

var contentRef = []actions.ItemRef{{Resource: "volumesnapshotcontents.snapshot.storage.k8s.io", Name: "content-1"}}

func TestCSIVolumeSnapshotRestorer(t *testing.T) {
	actiontest.Run(t, CSIVolumeSnapshotRestorer(actions.Newest), []actiontest.Case{{
		Name: "it is renamed, bound to a content of that name, retained and freed of its class",
		Item: backedUpSnapshot, Want: restoredSnapshot, Restore: restoreU1, Additional: contentRef, MustInclude: true,
	}, {
		Name: "the new name and the content come from the backup's copy", Restore: restoreU1, Additional: contentRef, MustInclude: true,
		Item:       `{metadata: {name: other, namespace: shop, annotations: {}}, spec: {source: null}}`,
		FromBackup: backedUpSnapshot,
		Want: `
			metadata: {name: ` + snapU1 + `, namespace: shop, annotations: {velero.io/csi-vsc-deletion-policy: Retain}}
			spec: {source: {volumeSnapshotContentName: ` + snapU1 + `}}`,
	}, {
		Name: "restorePVs false skips it", Item: backedUpSnapshot, Restore: restoreNoVolumes, WantSkip: true,
	}, {
		Name: "without annotations Velero panics until 1.18.3, which fails the item", Restore: restoreU1, Profile: actions.V1_18,
		Item: `{metadata: {name: snap-1, annotations: null}, status: {boundVolumeSnapshotContentName: content-1}}`,
		Err:  "metadata.annotations: is missing",
	}, {
		Name: "without annotations it gets some", Restore: restoreU1, Additional: contentRef, MustInclude: true,
		Item: `{metadata: {name: snap-1, annotations: null}, status: {boundVolumeSnapshotContentName: content-1}}`,
		Want: `{metadata: {name: ` + snapU1 + `, annotations: {velero.io/csi-vsc-deletion-policy: Retain}}, spec: {source: {volumeSnapshotContentName: ` + snapU1 + `}}, status: {boundVolumeSnapshotContentName: content-1}}`,
	}, {
		Name: "the filters of an older Velero may leave the content out", Restore: restoreU1, Additional: contentRef, Profile: actions.V1_18,
		Item: backedUpSnapshot, Want: restoredSnapshot,
	}, {
		Name: "without a content it fails", Item: `{metadata: {name: snap-1, annotations: {}}, status: {boundVolumeSnapshotContentName: null}}`,
		Err: "status.boundVolumeSnapshotContentName: is missing in the backup",
	}, {
		Name: "a content of the wrong type", Item: `{metadata: {name: snap-1, annotations: {}}, status: {boundVolumeSnapshotContentName: 1}}`,
		Err: "status.boundVolumeSnapshotContentName: is number, not a string",
	}, {
		Name: "a class of the wrong type", Restore: restoreU1,
		Item: `{metadata: {name: snap-1, annotations: {}}, spec: {volumeSnapshotClassName: 1}, status: {boundVolumeSnapshotContentName: content-1}}`,
		Err:  "spec.volumeSnapshotClassName: is number, not a string",
	}, {
		Name: "a source of the wrong type", Item: `{metadata: {name: snap-1, annotations: {}}, spec: {source: x}}`,
		Err: "spec.source: is string, not an object",
	}})
	actiontest.Selector(t, CSIVolumeSnapshotRestorer(actions.Newest), "", "volumesnapshots.snapshot.storage.k8s.io")
}

func TestCSIVolumeSnapshotRestorerOfAGroup(t *testing.T) {
	// The content's name is printf u1/group-1 | sha256sum.
	const group = "85dab26321dd90e38bdb85ca8586970b7a26415972ccbd251b301b4492f75bbd"
	const class = `
		kind: VolumeGroupSnapshotClass
		metadata: {name: c}
		driver: ebs
		parameters:
		  csi.storage.k8s.io/group-snapshotter-secret-name: s
		  csi.storage.k8s.io/group-snapshotter-secret-namespace: ns`
	stub := func(annotations string) string {
		return `
			apiVersion: groupsnapshot.storage.k8s.io/v1beta2
			kind: VolumeGroupSnapshotContent
			metadata: {name: ` + group + `, labels: {velero.io/restore-name: r1}` + annotations + `}
			spec:
			  deletionPolicy: Retain
			  driver: ebs
			  source: {groupSnapshotHandles: {volumeGroupSnapshotHandle: group-1, volumeSnapshotHandles: [handle-1]}}
			  volumeGroupSnapshotRef: {name: stub-vgs-` + group[:8] + `, namespace: shop}`
	}
	snapshot := func(annotations string) string {
		return `{metadata: {name: snap-1, namespace: shop, annotations: {` + annotations + `}}, status: {boundVolumeSnapshotContentName: content-1}}`
	}
	const item = `{metadata: {name: snap-1, namespace: shop, annotations: {}}}`
	const want = `
		metadata: {name: ` + snapU1 + `, namespace: shop, annotations: {velero.io/csi-vsc-deletion-policy: Retain}}
		spec: {source: {volumeSnapshotContentName: ` + snapU1 + `}}`
	const inGroup = `velero.io/csi-volumegroupsnapshot-handle: group-1, velero.io/csi-volumesnapshot-handle: handle-1, velero.io/csi-driver-name: ebs`
	actiontest.Run(t, CSIVolumeSnapshotRestorer(actions.Newest), []actiontest.Case{{
		Name: "a snapshot of a group makes the group's content", Restore: restoreU1, Additional: contentRef, MustInclude: true,
		Item: item, FromBackup: snapshot(inGroup), Want: want, Creates: []string{stub("")},
	}, {
		Name: "with the Secret of the driver's class", Restore: restoreU1, Additional: contentRef, MustInclude: true,
		Item: item, FromBackup: snapshot(inGroup), Want: want,
		Target:  []string{class, `{kind: VolumeGroupSnapshotClass, metadata: {name: a}, driver: other, parameters: {csi.storage.k8s.io/group-snapshotter-secret-name: x}}`},
		Creates: []string{stub(`, annotations: {groupsnapshot.storage.kubernetes.io/deletion-secret-name: s, groupsnapshot.storage.kubernetes.io/deletion-secret-namespace: ns}`)},
	}, {
		Name: "the next one of the group joins it", Restore: restoreU1, Additional: contentRef, MustInclude: true,
		Item: item, FromBackup: snapshot(inGroup), Want: want, Target: []string{stub("")},
	}, {
		Name: "without a handle of its own there is none", Restore: restoreU1, Additional: contentRef, MustInclude: true, Want: want,
		Item: item, FromBackup: snapshot(`velero.io/csi-volumegroupsnapshot-handle: group-1, velero.io/csi-driver-name: ebs`),
	}, {
		Name: "nor without a driver", Restore: restoreU1, Additional: contentRef, MustInclude: true, Want: want,
		Item: item, FromBackup: snapshot(`velero.io/csi-volumegroupsnapshot-handle: group-1, velero.io/csi-volumesnapshot-handle: handle-1`),
	}})
}
