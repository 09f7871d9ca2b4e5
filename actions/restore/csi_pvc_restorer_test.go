package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/velero"
)

// snapU1 is snap-1's name in restore u1: printf u1/snap-1 | sha256sum.
const snapU1 = "a1b97be61899964ab734c91a012540730e27bbcf735524b9858b1a2c1d400dcb"

const (
	restoreNoVolumes = `{metadata: {name: r1, uid: u1}, spec: {restorePVs: false}}`
	restoreToStore   = `{metadata: {name: r1, namespace: velero, uid: u1}, spec: {namespaceMapping: {shop: store}}}`
)

const snapshotClaim = `
	metadata: {name: data, namespace: shop, annotations: {velero.io/volume-snapshot-name: snap-1}}
	spec: {volumeName: pv-1, storageClassName: fast, dataSourceRef: {kind: X}, dataSource: {kind: X}}`

const movedClaim = `
	metadata:
	  name: data
	  namespace: shop
	  annotations: {velero.io/volume-snapshot-name: snap-1, velero.io/data-upload-name: velero/up-1}
	spec: {volumeName: pv-1}`

func moved(is bool) actions.Backup {
	return actions.Backup{Spec: velero.BackupSpec{SnapshotMoveData: &is}}
}

func TestCSIPVCRestorerFromASnapshot(t *testing.T) {
	snapshot := []actions.ItemRef{{Resource: "volumesnapshots.snapshot.storage.k8s.io", Namespace: "shop", Name: "snap-1"}}
	// The action before, velero.io/pvc, has removed the annotation from the item.
	const item = `{metadata: {name: data, namespace: shop}, spec: {volumeName: pv-1, storageClassName: fast, dataSourceRef: {kind: X}, dataSource: {kind: X}}}`
	const pointed = `
		metadata: {name: data, namespace: shop}
		spec: {storageClassName: fast, dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: ` + snapU1 + `}}`
	actiontest.Run(t, CSIPVCRestorer(actions.Newest), []actiontest.Case{{
		Name: "the claim points to the snapshot's new name and brings the snapshot in by its ORIGINAL namespace",
		Item: item, FromBackup: snapshotClaim, Namespace: "store", Restore: restoreToStore, Want: pointed, Additional: snapshot, MustInclude: true,
	}, {
		Name: "moved data do not count in a backup that did not move them",
		Item: item, FromBackup: movedClaim, Backup: moved(false), Restore: restoreU1, Want: pointed, Additional: snapshot, MustInclude: true,
	}, {
		Name: "a claim without spec gets one", Restore: restoreU1, FromBackup: snapshotClaim, Additional: snapshot, MustInclude: true,
		Item: `{metadata: {name: data, namespace: shop}, spec: null}`,
		Want: `
			metadata: {name: data, namespace: shop}
			spec: {dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: ` + snapU1 + `}}`,
	}, {
		Name: "a claim without a snapshot stays as it is", Restore: restoreU1,
		Item: `{metadata: {name: data, namespace: shop}, spec: {volumeName: pv-1}}`,
	}, {
		Name: "so does one that the target namespace has already",
		Item: snapshotClaim, Namespace: "store", Restore: restoreToStore,
		Target: []string{`{kind: PersistentVolumeClaim, metadata: {name: data, namespace: store}}`},
	}, {
		Name: "restorePVs false takes volume and data source away",
		Item: snapshotClaim, Restore: restoreNoVolumes,
		Want: `
			metadata: {name: data, namespace: shop, annotations: {velero.io/volume-snapshot-name: snap-1}}
			spec: {storageClassName: fast}`,
	}, {
		Name: "restorePVs true is as good as none", Restore: `{metadata: {uid: u1}, spec: {restorePVs: true}}`,
		Item: item, FromBackup: snapshotClaim, Want: pointed, Additional: snapshot, MustInclude: true,
	}, {
		Name: "a spec of the wrong type", Item: `{metadata: {name: data}, spec: []}`, Err: "spec: is array, not an object",
	}, {
		Name: "a volume name of the wrong type", Item: `{metadata: {name: data}, spec: {volumeName: 1}}`, Err: "spec.volumeName: is number, not a string",
	}, {
		Name: "a data source of the wrong type", Item: `{metadata: {name: data}, spec: {dataSource: x}}`, Err: "spec.dataSource: is string, not an object",
	}, {
		Name: "an annotation of the wrong type", Item: `{metadata: {name: data, annotations: {velero.io/volume-snapshot-name: 1}}}`,
		Err: "metadata.annotations[velero.io/volume-snapshot-name]: is number, not a string",
	}})
	actiontest.Selector(t, CSIPVCRestorer(actions.Newest), "", "persistentvolumeclaims")
	if CSIPVCRestorer(actions.Newest).Feature != actions.FeatureCSI {
		t.Errorf("feature %q", CSIPVCRestorer(actions.Newest).Feature)
	}
}

