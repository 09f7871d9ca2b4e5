// Package inspect counts what a backup holds.
package inspect

import (
	"cmp"

	"github.com/veltx/veltx/tarball/velero"
)

// Inventory is what a backup holds.
type Inventory struct {
	Name          string           `json:"name"`
	Source        string           `json:"source"` // as the user named it
	Format        string           `json:"format"` // tar.gz, tar or folder
	FormatVersion string           `json:"formatVersion,omitempty"`
	Status        *BackupStatus    `json:"status,omitempty"` // of velero-backup.json
	PackedBytes   int64            `json:"packedBytes,omitempty"`
	UnpackedBytes int64            `json:"unpackedBytes"`
	Entries       int              `json:"entries"`
	Items         int              `json:"items"`
	Resources     []ResourceCount  `json:"resources"`
	Namespaces    []NamespaceCount `json:"namespaces"`
	SideFiles     []SideFile       `json:"sideFiles,omitempty"`
	Volumes       []Volume         `json:"volumes,omitempty"`
	Asked         []Asked          `json:"asked,omitempty"`      // what the backup was asked for
	Messages      []Message        `json:"messages,omitempty"`   // of its results file, errors first
	OddEntries    int              `json:"oddEntries,omitempty"` // entries where Velero writes none
	OddPaths      []string         `json:"oddPaths,omitempty"`   // the first of them
}

// BackupStatus is what Velero noted of the backup itself.
type BackupStatus struct {
	Phase               string `json:"phase,omitempty"`
	StartTimestamp      string `json:"startTimestamp,omitempty"`
	CompletionTimestamp string `json:"completionTimestamp,omitempty"`
	Expiration          string `json:"expiration,omitempty"`
	TotalItems          int    `json:"totalItems,omitempty"`
	ItemsBackedUp       int    `json:"itemsBackedUp,omitempty"`
	Errors              int    `json:"errors"`
	Warnings            int    `json:"warnings"`
}

// ResourceCount counts the items of one resource.
type ResourceCount struct {
	Resource   string         `json:"resource"`
	Items      int            `json:"items"`
	Bytes      int64          `json:"bytes"`
	Namespaces int            `json:"namespaces"` // that have items of it
	Versions   []VersionCount `json:"versions,omitempty"`
}

// VersionCount counts the copies of a resource in one API version.
type VersionCount struct {
	Version   string `json:"version"`
	Preferred bool   `json:"preferred,omitempty"` // by the source cluster
	Copies    int    `json:"copies"`
}

// NamespaceCount counts the items of one namespace, "" for those that are cluster-scoped.
type NamespaceCount struct {
	Namespace string `json:"namespace"`
	Items     int    `json:"items"`
	Bytes     int64  `json:"bytes"`
}

// SideFile is a file beside the tarball.
type SideFile struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Bytes   int64  `json:"bytes"`             // as stored
	Entries *int   `json:"entries,omitempty"` // none for a log
}

// Volume says how the data of one volume were backed up.
type Volume struct {
	PersistentVolume string `json:"persistentVolume,omitempty"`
	Namespace        string `json:"namespace,omitempty"`
	Claim            string `json:"claim,omitempty"`
	Method           string `json:"method,omitempty"`
	Bytes            int64  `json:"bytes,omitempty"`
	DataMoved        bool   `json:"dataMoved,omitempty"` // of a snapshot, to the object store
	Uploader         string `json:"uploader,omitempty"`
	Snapshot         string `json:"snapshot,omitempty"` // its handle
	Skipped          string `json:"skipped,omitempty"`  // why
}

// newBackupStatus takes the status from a Backup.
func newBackupStatus(b *velero.Backup) *BackupStatus {
	var counted velero.BackupProgress
	if b.Status.Progress != nil {
		counted = *b.Status.Progress
	}
	return &BackupStatus{
		Phase: b.Status.Phase, TotalItems: counted.TotalItems, ItemsBackedUp: counted.ItemsBackedUp,
		Errors: b.Status.Errors, Warnings: b.Status.Warnings,
		StartTimestamp: velero.TimeText(b.Status.StartTimestamp), CompletionTimestamp: velero.TimeText(b.Status.CompletionTimestamp),
		Expiration: velero.TimeText(b.Status.Expiration),
	}
}

// newVolume takes what matters from a volume's information.
func newVolume(v velero.VolumeInfo) Volume {
	shown := Volume{PersistentVolume: v.PVName, Namespace: v.PVCNamespace, Claim: v.PVCName, Method: v.BackupMethod}
	shown.tell(&v)
	if v.Skipped {
		shown.Skipped = cmp.Or(v.SkippedReason, "no reason given")
	}
	return shown
}

// tell takes what the way in which it was backed up says of a volume.
func (v *Volume) tell(info *velero.VolumeInfo) {
	if csi := info.CSISnapshotInfo; csi != nil {
		v.Snapshot, v.Bytes = csi.SnapshotHandle, csi.Size
	}
	if native := info.NativeSnapshotInfo; native != nil {
		v.Snapshot = native.SnapshotHandle
	}
	if files := info.PVBInfo; files != nil {
		v.Snapshot, v.Bytes, v.Uploader = files.SnapshotHandle, files.Size, files.UploaderType
	}
	if moved := info.DataMovementInfo; moved != nil && info.SnapshotDataMoved {
		v.Snapshot, v.Uploader, v.DataMoved = moved.SnapshotHandle, moved.UploaderType, true
		v.Bytes = cmp.Or(moved.Size, v.Bytes)
	}
}
