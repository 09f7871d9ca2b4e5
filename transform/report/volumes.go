package report

import "github.com/veltx/veltx/actions/volume"

// VolumeMethod is how a volume comes back.
type VolumeMethod string

// The methods.
const (
	NativeSnapshot  VolumeMethod = "native-snapshot"      // Velero's plugin makes a volume from a snapshot
	CSISnapshot     VolumeMethod = "csi-snapshot"         // the CSI driver makes a volume from a VolumeSnapshot
	DataMover       VolumeMethod = "data-mover"           // a new volume is filled with data that were moved to the object store
	PodVolumeBackup VolumeMethod = "pod-volume-backup"    // a new volume is filled from a backup of its files, while a pod waits
	Provisioned     VolumeMethod = "dynamic-provisioning" // a new volume, empty
	AsItIs          VolumeMethod = "as-it-is"             // the PersistentVolume points to the old volume, or to one that the user named
)

// Volume is one line of the volume plan: a PersistentVolume of the restore, its claim, or both. Where the restore does
// not have one of them, its outcome is empty.
type Volume struct {
	Method       VolumeMethod `json:"method"`
	Fate         Fate         `json:"fate,omitempty"`      // of its data; empty for a volume that the restore neither makes nor uses
	Bytes        int64        `json:"bytes,omitempty"`     // of its data, where the backup says
	Namespace    string       `json:"namespace,omitempty"` // of the claim, in the target
	Claim        string       `json:"claim,omitempty"`
	ClaimOutcome Outcome      `json:"claimOutcome,omitempty"`
	VolumeName   string       `json:"volumeName,omitempty"` // the PersistentVolume that the restored claim asks for
	StorageClass string       `json:"storageClass,omitempty"`

	PersistentVolume        string  `json:"persistentVolume,omitempty"` // its name in the backup
	PersistentVolumeOutcome Outcome `json:"persistentVolumeOutcome,omitempty"`
	RenamedTo               string  `json:"renamedTo,omitempty"`
	VolumeID                string  `json:"volumeID,omitempty"`    // in the backup
	NewVolumeID             string  `json:"newVolumeID,omitempty"` // that the user named

	Data    *VolumeData   `json:"data,omitempty"`
	Pods    []VolumePod   `json:"pods,omitempty"`
	Calls   []volume.Call `json:"calls,omitempty"`   // of Velero to its plugin
	Missing []string      `json:"missing,omitempty"` // what data will be missing, and why
}

// VolumeData is what the backup has of a volume's data.
type VolumeData struct {
	Snapshot string `json:"snapshot,omitempty"` // as the storage knows it
	Object   string `json:"object,omitempty"`   // the VolumeSnapshot in the backup
	Type     string `json:"type,omitempty"`
	Zone     string `json:"zone,omitempty"`
	IOPS     *int64 `json:"iops,omitempty"`
	Location string `json:"location,omitempty"` // the VolumeSnapshotLocation
	Provider string `json:"provider,omitempty"` // of that location
	Driver   string `json:"driver,omitempty"`   // of CSI
	Uploader string `json:"uploader,omitempty"` // of moved data
	Bytes    int64  `json:"bytes,omitempty"`
	Phase    string `json:"phase,omitempty"`
}

// VolumePod is a pod through which a volume's files come back.
type VolumePod struct {
	Namespace string `json:"namespace"` // in the target
	Name      string `json:"name"`
	Volume    string `json:"volume"` // its name in the pod
	Snapshot  string `json:"snapshot,omitempty"`
	Waits     bool   `json:"waits"` // an init container holds the pod until the volume is filled
}
