package restore

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

const (
	csiHandleAnnotation   = "velero.io/csi-volumesnapshot-handle"
	csiDriverAnnotation   = "velero.io/csi-driver-name"
	csiDeletionAnnotation = "velero.io/csi-vsc-deletion-policy"
)

// csiStatic is what releases before 1.16 do with a VolumeSnapshot: it keeps its name and is bound to a new content, which stands for the
// snapshot of the handle in its annotations. A snapshot that the target has already gets none.
// Source: Velero v1.15.2 pkg/restore/actions/csi/volumesnapshot_action.go:75-183.
//
// Differs from Velero: the API server makes the end of the content's name up; here it is derived, so that runs repeat.
func csiStatic(in *actions.Input) (*actions.Output, error) {
	if _, ok := in.Target.Get(layout.CSISnapshots, in.Namespace, in.Item.Name()); ok {
		return nil, nil
	}
	annotations, err := field.Texts(in.Item, "", "metadata", "annotations")
	if err != nil {
		return nil, err
	}
	handle, ok := annotations[csiHandleAnnotation]
	if !ok {
		return nil, fmt.Errorf("metadata.annotations[%s]: is missing", csiHandleAnnotation)
	}
	driver, ok := annotations[csiDriverAnnotation]
	if !ok {
		return nil, fmt.Errorf("metadata.annotations[%s]: is missing", csiDriverAnnotation)
	}
	content, err := csiStaticContent(in, driver, handle)
	if err != nil {
		return nil, err
	}
	in.Item.Remove("spec", "source", "persistentVolumeClaimName")
	if err := csiPut(in.Item, object.Text(content.Name()), "spec", "source", "volumeSnapshotContentName"); err != nil {
		return nil, err
	}
	return &actions.Output{Creates: []*object.Value{content}}, csiPut(in.Item, object.Text("Retain"), "metadata", "annotations", csiDeletionAnnotation)
}

func csiStaticContent(in *actions.Input, driver, handle string) (*object.Value, error) {
	prefix := in.Item.Name() + "-"
	if !in.Profile.Does(actions.RunsCSIActions) {
		prefix = "velero-" + prefix
	}
	return object.From(map[string]any{
		"apiVersion": "snapshot.storage.k8s.io/v1",
		"kind":       "VolumeSnapshotContent",
		"metadata": map[string]any{
			"generateName": prefix,
			"name":         prefix + uploadSuffix(string(in.Restore.UID), in.Namespace, in.Item.Name()),
			"labels":       map[string]string{"velero.io/restore-name": velero.LabelValue(in.Restore.Name)},
		},
		"spec": map[string]any{
			"deletionPolicy": "Retain",
			"driver":         driver,
			"source":         map[string]string{"snapshotHandle": handle},
			"volumeSnapshotRef": map[string]string{
				"apiVersion": "snapshot.storage.k8s.io/v1", "kind": "VolumeSnapshot", "name": in.Item.Name(), "namespace": in.Namespace,
			},
		},
	})
}
