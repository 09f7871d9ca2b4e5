package typed

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Shapes of the types of CSI snapshots and of Velero's own, whose packages are not linked: the fields of
// external-snapshotter/client/v8 v8.4.0 and of Velero v1.18.2 pkg/apis/velero/v2alpha1.
var (
	VolumeSnapshot        = lazily[volumeSnapshot]()
	VolumeSnapshotContent = lazily[volumeSnapshotContent]()
	VolumeSnapshotClass   = lazily[volumeSnapshotClass]()
	DataUpload            = lazily[dataUpload]()
)

// Metadata is what every object has.
var Metadata = lazily[meta]()

type meta struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
}

type volumeSnapshot struct {
	meta `json:",inline"`
	Spec struct {
		Source struct {
			PersistentVolumeClaimName *string `json:"persistentVolumeClaimName"`
			VolumeSnapshotContentName *string `json:"volumeSnapshotContentName"`
		} `json:"source"`
		VolumeSnapshotClassName *string `json:"volumeSnapshotClassName"`
	} `json:"spec"`
	Status *struct {
		BoundVolumeSnapshotContentName *string            `json:"boundVolumeSnapshotContentName"`
		CreationTime                   *metav1.Time       `json:"creationTime"`
		ReadyToUse                     *bool              `json:"readyToUse"`
		RestoreSize                    *resource.Quantity `json:"restoreSize"`
		Error                          *snapshotError     `json:"error"`
		VolumeGroupSnapshotName        *string            `json:"volumeGroupSnapshotName"`
	} `json:"status"`
}

type snapshotError struct {
	Time    *metav1.Time `json:"time"`
	Message *string      `json:"message"`
}

type volumeSnapshotContent struct {
	meta `json:",inline"`
	Spec struct {
		VolumeSnapshotRef       corev1.ObjectReference `json:"volumeSnapshotRef"`
		DeletionPolicy          string                 `json:"deletionPolicy"`
		Driver                  string                 `json:"driver"`
		VolumeSnapshotClassName *string                `json:"volumeSnapshotClassName"`
		Source                  struct {
			VolumeHandle   *string `json:"volumeHandle"`
			SnapshotHandle *string `json:"snapshotHandle"`
		} `json:"source"`
		SourceVolumeMode *string `json:"sourceVolumeMode"`
	} `json:"spec"`
	Status *struct {
		SnapshotHandle            *string        `json:"snapshotHandle"`
		CreationTime              *int64         `json:"creationTime"`
		RestoreSize               *int64         `json:"restoreSize"`
		ReadyToUse                *bool          `json:"readyToUse"`
		Error                     *snapshotError `json:"error"`
		VolumeGroupSnapshotHandle *string        `json:"volumeGroupSnapshotHandle"`
	} `json:"status"`
}

type volumeSnapshotClass struct {
	meta           `json:",inline"`
	Driver         string            `json:"driver"`
	Parameters     map[string]string `json:"parameters"`
	DeletionPolicy string            `json:"deletionPolicy"`
}

type dataUpload struct {
	meta `json:",inline"`
	Spec struct {
		SnapshotType string `json:"snapshotType"`
		CSISnapshot  *struct {
			VolumeSnapshot string `json:"volumeSnapshot"`
			StorageClass   string `json:"storageClass"`
			SnapshotClass  string `json:"snapshotClass"`
			Driver         string `json:"driver"`
		} `json:"csiSnapshot"`
		SourcePVC             string            `json:"sourcePVC"`
		DataMover             string            `json:"datamover"`
		BackupStorageLocation string            `json:"backupStorageLocation"`
		SourceNamespace       string            `json:"sourceNamespace"`
		DataMoverConfig       map[string]string `json:"dataMoverConfig"`
		Cancel                bool              `json:"cancel"`
		OperationTimeout      metav1.Duration   `json:"operationTimeout"`
	} `json:"spec"`
	Status struct {
		Phase               string             `json:"phase"`
		Path                string             `json:"path"`
		SnapshotID          string             `json:"snapshotID"`
		DataMoverResult     *map[string]string `json:"dataMoverResult"`
		Message             string             `json:"message"`
		StartTimestamp      *metav1.Time       `json:"startTimestamp"`
		CompletionTimestamp *metav1.Time       `json:"completionTimestamp"`
		Progress            struct {
			TotalBytes int64 `json:"totalBytes"`
			BytesDone  int64 `json:"bytesDone"`
		} `json:"progress"`
		IncrementalBytes  int64        `json:"incrementalBytes"`
		Node              string       `json:"node"`
		NodeOS            string       `json:"nodeOS"`
		AcceptedByNode    string       `json:"acceptedByNode"`
		AcceptedTimestamp *metav1.Time `json:"acceptedTimestamp"`
	} `json:"status"`
}
