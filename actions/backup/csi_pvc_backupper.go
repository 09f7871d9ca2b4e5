package backup

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// CSIPVCBackupper would take a CSI snapshot of a claim and bring in the VolumeSnapshot, or have its data moved. A claim
// without a volume fails with it, since Velero cannot tell whether that volume is to be snapshotted.
// Source: Velero v1.18.2 pkg/backup/actions/csi/pvc_action.go:163-455, internal/volumehelper/volume_policy_helper.go:126-215,
// pkg/util/kube/pvc_pv.go:423-446.
//
// Differs from Velero: offline no snapshot can be taken. A claim that comes from a backup with a snapshot brings in that
// one, with everything that a restore needs of it; of any other claim it is told that its data will be missing.
func CSIPVCBackupper() actions.Action {
	return actions.Action{
		Name:      "velero.io/csi-pvc-backupper",
		Summary:   "takes a CSI snapshot of a claim; offline, brings in the one that the source has",
		AppliesTo: actions.Selector{Resources: []string{layout.PersistentVolumeClaims}},
		Typed:     typed.PersistentVolumeClaim,
		Needs:     []string{layout.PersistentVolumes, layout.Pods, layout.CSISnapshots, layout.DataUploads},
		V2:        true,
		Feature:   actions.FeatureCSI,
		Execute:   snapshotClaim,
	}
}

func snapshotClaim(in *actions.Input) (*actions.Output, error) {
	if out := takeOver(in); out != nil {
		return out, nil
	}
	volume, err := claimVolume(in)
	if err != nil {
		return nil, err
	}
	out := &actions.Output{}
	if reason := noSnapshot(in, volume); reason != "" {
		out.Explain("", "no CSI snapshot: "+reason)
		return out, noteSkipped(in, volume)
	}
	if in.Item.Get("spec", "storageClassName").IsNull() {
		return nil, errors.New("spec.storageClassName: is missing; Velero then knows no VolumeSnapshotClass and does not back the claim up")
	}
	what := "take a CSI snapshot of it"
	if moves := in.Backup.Spec.SnapshotMoveData; moves != nil && *moves {
		what += " and move its data to the object store"
	}
	out.Warn("snapshot-not-taken", "", fmt.Sprintf("Velero would %s (driver %s); its data cannot be backed up offline",
		what, volume.Get("spec", "csi", "driver").Str()))
	return out, nil
}

// takeOver brings in the snapshot or the data upload that an earlier backup noted on the claim, nil if the source has
// neither.
func takeOver(in *actions.Input) *actions.Output {
	var found []actions.ItemRef
	if name := in.Item.Annotation("velero.io/volume-snapshot-name"); name != "" {
		found = append(found, actions.ItemRef{Resource: layout.CSISnapshots, Namespace: in.Item.Namespace(), Name: name})
	}
	if namespace, name, ok := strings.Cut(in.Item.Annotation("velero.io/data-upload-name"), "/"); ok {
		found = append(found, actions.ItemRef{Resource: layout.DataUploads, Namespace: namespace, Name: name})
	}
	found = slices.DeleteFunc(found, func(ref actions.ItemRef) bool {
		_, ok := in.Target.Get(ref.Resource, ref.Namespace, ref.Name)
		return !ok
	})
	if len(found) == 0 {
		return nil
	}
	out := &actions.Output{Additional: found, MustInclude: true}
	out.Explain("metadata.annotations", "its existing snapshot in the source is used")
	return out
}

// claimVolume is the volume of a claim, or why Velero does not find it.
func claimVolume(in *actions.Input) (*object.Value, error) {
	name := boundVolume(in.Item)
	if name == "" {
		return nil, errors.New("status.phase: is not Bound to a volume; with EnableCSI Velero does not back such a claim up")
	}
	volume, ok := in.Target.Get(layout.PersistentVolumes, "", name)
	if !ok {
		return nil, fmt.Errorf("spec.volumeName: there is no PersistentVolume %s; with EnableCSI Velero does not back such a claim up", name)
	}
	return volume, nil
}

// noSnapshot is why Velero takes no CSI snapshot of a volume, "" where it takes one.
func noSnapshot(in *actions.Input, volume *object.Value) string {
	if takes := in.Backup.Spec.SnapshotVolumes; takes != nil && !*takes {
		return "the backup takes no snapshots of volumes"
	}
	if volume.Get("spec", "csi").IsNull() {
		return "PersistentVolume " + volume.Name() + " is not of a CSI driver"
	}
	if pod := copyingPod(in); pod != "" {
		return "pod " + pod + " has the files of the volume backed up"
	}
	return ""
}

// copyingPod is a pod that has the files of the claim's volume backed up, "" if none has.
func copyingPod(in *actions.Input) string {
	for _, pod := range in.Target.List(layout.Pods, in.Item.Namespace()) {
		if copiedByPod(pod, in.Item.Name()) {
			return pod.Name()
		}
	}
	return ""
}

// noteSkipped leaves the annotation by which the action tells Velero that a volume is of no CSI driver; it does not where
// the action is not run at all, as the backup takes no snapshots or a pod has the files backed up. Velero means to take it
// off again, but takes it off a copy. Source: v1.18.2 pkg/backup/actions/csi/pvc_action.go:201, pkg/backup/item_backupper.go:421.
func noteSkipped(in *actions.Input, volume *object.Value) error {
	if takes := in.Backup.Spec.SnapshotVolumes; takes != nil && !*takes || !volume.Get("spec", "csi").IsNull() || copyingPod(in) != "" {
		return nil
	}
	return in.Item.Put(object.Text("true"), "metadata", "annotations", "backup.velero.io/skipped-no-csi-pv")
}

// copiedByPod says whether a pod's annotation asks for a file-system backup of the claim's volume.
func copiedByPod(pod *object.Value, claim string) bool {
	return slices.ContainsFunc(pod.Get("spec", "volumes").Elements(), func(volume *object.Value) bool { // most pods have none of the claim
		return volume.Get("persistentVolumeClaim", "claimName").Is(claim) &&
			slices.Contains(strings.Split(pod.Annotation("backup.velero.io/backup-volumes"), ","), volume.Get("name").Str())
	})
}
