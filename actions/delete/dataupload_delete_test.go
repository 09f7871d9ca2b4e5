package delete

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/velero"
)

func TestDataUploadDelete(t *testing.T) {
	backup := actions.Backup{Name: "nightly", Spec: velero.BackupSpec{StorageLocation: "default"}}
	const upload = `
		metadata: {name: up, namespace: velero, labels: {velero.io/backup-name: nightly}}
		spec: {sourceNamespace: shop, sourcePVC: data}
		status: {snapshotID: k1}`
	actiontest.Run(t, DataUploadDelete(), []actiontest.Case{{
		Name: "moved data go by way of a ConfigMap", Item: upload, Backup: backup,
		Creates: []string{`
			apiVersion: v1
			kind: ConfigMap
			metadata:
			  name: up-info
			  namespace: velero
			  labels: {velero.io/backup-name: nightly, velero.io/data-upload-snapshot-info: "true"}
			data:
			  volumeNamespace: shop
			  backupStorageLocation: default
			  snapshotID: k1
			  repositoryType: kopia
			  uploaderType: kopia
			  source: shop/data
			  repoIdentifier: ""`},
		Deletes: []actions.Deletion{{
			What: "moved data of persistentvolumeclaims/shop/data", ID: "k1",
			How: "Velero deletes the snapshot from the backup repository of namespace shop",
		}},
	}, {
		Name: "those of another backup stay", Item: strings.Replace(upload, "nightly", "weekly", 1), Backup: backup,
	}, {
		Name: "so do those of nobody", Item: strings.Replace(upload, ", labels: {velero.io/backup-name: nightly}", "", 1), Backup: backup,
	}, {
		Name: "those of another data mover", Item: strings.Replace(upload, "sourcePVC: data", "sourcePVC: data, datamover: acme", 1), Backup: backup,
	}, {
		Name: "and an upload that made no snapshot", Item: strings.Replace(upload, "snapshotID: k1", "phase: Failed", 1), Backup: backup,
	}, {
		Name: "a wrong type fails", Item: `{metadata: {name: up}, status: {snapshotID: 1}}`, Err: "status.snapshotID: is number, not a string",
	}})
	actiontest.Selector(t, DataUploadDelete(), "", "datauploads.velero.io")
}
