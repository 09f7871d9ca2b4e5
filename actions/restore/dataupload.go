package restore

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// The labels of the ConfigMap that hands the result of a data upload over to the action on its claim.
const (
	uploadRestoreLabel = "velero.io/restore-uid"
	uploadClaimLabel   = "velero.io/pvc-namespace-name"
	uploadUsageLabel   = "velero.io/resource-usage"
	uploadUsage        = "DataUpload"
)

// DataUpload keeps where a claim's data were moved to in a ConfigMap of Velero's namespace, for CSIPVCRestorer, and
// skips the DataUpload itself.
// Source: Velero v1.18.2 pkg/restore/actions/dataupload_retrieve_action.go:56-119,
// pkg/apis/velero/v2alpha1/data_upload_types.go:229-256.
//
// Differs from Velero: the API server makes the end of the ConfigMap's name up; here it is derived from the restore
// and the DataUpload, so that runs repeat. The storage location is "", with a warning, if velero-backup.json is
// missing, where Velero could not start the restore.
func DataUpload() actions.Action {
	return actions.Action{
		Name:      "velero.io/dataupload",
		Summary:   "stores the result of a data upload in a ConfigMap for its claim",
		AppliesTo: actions.Selector{Resources: []string{layout.DataUploads}},
		Execute: func(in *actions.Input) (*actions.Output, error) {
			if err := in.ItemFromBackup.Fits(typed.DataUpload()); err != nil {
				return nil, err
			}
			upload, err := uploadRead(in.ItemFromBackup)
			if err != nil {
				return nil, err
			}
			upload.result.BackupStorageLocation = in.Backup.Spec.StorageLocation
			if !in.Profile.Does(actions.TellsNodeOS) {
				upload.result.NodeOS = ""
			}
			if !in.Profile.Does(actions.TellsSnapshotSize) {
				upload.result.SnapshotSize = 0
			}
			if !in.Profile.Does(actions.TellsFileSystems) {
				upload.result.FSType, upload.result.SnapshotClass = "", ""
			}
			result, err := upload.configMap(in)
			if err != nil {
				return nil, err
			}
			out := &actions.Output{
				Skip:    "its result is stored in a ConfigMap for the restore of the claim",
				Creates: []*object.Value{result},
			}
			if in.Backup.Spec.StorageLocation == "" {
				out.Warn("storage-location-unknown", "", "the backup's storage location is unknown without velero-backup.json")
			}
			return out, nil
		},
	}
}

// upload is what is read of a DataUpload.
type upload struct {
	claim  string // spec.sourcePVC
	result uploadResult
}

// uploadResult is velero.io/v2alpha1's DataUploadResult.
type uploadResult struct {
	BackupStorageLocation string             `json:"backupStorageLocation"`
	DataMover             string             `json:"datamover,omitempty"`
	SnapshotID            string             `json:"snapshotID,omitempty"`
	SourceNamespace       string             `json:"sourceNamespace"`
	DataMoverResult       *map[string]string `json:"dataMoverResult,omitempty"`
	NodeOS                string             `json:"nodeOS,omitempty"`
	SnapshotSize          int64              `json:"snapshotSize,omitempty"`
	FSType                string             `json:"fsType,omitempty"`
	SnapshotClass         string             `json:"snapshotClass,omitempty"`
}

func uploadRead(item *object.Value) (u upload, err error) {
	for _, f := range []struct {
		into *string
		path []string
	}{
		{&u.claim, []string{"spec", "sourcePVC"}},
		{&u.result.DataMover, []string{"spec", "datamover"}},
		{&u.result.SourceNamespace, []string{"spec", "sourceNamespace"}},
		{&u.result.SnapshotID, []string{"status", "snapshotID"}},
		{&u.result.NodeOS, []string{"status", "nodeOS"}},
		{&u.result.FSType, []string{"spec", "sourceFSType"}},
		{&u.result.SnapshotClass, []string{"spec", "csiSnapshot", "snapshotClass"}},
	} {
		if *f.into, err = field.Text(item, "", f.path...); err != nil {
			return u, err
		}
	}
	if u.result.SnapshotSize, err = field.Int(item, "", "status", "progress", "totalBytes"); err != nil {
		return u, err
	}
	results, err := field.Texts(item, "", "status", "dataMoverResult")
	if results != nil {
		u.result.DataMoverResult = &results
	}
	return u, err
}

func (u *upload) configMap(in *actions.Input) (*object.Value, error) {
	result, err := object.From(u.result)
	if err != nil {
		return nil, err
	}
	uid := string(in.Restore.UID)
	prefix := in.ItemFromBackup.Name() + "-"
	namespace := in.Restore.Namespace
	if !in.Profile.Does(actions.KeepsUploadsWithRestores) {
		namespace = in.ItemFromBackup.Namespace()
	}
	return object.From(map[string]any{
		"apiVersion": "v1",
		"kind":       "ConfigMap",
		"metadata": map[string]any{
			"generateName": prefix,
			"name":         prefix + uploadSuffix(uid, in.ItemFromBackup.Namespace(), in.ItemFromBackup.Name()),
			"namespace":    namespace,
			"labels": map[string]string{
				uploadRestoreLabel: velero.LabelValue(uid),
				uploadClaimLabel:   velero.LabelValue(u.result.SourceNamespace + "." + u.claim),
				uploadUsageLabel:   uploadUsage,
			},
		},
		"data": map[string]string{uid: string(result.JSON())},
	})
}

// uploadSuffix stands for the five characters that end a generated name.
func uploadSuffix(identity ...string) string {
	hash := sha256.New()
	for _, s := range identity {
		hash.Write([]byte(s + "\x00"))
	}
	return hex.EncodeToString(hash.Sum(nil))[:5]
}
