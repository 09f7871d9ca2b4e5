package restore

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

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
