package velero

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Backup is velero-backup.json, as far as it is read.
type Backup struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`

	Spec   BackupSpec   `json:"spec"`
	Status BackupStatus `json:"status"`
}

// BackupSpec is what the backup was asked to hold.
type BackupSpec struct {
	IncludedNamespaces      []string              `json:"includedNamespaces,omitempty"`
	ExcludedNamespaces      []string              `json:"excludedNamespaces,omitempty"`
	IncludedResources       []string              `json:"includedResources,omitempty"`
	ExcludedResources       []string              `json:"excludedResources,omitempty"`
	LabelSelector           *metav1.LabelSelector `json:"labelSelector,omitempty"`
	IncludeClusterResources *bool                 `json:"includeClusterResources,omitempty"`
	StorageLocation         string                `json:"storageLocation,omitempty"`
	SnapshotMoveData        *bool                 `json:"snapshotMoveData,omitempty"`

	OrLabelSelectors                 []*metav1.LabelSelector `json:"orLabelSelectors,omitempty"`
	IncludedClusterScopedResources   []string                `json:"includedClusterScopedResources,omitempty"`
	ExcludedClusterScopedResources   []string                `json:"excludedClusterScopedResources,omitempty"`
	IncludedNamespaceScopedResources []string                `json:"includedNamespaceScopedResources,omitempty"`
	ExcludedNamespaceScopedResources []string                `json:"excludedNamespaceScopedResources,omitempty"`
	OrderedResources                 map[string]string       `json:"orderedResources,omitempty"`
	SnapshotVolumes                  *bool                   `json:"snapshotVolumes,omitempty"`
	VolumeGroupSnapshotLabelKey      string                  `json:"volumeGroupSnapshotLabelKey,omitempty"`
	ResourcePolicy                   *ResourcePolicyRef      `json:"resourcePolicy,omitempty"`

	// What only tells a reader of the backup.
	TTL                     metav1.Duration `json:"ttl,omitzero"`
	VolumeSnapshotLocations []string        `json:"volumeSnapshotLocations,omitempty"`
	Hooks                   BackupHooks     `json:"hooks,omitzero"`
}

// BackupHooks are the commands that ran in pods while they were backed up.
type BackupHooks struct {
	Resources []BackupResourceHooks `json:"resources,omitempty"`
}

// BackupResourceHooks is one group of hooks, and the pods that it was for.
type BackupResourceHooks struct {
	Name               string       `json:"name"`
	IncludedNamespaces []string     `json:"includedNamespaces,omitempty"`
	PreHooks           []BackupHook `json:"pre,omitempty"`
	PostHooks          []BackupHook `json:"post,omitempty"`
}

// BackupHook is one command.
type BackupHook struct {
	Exec *struct {
		Container string   `json:"container,omitempty"`
		Command   []string `json:"command"`
	} `json:"exec,omitempty"`
}

// ResourcePolicyRef names the resource policies of a backup: a ConfigMap in Velero's namespace.
type ResourcePolicyRef struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// BackupStatus is how the backup ended.
type BackupStatus struct {
	FormatVersion       string          `json:"formatVersion,omitempty"`
	Phase               string          `json:"phase,omitempty"`
	Expiration          *metav1.Time    `json:"expiration,omitempty"`
	StartTimestamp      *metav1.Time    `json:"startTimestamp,omitempty"`
	CompletionTimestamp *metav1.Time    `json:"completionTimestamp,omitempty"`
	Warnings            int             `json:"warnings,omitempty"`
	Errors              int             `json:"errors,omitempty"`
	Progress            *BackupProgress `json:"progress,omitempty"` // nil where Velero noted none: before 1.4, and while it runs
}

// BackupProgress counts items.
type BackupProgress struct {
	TotalItems    int `json:"totalItems,omitempty"`
	ItemsBackedUp int `json:"itemsBackedUp,omitempty"`
}

// PodVolumeBackup is an element of <backup>-podvolumebackups.json.gz.
type PodVolumeBackup struct {
	metav1.ObjectMeta `json:"metadata"`

	Spec struct {
		Pod struct {
			Namespace string `json:"namespace,omitempty"`
			Name      string `json:"name,omitempty"`
		} `json:"pod"`
		Volume       string `json:"volume"`
		UploaderType string `json:"uploaderType"` // "" is restic, before Velero 1.10
	} `json:"spec"`
	Status struct {
		Phase      string `json:"phase,omitempty"`
		SnapshotID string `json:"snapshotID,omitempty"`
		Message    string `json:"message,omitempty"`
		Progress   struct {
			TotalBytes int64 `json:"totalBytes,omitempty"`
		} `json:"progress"`
	} `json:"status"`
}

// PVCNameAnnotation is the annotation of a PodVolumeBackup that names the claim of its volume.
const PVCNameAnnotation = "velero.io/pvc-name"

// VolumeSnapshot is an element of <backup>-volumesnapshots.json.gz: a native snapshot.
type VolumeSnapshot struct {
	Spec struct {
		BackupName           string `json:"backupName"`
		BackupUID            string `json:"backupUID"`
		Location             string `json:"location"`
		PersistentVolumeName string `json:"persistentVolumeName"`
		ProviderVolumeID     string `json:"providerVolumeID"`
		VolumeType           string `json:"volumeType"`
		VolumeAZ             string `json:"volumeAZ,omitempty"`
		VolumeIOPS           *int64 `json:"volumeIOPS,omitempty"`
	} `json:"spec"`
	Status struct {
		ProviderSnapshotID string `json:"providerSnapshotID,omitempty"`
		Phase              string `json:"phase,omitempty"`
	} `json:"status"`
}

// The backup methods of a VolumeInfo (internal/volume/volumes_information.go).
const (
	MethodNativeSnapshot  = "NativeSnapshot"
	MethodPodVolumeBackup = "PodVolumeBackup"
	MethodCSISnapshot     = "CSISnapshot"
)

// VolumeInfo is an element of <backup>-volumeinfo.json.gz: how one volume's data were backed up.
type VolumeInfo struct {
	PVCName           string `json:"pvcName,omitempty"`
	PVCNamespace      string `json:"pvcNamespace,omitempty"`
	PVName            string `json:"pvName,omitempty"`
	BackupMethod      string `json:"backupMethod,omitempty"`
	SnapshotDataMoved bool   `json:"snapshotDataMoved"`
	Skipped           bool   `json:"skipped"`
	SkippedReason     string `json:"skippedReason,omitempty"`

	NativeSnapshotInfo *NativeSnapshotInfo `json:"nativeSnapshotInfo,omitempty"`
	CSISnapshotInfo    *CSISnapshotInfo    `json:"csiSnapshotInfo,omitempty"`
	DataMovementInfo   *DataMovementInfo   `json:"snapshotDataMovementInfo,omitempty"`
	PVBInfo            *PodVolumeInfo      `json:"pvbInfo,omitempty"`
	PVInfo             *PVInfo             `json:"pvInfo,omitempty"`
}

// NativeSnapshotInfo describes a native snapshot. Phase has no JSON tag in Velero, so its key is capitalised.
type NativeSnapshotInfo struct {
	SnapshotHandle string `json:"snapshotHandle"`
	VolumeType     string `json:"volumeType"`
	VolumeAZ       string `json:"volumeAZ"`
	IOPS           string `json:"iops"`
	Phase          string `json:"Phase"`
}

// CSISnapshotInfo describes a CSI snapshot. ReadyToUse has no JSON tag in Velero, so its key is capitalised.
type CSISnapshotInfo struct {
	SnapshotHandle string `json:"snapshotHandle"`
	Size           int64  `json:"size"`
	Driver         string `json:"driver"`
	VSCName        string `json:"vscName"`
	ReadyToUse     *bool  `json:"ReadyToUse"`
}

// DataMovementInfo describes snapshot data that were moved to the object store.
type DataMovementInfo struct {
	DataMover      string `json:"dataMover"`
	UploaderType   string `json:"uploaderType"`
	SnapshotHandle string `json:"snapshotHandle"`
	Size           int64  `json:"size"`
	Phase          string `json:"Phase"`
}

// PodVolumeInfo describes a file-system backup of a pod's volume.
type PodVolumeInfo struct {
	SnapshotHandle string `json:"snapshotHandle,omitempty"`
	Size           int64  `json:"size,omitempty"`
	UploaderType   string `json:"uploaderType"`
	VolumeName     string `json:"volumeName"`
	PodName        string `json:"podName"`
	PodNamespace   string `json:"podNamespace"`
	Phase          string `json:"Phase"`
}

// PVInfo is what a volume that is provisioned anew gets back from its PV.
type PVInfo struct {
	ReclaimPolicy string            `json:"reclaimPolicy"`
	Labels        map[string]string `json:"labels"`
}

// CSIVolumeSnapshot is an element of <backup>-csi-volumesnapshots.json.gz, as far as it is read.
type CSIVolumeSnapshot struct {
	metav1.ObjectMeta `json:"metadata"`

	Spec struct {
		Source struct {
			PersistentVolumeClaimName *string `json:"persistentVolumeClaimName,omitempty"`
		} `json:"source"`
	} `json:"spec"`
}
