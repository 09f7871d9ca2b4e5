package delete

import (
	"cmp"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// DataUploadDelete has the moved data of a DataUpload deleted that this very backup made: it leaves a ConfigMap from
// which Velero's deletion takes the snapshot in the backup repository. Uploads of other data movers stay.
// Source: Velero v1.18.2 pkg/datamover/dataupload_delete_action.go:32-127, pkg/datamover/util.go:21-35.
func DataUploadDelete() actions.Action {
	return actions.Action{
		Name:      "velero.io/dataupload-delete",
		Summary:   "deletes the moved data of a DataUpload from the backup repository",
		AppliesTo: actions.Selector{Resources: []string{layout.DataUploads}},
		Typed:     typed.DataUpload,
		Execute:   deleteUpload,
	}
}

func deleteUpload(in *actions.Input) (*actions.Output, error) {
	text := func(path ...string) string { return in.Item.Get(path...).Str() }
	owner, mover := text("metadata", "labels", backupNameLabel), text("spec", "datamover")
	namespace, claim, snapshot := text("spec", "sourceNamespace"), text("spec", "sourcePVC"), text("status", "snapshotID")
	out := &actions.Output{}
	switch {
	case owner == "":
		out.Explain("metadata.labels", "its data stays: no label tells which backup it belongs to")
		return out, nil
	case owner != velero.LabelValue(in.Backup.Name):
		out.Explain("metadata.labels", "its data stays: it belongs to backup "+owner)
		return out, nil
	case mover != "" && mover != "velero":
		out.Explain("spec.datamover", "its data stays: data mover "+mover+" is not Velero's own")
		return out, nil
	case snapshot == "":
		return nil, nil
	}
	marker, err := uploadMarker(in, namespace, claim, snapshot)
	if err != nil {
		return nil, err
	}
	out.Creates = []*object.Value{marker}
	out.Deletes = []actions.Deletion{{
		What: fmt.Sprintf("moved data of persistentvolumeclaims/%s/%s", namespace, claim), ID: snapshot,
		How: "Velero deletes the snapshot from the backup repository of namespace " + namespace,
	}}
	return out, nil
}

// uploadMarker is the ConfigMap that tells Velero's deletion of the snapshot.
func uploadMarker(in *actions.Input, namespace, claim, snapshot string) (*object.Value, error) {
	return object.From(map[string]any{
		"apiVersion": "v1",
		"kind":       "ConfigMap",
		"metadata": map[string]any{
			"name":      in.Item.Name() + "-info",
			"namespace": namespaceOf(in),
			"labels":    map[string]string{backupNameLabel: in.Backup.Name, "velero.io/data-upload-snapshot-info": "true"},
		},
		"data": map[string]string{
			"volumeNamespace": namespace, "backupStorageLocation": in.Backup.Spec.StorageLocation, "snapshotID": snapshot,
			"repositoryType": "kopia", "uploaderType": "kopia", "source": namespace + "/" + claim, "repoIdentifier": "",
		},
	})
}

// namespaceOf is Velero's namespace: the Backup's, which is the DataUpload's own unless that is of another installation.
func namespaceOf(in *actions.Input) string { return cmp.Or(in.Backup.Namespace, in.Item.Namespace()) }
