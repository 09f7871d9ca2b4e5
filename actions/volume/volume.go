// Package volume has Velero's VolumeSnapshotter, what the public plugins do of it without a cloud, and a provider that
// works offline.
//
// A plugin's GetVolumeID and SetVolumeID only read and write a PersistentVolume: EBS, GCEDisk and AzureDisk do the same
// as velero-plugin-for-aws, -gcp and -microsoft-azure, for the volumes of the kubelet's own drivers and for those of
// CSI; CSI is for every other driver. For tells which of them a PersistentVolume needs.
//
// The other verbs ask a cloud. Offline answers them from the files beside a backup, or records what a plugin would have
// asked for.
package volume

import "github.com/veltx/veltx/tarball/object"

// VolumeSnapshotter is Velero's interface of the plugins that take snapshots of volumes and make volumes from them
// (v1.18.2 pkg/plugin/velero/volumesnapshotter/v1/volume_snapshotter.go). Differs from Velero: SetVolumeID edits the
// PersistentVolume in place, as actions do, so that no field is lost on a way through a typed object.
type VolumeSnapshotter interface {
	IDs
	// Init takes the configuration of a VolumeSnapshotLocation and comes before every other verb.
	Init(config map[string]string) error
	// CreateVolumeFromSnapshot makes a volume and returns its id. iops is nil where none were provisioned.
	CreateVolumeFromSnapshot(snapshotID, volumeType, volumeAZ string, iops *int64) (volumeID string, err error)
	// GetVolumeInfo returns a volume's type and its provisioned IOPS, if any.
	GetVolumeInfo(volumeID, volumeAZ string) (volumeType string, iops *int64, err error)
	// CreateSnapshot takes a snapshot of a volume and returns its id.
	CreateSnapshot(volumeID, volumeAZ string, tags map[string]string) (snapshotID string, err error)
	// DeleteSnapshot deletes a snapshot; that it is gone already is no error.
	DeleteSnapshot(snapshotID string) error
}

// IDs knows where a PersistentVolume has the id of its volume.
type IDs interface {
	// GetVolumeID returns the id as the cloud knows it, "" for a volume of another storage.
	GetVolumeID(pv *object.Value) (string, error)
	// SetVolumeID puts another volume into the place of the old one.
	SetVolumeID(pv *object.Value, volumeID string) error
}

// For returns what knows the ids of a PersistentVolume's kind of storage; nil where it has none, as NFS and local disks.
func For(pv *object.Value) IDs {
	spec := pv.Get("spec")
	switch driver := spec.Get("csi", "driver").Str(); {
	case driver == ebsDriver:
		return EBS{}
	case gceDrivers[driver]:
		return GCEDisk{}
	case driver == azureDriver:
		return AzureDisk{}
	case !spec.Get("csi").IsNull():
		return CSI{}
	case !spec.Get(inTreeEBS).IsNull():
		return EBS{}
	case !spec.Get(inTreeGCE).IsNull():
		return GCEDisk{}
	case !spec.Get(inTreeAzure).IsNull():
		return AzureDisk{}
	}
	return nil
}
