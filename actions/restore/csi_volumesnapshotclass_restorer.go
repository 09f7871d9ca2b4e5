package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// CSIVolumeSnapshotClassRestorer brings in the Secret with which a VolumeSnapshotClass lists snapshots, if both its
// annotations are there. restorePVs false skips the class. Profile 1.18 with EnableCSI only.
// Source: Velero v1.18.2 pkg/restore/actions/csi/volumesnapshotclass_action.go:48-81,
// pkg/util/csi/volume_snapshot.go:461-468.
func CSIVolumeSnapshotClassRestorer() actions.Action {
	return actions.Action{
		Name:      "velero.io/csi-volumesnapshotclass-restorer",
		Summary:   "brings in the Secret of a VolumeSnapshotClass",
		AppliesTo: actions.Selector{Resources: []string{layout.CSISnapshotClasses}},
		V2:        true,
		Feature:   actions.FeatureCSI,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			if csiNoVolumes(in.Restore) {
				return &actions.Output{Skip: "the Restore has restorePVs false"}, nil
			}
			if err := in.Item.Fits(typed.VolumeSnapshotClass()); err != nil {
				return nil, err
			}
			secrets, err := csiSecret(in.Item, "csi.storage.k8s.io/snapshotter-list-secret-")
			return &actions.Output{Additional: secrets}, err
		},
	}
}

// csiSecret names the Secret of the annotations <prefix>name and <prefix>namespace, if both are there.
func csiSecret(item *object.Value, prefix string) ([]actions.ItemRef, error) {
	annotations, err := field.Texts(item, "", "metadata", "annotations")
	if err != nil {
		return nil, err
	}
	name, named := annotations[prefix+"name"]
	namespace, placed := annotations[prefix+"namespace"]
	if !named || !placed {
		return nil, nil
	}
	return []actions.ItemRef{{Resource: layout.Secrets, Namespace: namespace, Name: name}}, nil
}
