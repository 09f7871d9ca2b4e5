package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
)

const backedUpContent = `
	metadata: {name: content-1}
	spec:
	  deletionPolicy: Delete
	  driver: ebs
	  source: {volumeHandle: vol-1}
	  volumeSnapshotClassName: c
	  volumeSnapshotRef: {kind: VolumeSnapshot, name: snap-1, namespace: shop, uid: x, resourceVersion: "1"}
	status: {snapshotHandle: handle-1}`

// restoredContent is backedUpContent with its snapshot in a namespace and a class, "" for none.
func restoredContent(namespace, class string) string {
	if class != "" {
		class = ", volumeSnapshotClassName: " + class
	}
	return `
		metadata: {name: ` + snapU1 + `}
		spec: {deletionPolicy: Retain, driver: ebs, source: {snapshotHandle: handle-1}, volumeSnapshotRef: {kind: VolumeSnapshot, name: ` +
		snapU1 + `, namespace: ` + namespace + `}` + class + `}
		status: {snapshotHandle: handle-1}`
}

func TestCSIVolumeSnapshotContentRestorer(t *testing.T) {
	const otherClass = `{kind: VolumeSnapshotClass, metadata: {name: a}, driver: other}`
	const firstClass = `{kind: VolumeSnapshotClass, metadata: {name: b}, driver: ebs}`
	const secondClass = `{kind: VolumeSnapshotClass, metadata: {name: c}, driver: ebs}`
	actiontest.Run(t, CSIVolumeSnapshotContentRestorer(actions.Newest), []actiontest.Case{{
		Name: "it stands for the snapshot's handle, is renamed and retained, and gets the driver's first class",
		Item: backedUpContent, Want: restoredContent("shop", "b"), Restore: restoreU1, Target: []string{secondClass, firstClass, otherClass},
	}, {
		Name: "the namespace of its snapshot is mapped",
		Item: backedUpContent, Want: restoredContent("store", "b"), Restore: restoreToStore, Target: []string{firstClass},
	}, {
		Name: "a target without a class of the driver leaves it without one",
		Item: backedUpContent, Want: restoredContent("shop", ""), Restore: restoreU1, Target: []string{otherClass},
	}, {
		Name: "a class that nobody described gets a note",
		Item: backedUpContent, Want: restoredContent("shop", ""), Restore: restoreU1, Notices: []string{"snapshot-class-unknown"},
	}, {
		Name: "the Secret of both annotations is brought in", Restore: restoreU1,
		Item: `
			metadata: {name: c, annotations: {csi.storage.k8s.io/snapshotter-secret-name: s, csi.storage.k8s.io/snapshotter-secret-namespace: ns}}`,
		FromBackup: backedUpContent,
		Want: `
			metadata: {name: ` + snapU1 + `, annotations: {csi.storage.k8s.io/snapshotter-secret-name: s, csi.storage.k8s.io/snapshotter-secret-namespace: ns}}
			spec: {deletionPolicy: Retain, source: {snapshotHandle: handle-1}, volumeSnapshotRef: {name: ` + snapU1 + `}}`,
		Additional: []actions.ItemRef{{Resource: "secrets", Namespace: "ns", Name: "s"}},
	}, {
		Name: "restorePVs false skips it", Item: backedUpContent, Restore: restoreNoVolumes, WantSkip: true,
	}, {
		Name: "without a handle it fails", Item: `{metadata: {name: c}, status: {snapshotHandle: null}}`,
		Err: "status.snapshotHandle: is missing in the backup",
	}, {
		Name: "a policy of the wrong type", Item: `{metadata: {name: c}, spec: {deletionPolicy: 1}, status: {snapshotHandle: h}}`,
		Err: "spec.deletionPolicy: is number, not a string",
	}, {
		Name: "a handle of the wrong type", Item: `{metadata: {name: c}, status: {snapshotHandle: 1}}`,
		Err: "status.snapshotHandle: is number, not a string",
	}, {
		Name: "a driver of the wrong type", Item: `{metadata: {name: c}, spec: {driver: 1}, status: {snapshotHandle: h}}`,
		Err: "spec.driver: is number, not a string",
	}, {
		Name: "a reference of the wrong type", Item: `{metadata: {name: c}, spec: {volumeSnapshotRef: x}, status: {snapshotHandle: h}}`,
		Err: "spec.volumeSnapshotRef: is string, not an object",
	}, {
		Name: "a source of the wrong type", Item: `{metadata: {name: c}, spec: {source: x}, status: {snapshotHandle: h}}`,
		Err: "spec.source: is string, not an object",
	}})
	actiontest.Selector(t, CSIVolumeSnapshotContentRestorer(actions.Newest), "", "volumesnapshotcontents.snapshot.storage.k8s.io")
}
