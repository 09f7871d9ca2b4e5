package restore

import (
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/velero"
)

const restoreU1 = `metadata: {name: r1, namespace: velero, uid: u1}`

// uploadResultMap is the ConfigMap of the upload of shop/data; printf 'u1\0velero\0up-1\0' | sha256sum ends its name.
const uploadResultMap = `
	apiVersion: v1
	kind: ConfigMap
	metadata:
	  name: up-1-26c65
	  generateName: up-1-
	  namespace: velero
	  labels: {velero.io/restore-uid: u1, velero.io/pvc-namespace-name: shop.data, velero.io/resource-usage: DataUpload}
	data:
	  u1: '{"backupStorageLocation":"s3","datamover":"velero","snapshotID":"k1","sourceNamespace":"shop","dataMoverResult":{"a":"b"},"nodeOS":"linux","snapshotSize":9007199254740993}'`

func TestDataUpload(t *testing.T) {
	known := actions.Backup{Spec: velero.BackupSpec{StorageLocation: "s3"}}
	actiontest.Run(t, DataUpload(), []actiontest.Case{{
		Name: "the result is kept in a ConfigMap, the item skipped", Restore: restoreU1, Backup: known, WantSkip: true,
		Item: `{metadata: {name: up-1, namespace: velero}}`,
		FromBackup: `
			metadata: {name: up-1, namespace: velero}
			spec: {sourcePVC: data, sourceNamespace: shop, datamover: velero, backupStorageLocation: other}
			status: {snapshotID: k1, nodeOS: linux, progress: {totalBytes: 9007199254740993}, dataMoverResult: {a: b}}`,
		Creates: []string{uploadResultMap},
	}, {
		Name: "what is empty is left out of the result", Restore: restoreU1, Backup: known, WantSkip: true,
		Item: `{metadata: {name: up-1, namespace: velero}, spec: {sourcePVC: data, sourceNamespace: shop}}`,
		Creates: []string{`
			apiVersion: v1
			kind: ConfigMap
			metadata:
			  name: up-1-26c65
			  generateName: up-1-
			  namespace: velero
			  labels: {velero.io/restore-uid: u1, velero.io/pvc-namespace-name: shop.data, velero.io/resource-usage: DataUpload}
			data: {u1: '{"backupStorageLocation":"s3","sourceNamespace":"shop"}'}`},
	}, {
		Name: "without velero-backup.json nobody knows the storage location", Restore: restoreU1, WantSkip: true,
		Warnings: []string{"storage-location-unknown"},
		Item:     `{metadata: {name: up-1, namespace: velero}, spec: {sourcePVC: data, sourceNamespace: shop}}`,
		Creates: []string{`
			apiVersion: v1
			kind: ConfigMap
			metadata:
			  name: up-1-26c65
			  generateName: up-1-
			  namespace: velero
			  labels: {velero.io/restore-uid: u1, velero.io/pvc-namespace-name: shop.data, velero.io/resource-usage: DataUpload}
			data: {u1: '{"backupStorageLocation":"","sourceNamespace":"shop"}'}`},
	}, {
		Name: "a field of the wrong type", Item: `{metadata: {name: up-1}, spec: {datamover: 1}}`,
		Err: "spec.datamover: is number, not a string",
	}, {
		Name: "a size of the wrong type", Item: `{metadata: {name: up-1}, status: {progress: {totalBytes: x}}}`,
		Err: "status.progress.totalBytes: is string, not a whole number",
	}, {
		Name: "results of the wrong type", Item: `{metadata: {name: up-1}, status: {dataMoverResult: {a: 1}}}`,
		Err: "status.dataMoverResult[a]: is number, not a string",
	}})
	actiontest.Selector(t, DataUpload(), "", "datauploads.velero.io")
}

func TestDataUploadTellsTheFileSystem(t *testing.T) {
	const upload = `
		metadata: {name: up-1, namespace: velero}
		spec: {sourcePVC: data, sourceNamespace: shop, sourceFSType: xfs, csiSnapshot: {snapshotClass: fast}}`
	for profile, result := range map[actions.Profile]string{
		actions.V1_18_3: `{"backupStorageLocation":"s3","sourceNamespace":"shop"}`,
		actions.V1_19:   `{"backupStorageLocation":"s3","sourceNamespace":"shop","fsType":"xfs","snapshotClass":"fast"}`,
	} {
		actiontest.Run(t, DataUpload(), []actiontest.Case{{
			Name: profile.String(), Profile: profile, Restore: restoreU1, Backup: actions.Backup{Spec: velero.BackupSpec{StorageLocation: "s3"}},
			WantSkip: true, Item: upload, Creates: []string{`
				apiVersion: v1
				kind: ConfigMap
				metadata:
				  name: up-1-26c65
				  generateName: up-1-
				  namespace: velero
				  labels: {velero.io/restore-uid: u1, velero.io/pvc-namespace-name: shop.data, velero.io/resource-usage: DataUpload}
				data: {u1: '` + result + `'}`},
		}})
	}
}
