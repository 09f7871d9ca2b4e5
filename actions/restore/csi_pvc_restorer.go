package restore

import (
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

const (
	csiSnapshotAnnotation = "velero.io/volume-snapshot-name"
	csiUploadAnnotation   = "velero.io/data-upload-name"
	csiDynamicLabel       = "velero.io/dynamic-pv-restore"
	csiSnapshotGroup      = "snapshot.storage.k8s.io"
)

// CSIPVCRestorer points a claim to where its data come from: to the VolumeSnapshot that its backup's annotation names,
// which it brings in, or, if the data were moved to the object store, to a volume that a DataDownload will fill. With
// restorePVs false the claim is only freed of its volume and data source. A claim that the target has already stays as
// it is. Before 1.17 the snapshot has to be in the target by then, and before 1.16 the annotations of the binding go here, not by PVC.
// With EnableCSI only.
// Source: Velero v1.18.2 pkg/restore/actions/csi/pvc_action.go:72-206,305-508, v1.16.2 :69-230 and :459-506, v1.15.2 :75-260.
//
// Differs from Velero: the random end of the label velero.io/dynamic-pv-restore is derived, so that runs repeat. If
// velero-backup.json is missing, the claim's own annotation tells that its data were moved.
func CSIPVCRestorer(profile actions.Profile) actions.Action {
	needs := []string{layout.ConfigMaps, layout.PersistentVolumeClaims}
	if !profile.Does(actions.BringsSnapshotsOfClaims) {
		needs = append(needs, layout.CSISnapshots)
	}
	return actions.Action{
		Name:      "velero.io/csi-pvc-restorer",
		Summary:   "restores a claim's volume from its CSI snapshot or from moved data",
		AppliesTo: actions.Selector{Resources: []string{layout.PersistentVolumeClaims}},
		Needs:     needs,
		V2:        true,
		Feature:   actions.FeatureCSI,
		Execute:   csiClaim,
	}
}

func csiClaim(in *actions.Input) (*actions.Output, error) {
	if err := field.Kinds(in.Item, object.String, "spec.volumeName"); err != nil {
		return nil, err
	}
	if err := field.Kinds(in.Item, object.Object, "spec", "spec.dataSource", "spec.dataSourceRef"); err != nil {
		return nil, err
	}
	annotations, err := field.Texts(in.ItemFromBackup, "", "metadata", "annotations")
	if err != nil {
		return nil, err
	}
	out := &actions.Output{}
	if !in.Profile.Does(actions.WaitsForMovedData) {
		return csiClaimOfSnapshots(in, out)
	}
	snapshot, taken := annotations[csiSnapshotAnnotation]
	if !taken && in.Profile.Does(actions.LeavesClaimsWithoutSnapshots) {
		return nil, nil
	}
	if _, ok := in.Target.Get(layout.PersistentVolumeClaims, in.Namespace, in.Item.Name()); ok {
		out.Explain("", "left unchanged: the target already has this claim")
		return out, nil
	}
	if csiNoVolumes(in.Restore) {
		return csiWithoutVolume(in, out), nil
	}
	_, uploaded := annotations[csiUploadAnnotation]
	switch moved := in.Backup.Spec.SnapshotMoveData; {
	case uploaded && (moved == nil || *moved):
		return out, csiFromUpload(in, out)
	case moved != nil && *moved || !taken:
		return nil, nil
	}
	return out, csiFromSnapshot(in, snapshot, out)
}

// csiClaimOfSnapshots is what the action was before data could be moved. It goes by the annotations that the item has by then.
// Source: velero-plugin-for-csi v0.5.1 internal/restore/pvc_action.go:103-170.
func csiClaimOfSnapshots(in *actions.Input, out *actions.Output) (*actions.Output, error) {
	annotations, err := field.Texts(in.Item, "", "metadata", "annotations")
	if err != nil {
		return nil, err
	}
	snapshot, taken := annotations[csiSnapshotAnnotation]
	if !taken {
		return nil, nil
	}
	if csiNoVolumes(in.Restore) {
		return csiWithoutVolume(in, out), nil
	}
	return out, csiFromSnapshot(in, snapshot, out)
}

// csiWithoutVolume frees a claim of its volume and its data source.
func csiWithoutVolume(in *actions.Input, out *actions.Output) *actions.Output {
	csiUnbind(in)
	csiRemove(in.Item, "spec", "volumeName", "dataSource", "dataSourceRef")
	out.Explain("spec", "no volume and no data source: the Restore has restorePVs false")
	return out
}

// csiNoVolumes says that the Restore has restorePVs: false.
func csiNoVolumes(restore *velero.Restore) bool {
	return restore.Spec.RestorePVs != nil && !*restore.Spec.RestorePVs
}

func csiRemove(item *object.Value, parent string, names ...string) {
	for _, name := range names {
		item.Remove(parent, name)
	}
}

// csiUnbind takes the annotations of the source cluster's binding off, where PVC does not.
func csiUnbind(in *actions.Input) {
	if in.Profile.Does(actions.MakesVolumesOfClaims) {
		return
	}
	annotations := []string{"metadata", "annotations"}
	field.Drop(in.Item, annotations, "pv.kubernetes.io/bind-completed", "pv.kubernetes.io/bound-by-controller",
		"volume.beta.kubernetes.io/storage-provisioner", nodeAnnotation)
	if in.Profile.Does(actions.DropsStorageProvisioner) {
		field.Drop(in.Item, annotations, "volume.kubernetes.io/storage-provisioner")
	}
	if in.Profile.Does(actions.WaitsForMovedData) {
		field.Drop(in.Item, annotations, csiSnapshotAnnotation, csiUploadAnnotation)
	}
}

// csiFromSnapshot makes the claim's volume come from its VolumeSnapshot.
func csiFromSnapshot(in *actions.Input, snapshot string, out *actions.Output) error {
	csiUnbind(in)
	name := snapshot
	if in.Profile.Does(actions.RenamesSnapshots) {
		name = velero.SnapshotName(string(in.Restore.UID), snapshot)
	}
	if in.Profile.Does(actions.BringsSnapshotsOfClaims) {
		out.Additional = []actions.ItemRef{{Resource: layout.CSISnapshots, Namespace: in.Item.Namespace(), Name: snapshot}}
		out.MustInclude = in.Profile.Does(actions.IncludesSnapshotsOfClaims)
	} else if err := csiFitSnapshot(in, name, out); err != nil {
		return err
	}
	csiRemove(in.Item, "spec", "volumeName", "dataSourceRef")
	source := object.New()
	source.Set("apiGroup", object.Text(csiSnapshotGroup))
	source.Set("kind", object.Text("VolumeSnapshot"))
	source.Set("name", object.Text(name))
	if !in.Profile.Does(actions.RunsCSIActions) { // Source: velero-plugin-for-csi v0.7.1 internal/restore/pvc_action.go:97
		if err := csiPut(in.Item, source.Clone(), "spec", "dataSourceRef"); err != nil {
			return err
		}
	}
	return csiPut(in.Item, source, "spec", "dataSource")
}

const csiSizeAnnotation = "velero.io/csi-volumesnapshot-restore-size"

// csiFitSnapshot makes the claim ask for as much storage as the snapshot needs, which the target must have.
func csiFitSnapshot(in *actions.Input, name string, out *actions.Output) error {
	snapshot, ok := in.Target.Get(layout.CSISnapshots, in.Namespace, name)
	if !ok {
		return fmt.Errorf("metadata.annotations[%s]: the target has no VolumeSnapshot %s/%s to make the claim's volume from", csiSnapshotAnnotation, in.Namespace, name)
	}
	text, ok := snapshot.Annotations()[csiSizeAnnotation]
	if !ok {
		return nil
	}
	size, err := resource.ParseQuantity(text)
	if err != nil {
		return fmt.Errorf("VolumeSnapshot %s/%s: metadata.annotations[%s]: %q is no quantity", in.Namespace, name, csiSizeAnnotation, text)
	}
	asked, err := resource.ParseQuantity(strings.Trim(string(in.Item.Get("spec", "resources", "requests", "storage").JSON()), `"`))
	if err == nil && asked.Cmp(size) >= 0 {
		return nil
	}
	out.Explain("spec.resources.requests.storage", "as much as the VolumeSnapshot needs")
	return csiPut(in.Item, object.Text(size.String()), "spec", "resources", "requests", "storage")
}

// csiFromUpload makes the claim wait for a volume with a label of its own, which Velero provisions and fills.
func csiFromUpload(in *actions.Input, out *actions.Output) error {
	if err := csiUploadResult(in); err != nil {
		return err
	}
	if _, err := field.Texts(in.Item, "", "spec", "selector", "matchLabels"); err != nil {
		return err
	}
	csiUnbind(in)
	in.Item.Remove("spec", "volumeName")
	name := in.Item.Name()
	label := in.Namespace + "." + name + "." + uploadSuffix(string(in.Restore.UID), in.Namespace, name)
	out.Explain("spec.selector", "waits for a volume that a DataDownload fills with the moved data")
	return csiPut(in.Item, object.Text(velero.LabelValue(label)), "spec", "selector", "matchLabels", csiDynamicLabel)
}

// csiUploadResult looks for the ConfigMap that DataUpload made for this claim.
func csiUploadResult(in *actions.Input) error {
	uid := string(in.Restore.UID)
	claim := in.Item.Namespace() + "." + in.Item.Name()
	var results []*object.Value
	for _, config := range in.Target.List(layout.ConfigMaps, in.Restore.Namespace) {
		labels := config.Labels()
		if labels[uploadClaimLabel] == velero.LabelValue(claim) && labels[uploadUsageLabel] == uploadUsage &&
			labels[uploadRestoreLabel] == velero.LabelValue(uid) {
			results = append(results, config)
		}
	}
	if len(results) != 1 {
		return fmt.Errorf("%d ConfigMaps have the result of the data upload of claim %s, want one", len(results), claim)
	}
	text, ok := results[0].Get("data", uid).Text()
	if !ok {
		return fmt.Errorf("ConfigMap %s: data[%s]: no result of the data upload for this restore", results[0].Name(), uid)
	}
	if err := json.Unmarshal([]byte(text), &uploadResult{}); err != nil {
		return fmt.Errorf("ConfigMap %s: data[%s]: %w", results[0].Name(), uid, err)
	}
	return nil
}
