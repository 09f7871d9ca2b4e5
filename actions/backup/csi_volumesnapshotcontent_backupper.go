package backup

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// CSIVolumeSnapshotContentBackupper brings in the Secret that deleting the snapshot needs, which annotations name.
// Source: Velero v1.18.2 pkg/backup/actions/csi/volumesnapshotcontent_action.go:44-112.
func CSIVolumeSnapshotContentBackupper() actions.Action {
	return actions.Action{
		Name:      "velero.io/csi-volumesnapshotcontent-backupper",
		Summary:   "backs up the Secret with which a VolumeSnapshotContent's snapshot is deleted",
		AppliesTo: actions.Selector{Resources: []string{layout.CSISnapshotContents}},
		V2:        true,
		Feature:   actions.FeatureCSI,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			return annotatedSecret(in.Item, "csi.storage.k8s.io/snapshotter-secret-")
		},
	}
}

// annotatedSecret is the Secret that two annotations name, which end in name and namespace.
func annotatedSecret(item *object.Value, prefix string) (*actions.Output, error) {
	annotations, err := field.Texts(item, "", "metadata", "annotations")
	if err != nil {
		return nil, err
	}
	name, hasName := annotations[prefix+"name"]
	namespace, hasNamespace := annotations[prefix+"namespace"]
	if !hasName || !hasNamespace {
		return nil, nil
	}
	return &actions.Output{
		Additional:  []actions.ItemRef{{Resource: layout.Secrets, Namespace: namespace, Name: name}},
		MustInclude: true,
	}, nil
}
