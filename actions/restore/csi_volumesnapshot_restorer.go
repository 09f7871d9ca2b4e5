package restore

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// errNoAnnotations is where Velero, until 1.18.3,'s action writes into a map that is not there and panics, which fails the item.
var errNoAnnotations = errors.New("metadata.annotations: is missing")

// CSIVolumeSnapshotRestorer turns a VolumeSnapshot of a claim into one of a content that is there already: both get one
// new name, the class goes, an annotation asks to retain the snapshot, and the content that it was bound to in the
// backup is brought in. restorePVs false skips it. Before 1.18.1 the class stays; before 1.16 the snapshot keeps its name, too, see
// csiStatic. With EnableCSI only.
// Source: Velero v1.18.2 pkg/restore/actions/csi/volumesnapshot_action.go:60-308, v1.17.2 :68-130.
func CSIVolumeSnapshotRestorer(profile actions.Profile) actions.Action {
	var needs []string
	if !profile.Does(actions.RenamesSnapshots) {
		needs = append(needs, layout.CSISnapshots)
	}
	if profile.Does(actions.StubsSnapshotGroups) {
		needs = append(needs, layout.VolumeGroupContents, layout.VolumeGroupClasses)
	}
	return actions.Action{
		Name:      "velero.io/csi-volumesnapshot-restorer",
		Summary:   "renames a VolumeSnapshot and binds it to its restored content",
		AppliesTo: actions.Selector{Resources: []string{layout.CSISnapshots}},
		Needs:     needs,
		V2:        true,
		Feature:   actions.FeatureCSI,
		Retypes:   actions.Always,
		Execute:   csiSnapshot,
	}
}

func csiSnapshot(in *actions.Input) (*actions.Output, error) {
	if csiNoVolumes(in.Restore) {
		return &actions.Output{Skip: "the Restore has restorePVs false"}, nil
	}
	if err := cmp.Or(in.Item.Fits(typed.VolumeSnapshot()), in.ItemFromBackup.Fits(typed.VolumeSnapshot())); err != nil {
		return nil, err
	}
	if !in.Profile.Does(actions.RenamesSnapshots) {
		return csiStatic(in)
	}
	if in.Item.Get("metadata", "annotations").IsNull() && !in.Profile.Does(actions.TakesSnapshotsWithoutAnnotations) {
		return nil, errNoAnnotations
	}
	content, err := field.Get(in.ItemFromBackup, "", object.String, "status", "boundVolumeSnapshotContentName")
	if err != nil {
		return nil, err
	}
	if content == nil {
		return nil, errors.New("status.boundVolumeSnapshotContentName: is missing in the backup")
	}
	out := &actions.Output{
		Additional: []actions.ItemRef{{Resource: layout.CSISnapshotContents, Name: content.Str()}}, MustInclude: in.Profile.Does(actions.IncludesSnapshotsOfClaims),
	}
	if in.Profile.Does(actions.StubsSnapshotGroups) {
		if err := csiGroupStub(in, out); err != nil {
			return nil, err
		}
	}
	name := object.Text(velero.SnapshotName(string(in.Restore.UID), in.ItemFromBackup.Name()))
	if in.Profile.Does(actions.ClearsSnapshotClasses) {
		csiRemove(in.Item, "spec", "volumeSnapshotClassName")
	}
	in.Item.Remove("spec", "source", "persistentVolumeClaimName")
	return out, cmp.Or(
		csiPut(in.Item, name, "spec", "source", "volumeSnapshotContentName"),
		csiPut(in.Item, object.Text("Retain"), "metadata", "annotations", "velero.io/csi-vsc-deletion-policy"),
		csiPut(in.Item, name, "metadata", "name"),
	)
}

// csiPut is Put for places on whose way null counts as missing.
func csiPut(item *object.Value, value *object.Value, path ...string) error {
	for i := 1; i < len(path); i++ {
		if item.Get(path[:i]...).Kind() == object.Null {
			item.Remove(path[:i]...)
		}
	}
	return item.Put(value, path...)
}

// csiGroupSecrets are the parameters of a VolumeGroupSnapshotClass that become annotations of its contents.
var csiGroupSecrets = [...]struct{ parameter, annotation string }{
	{"csi.storage.k8s.io/group-snapshotter-secret-name", "groupsnapshot.storage.kubernetes.io/deletion-secret-name"},
	{"csi.storage.k8s.io/group-snapshotter-secret-namespace", "groupsnapshot.storage.kubernetes.io/deletion-secret-namespace"},
}

// csiGroupStub makes the content of the group that a snapshot was taken in, which some drivers ask for, unless a
// snapshot before has made it; Velero adds this snapshot's handle to that one then.
// Source: Velero v1.18.2 pkg/restore/actions/csi/volumesnapshot_action.go:77-230.
func csiGroupStub(in *actions.Input, out *actions.Output) error {
	annotations, err := field.Texts(in.ItemFromBackup, "", "metadata", "annotations")
	if err != nil {
		return err
	}
	group, handle := annotations["velero.io/csi-volumegroupsnapshot-handle"], annotations["velero.io/csi-volumesnapshot-handle"]
	driver := annotations["velero.io/csi-driver-name"]
	if group == "" || handle == "" || driver == "" {
		return nil
	}
	name := velero.SnapshotName(string(in.Restore.UID), group)
	if _, ok := in.Target.Get(layout.VolumeGroupContents, "", name); ok {
		out.Explain("", fmt.Sprintf("snapshot handle %s joins VolumeGroupSnapshotContent %s", handle, name))
		return nil
	}
	metadata := map[string]any{"name": name, "labels": map[string]string{"velero.io/restore-name": in.Restore.Name}}
	if secrets := csiGroupAnnotations(in.Target, driver); len(secrets) > 0 {
		metadata["annotations"] = secrets
	}
	stub, err := object.From(map[string]any{
		"apiVersion": "groupsnapshot.storage.k8s.io/v1beta2",
		"kind":       "VolumeGroupSnapshotContent",
		"metadata":   metadata,
		"spec": map[string]any{
			"deletionPolicy": "Retain",
			"driver":         driver,
			"source": map[string]any{"groupSnapshotHandles": map[string]any{
				"volumeGroupSnapshotHandle": group, "volumeSnapshotHandles": []string{handle},
			}},
			"volumeGroupSnapshotRef": map[string]any{"name": "stub-vgs-" + name[:8], "namespace": in.ItemFromBackup.Namespace()},
		},
	})
	out.Creates = append(out.Creates, stub)
	return err
}

// csiGroupAnnotations takes the secret from the first class of the driver.
func csiGroupAnnotations(target actions.Target, driver string) map[string]string {
	annotations := map[string]string{}
	for _, class := range target.List(layout.VolumeGroupClasses, "") {
		if !class.Get("driver").Is(driver) {
			continue
		}
		for _, s := range csiGroupSecrets {
			if v := class.Get("parameters", s.parameter); v != nil {
				annotations[s.annotation] = v.Str()
			}
		}
		break
	}
	return annotations
}
