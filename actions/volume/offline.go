package volume

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// Offline is a VolumeSnapshotter without a cloud: it knows what the backup's list of native snapshots tells, edits
// PersistentVolumes, and records the calls that a plugin would act upon. Ids that only a cloud could give are
// placeholders, which are never written into a PersistentVolume.
type Offline struct {
	snapshots []velero.VolumeSnapshot
	config    map[string]string
	calls     []Call
}

var _ VolumeSnapshotter = (*Offline)(nil)

// NewOffline returns a provider that knows the snapshots of a backup.
func NewOffline(snapshots []velero.VolumeSnapshot) *Offline { return &Offline{snapshots: snapshots} }

// The verbs that are recorded.
const (
	VerbInit           = "Init"
	VerbCreateVolume   = "CreateVolumeFromSnapshot"
	VerbSetVolumeID    = "SetVolumeID"
	VerbCreateSnapshot = "CreateSnapshot"
	VerbDeleteSnapshot = "DeleteSnapshot"
)

// Call is one that a plugin would have received. An id that is not known is empty.
type Call struct {
	Verb             string            `json:"verb"`
	Config           map[string]string `json:"config,omitempty"`
	SnapshotID       string            `json:"snapshotID,omitempty"`
	VolumeID         string            `json:"volumeID,omitempty"`
	VolumeType       string            `json:"volumeType,omitempty"`
	VolumeAZ         string            `json:"volumeAZ,omitempty"`
	IOPS             *int64            `json:"iops,omitempty"`
	Tags             map[string]string `json:"tags,omitempty"`
	PersistentVolume string            `json:"persistentVolume,omitempty"`
}

// Take returns the calls since the last Take, in order, and forgets them.
func (o *Offline) Take() []Call {
	calls := o.calls
	o.calls = nil
	return calls
}

// Init implements VolumeSnapshotter.
func (o *Offline) Init(config map[string]string) error {
	o.config = maps.Clone(config)
	o.calls = append(o.calls, Call{Verb: VerbInit, Config: o.config})
	return nil
}

// CreateVolumeFromSnapshot implements VolumeSnapshotter; the id is a placeholder, the same for the same snapshot.
func (o *Offline) CreateVolumeFromSnapshot(snapshotID, volumeType, volumeAZ string, iops *int64) (string, error) {
	if snapshotID == "" {
		return "", errors.New("the snapshot has no id: it was not completed")
	}
	o.calls = append(o.calls, Call{Verb: VerbCreateVolume, SnapshotID: snapshotID, VolumeType: volumeType, VolumeAZ: volumeAZ, IOPS: iops})
	return placeholder("volume", snapshotID), nil
}

// GetVolumeID implements VolumeSnapshotter.
func (o *Offline) GetVolumeID(pv *object.Value) (string, error) {
	ids := o.ids(pv)
	if ids == nil {
		return "", nil
	}
	return ids.GetVolumeID(pv)
}

// SetVolumeID implements VolumeSnapshotter. A placeholder leaves the PersistentVolume as it is.
func (o *Offline) SetVolumeID(pv *object.Value, volumeID string) error {
	call := Call{Verb: VerbSetVolumeID, PersistentVolume: pv.Name(), VolumeID: volumeID}
	if IsPlaceholder(volumeID) {
		call.VolumeID = ""
		o.calls = append(o.calls, call)
		return nil
	}
	ids := o.ids(pv)
	if ids == nil {
		return fmt.Errorf("spec: has no volume whose id could become %q", volumeID)
	}
	o.calls = append(o.calls, call)
	return ids.SetVolumeID(pv, volumeID)
}

// ids is For, with what the configuration tells.
func (o *Offline) ids(pv *object.Value) IDs {
	ids := For(pv)
	if _, gce := ids.(GCEDisk); gce {
		return GCEDisk{Project: o.config["volumeProject"]}
	}
	return ids
}

// GetVolumeInfo implements VolumeSnapshotter: type and IOPS are those that the backup recorded of the volume.
func (o *Offline) GetVolumeInfo(volumeID, volumeAZ string) (string, *int64, error) {
	i := slices.IndexFunc(o.snapshots, func(s velero.VolumeSnapshot) bool {
		return s.Spec.ProviderVolumeID == volumeID && s.Spec.VolumeAZ == volumeAZ
	})
	if i < 0 {
		return "", nil, fmt.Errorf("volume %s in zone %q: the backup has no snapshot of it, so its type is not known", volumeID, volumeAZ)
	}
	return o.snapshots[i].Spec.VolumeType, o.snapshots[i].Spec.VolumeIOPS, nil
}

// CreateSnapshot implements VolumeSnapshotter; the id is a placeholder, the same for the same volume.
func (o *Offline) CreateSnapshot(volumeID, volumeAZ string, tags map[string]string) (string, error) {
	o.calls = append(o.calls, Call{Verb: VerbCreateSnapshot, VolumeID: volumeID, VolumeAZ: volumeAZ, Tags: maps.Clone(tags)})
	return placeholder("snapshot", volumeAZ+"/"+volumeID), nil
}

// DeleteSnapshot implements VolumeSnapshotter.
func (o *Offline) DeleteSnapshot(snapshotID string) error {
	o.calls = append(o.calls, Call{Verb: VerbDeleteSnapshot, SnapshotID: snapshotID})
	return nil
}

const unknown = "veltx-unknown-"

// placeholder stands for an id that only a cloud could give.
func placeholder(what, of string) string {
	sum := sha256.Sum256([]byte(what + "/" + of))
	return unknown + what + "-" + hex.EncodeToString(sum[:8])
}

// IsPlaceholder says that an id stands for one that cannot be known offline.
func IsPlaceholder(id string) bool { return strings.HasPrefix(id, unknown) }