func TestCSIPVCRestorerFromMovedData(t *testing.T) {
	// printf 'u1\0store\0data\0' | sha256sum ends the label.
	const waiting = `
		metadata: {name: data, namespace: shop}
		spec: {selector: {matchLabels: {a: b, velero.io/dynamic-pv-restore: store.data.efa95}}}`
	const item = `{metadata: {name: data, namespace: shop}, spec: {volumeName: pv-1, selector: {matchLabels: {a: b}}}}`
	actiontest.Run(t, CSIPVCRestorer(actions.Newest), []actiontest.Case{{
		Name: "the claim waits for a volume with a label of its own",
		Item: item, FromBackup: movedClaim, Namespace: "store", Restore: restoreToStore, Backup: moved(true),
		Target: []string{uploadResultMap}, Want: waiting,
	}, {
		Name: "without velero-backup.json the claim's annotation tells",
		Item: item, FromBackup: movedClaim, Namespace: "store", Restore: restoreToStore,
		Target: []string{uploadResultMap}, Want: waiting,
	}, {
		Name: "a claim without a selector, or with null for one, gets one",
		Item: `{metadata: {name: data, namespace: shop}, spec: {volumeName: pv-1, selector: null}}`, FromBackup: movedClaim,
		Namespace: "store", Restore: restoreToStore, Backup: moved(true), Target: []string{uploadResultMap},
		Want: `{metadata: {name: data, namespace: shop}, spec: {selector: {matchLabels: {velero.io/dynamic-pv-restore: store.data.efa95}}}}`,
	}, {
		Name: "a claim without a data upload stays as it is, even if it has a snapshot",
		Item: snapshotClaim, Restore: restoreU1, Backup: moved(true),
	}, {
		Name: "a result that is not there is an error", Item: movedClaim, Restore: restoreU1, Backup: moved(true),
		Err: "0 ConfigMaps have the result of the data upload of claim shop.data, want one",
	}, {
		Name: "so are two", Item: movedClaim, Restore: restoreU1, Backup: moved(true),
		Target: []string{uploadResultMap, uploadResultMap},
		Err:    "2 ConfigMaps have the result",
	}, {
		Name: "so is one of another restore", Item: movedClaim, Backup: moved(true), Target: []string{uploadResultMap},
		Restore: `metadata: {name: r2, uid: u2}`, Err: "0 ConfigMaps have the result",
	}, {
		Name: "so is one without this restore's key", Item: movedClaim, Restore: restoreU1, Backup: moved(true),
		Target: []string{resultWith("{}")}, Err: "ConfigMap up: data[u1]: no result of the data upload for this restore",
	}, {
		Name: "so is one that is no JSON", Item: movedClaim, Restore: restoreU1, Backup: moved(true),
		Target: []string{resultWith("{u1: '{'}")}, Err: "ConfigMap up: data[u1]: unexpected end of JSON input",
	}, {
		Name: "a selector of the wrong type", FromBackup: movedClaim, Restore: restoreU1, Backup: moved(true), Target: []string{uploadResultMap},
		Item: `{metadata: {name: data, namespace: shop}, spec: {selector: {matchLabels: {a: 1}}}}`,
		Err:  "spec.selector.matchLabels[a]: is number, not a string",
	}})
}

// resultWith is a ConfigMap for the claim shop/data in restore u1 with the given data.
func resultWith(data string) string {
	return `{kind: ConfigMap, metadata: {name: up, namespace: velero, labels: {velero.io/restore-uid: u1, ` +
		`velero.io/pvc-namespace-name: shop.data, velero.io/resource-usage: DataUpload}}, data: ` + data + `}`
}

func TestCSIPVCRestorerIn119(t *testing.T) {
	const bound = `{metadata: {name: data, namespace: shop}, spec: {volumeName: pv-1, dataSource: {kind: X, name: y}}}`
	actiontest.Run(t, CSIPVCRestorer(actions.V1_19), []actiontest.Case{{
		Name: "a claim without a snapshot stays as it is, though no volumes are restored", Profile: actions.V1_19,
		Item: bound, Restore: `{metadata: {name: r1, namespace: velero, uid: u1}, spec: {restorePVs: false}}`,
	}})
	actiontest.Run(t, CSIPVCRestorer(actions.V1_18_3), []actiontest.Case{{
		Name: "before, it was freed of its volume and its data source", Profile: actions.V1_18_3,
		Item: bound, Restore: `{metadata: {name: r1, namespace: velero, uid: u1}, spec: {restorePVs: false}}`,
		Want: `{metadata: {name: data, namespace: shop}, spec: {}}`,
	}})
}
