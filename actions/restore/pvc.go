package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// pvcAnnotations are what the source cluster and the backup noted on a claim.
var pvcAnnotations = []string{
	"pv.kubernetes.io/bind-completed",
	"pv.kubernetes.io/bound-by-controller",
	"volume.kubernetes.io/storage-provisioner",
	"volume.beta.kubernetes.io/storage-provisioner",
	"velero.io/volume-snapshot-name",
	"velero.io/data-upload-name",
	nodeAnnotation,
}

// PVC removes the annotations of the source cluster's binding and of Velero's backup from a claim, and brings in the
// volume that it was bound to in the backup. Since 1.16; before, there are AddPVFromPVC and ChangePVCNodeSelector. 1.16 keeps the
// selected node if the target has it.
// Source: Velero v1.18.2 pkg/restore/actions/pvc_action.go:76-140, v1.17.2 :78-165, v1.16.2 :100-150.
//
// Differs from Velero: in manifests, volume.kubernetes.io/selected-node stays where ChangePVCNodeSelector has mapped it.
func PVC(profile actions.Profile) actions.Action {
	return actions.Action{
		Name:        "velero.io/pvc",
		Summary:     "removes binding annotations from a claim and brings in its volume",
		AppliesTo:   actions.Selector{Resources: []string{layout.PersistentVolumeClaims}},
		Typed:       typed.PersistentVolumeClaim,
		TypedBackup: true,
		Needs:       []string{layout.ConfigMaps},
		Retypes:     actions.Always,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			gone := pvcAnnotations
			keeps, err := keepsNode(in, profile)
			if err != nil {
				return nil, err
			}
			if keeps {
				gone = gone[:len(gone)-1]
			}
			field.Drop(in.Item, []string{"metadata", "annotations"}, gone...)
			return pvcVolume(in.ItemFromBackup), nil
		},
	}
}

// keepsNode says whether the selected node is what ChangePVCNodeSelector has left there for good.
func keepsNode(in *actions.Input, profile actions.Profile) (bool, error) {
	node := in.Item.Get("metadata", "annotations", nodeAnnotation).Str()
	if node == "" || !followsNodeMapping(in, profile) {
		return false, nil
	}
	mapped, err := nodeMapped(in, in.ItemFromBackup.Annotation(nodeAnnotation))
	return node == mapped || !profile.Does(actions.DropsSelectedNodes), err
}

// pvcVolume asks for the volume of a claim that is Bound. It has to look at the backup's copy, since the item itself
// has no status any more.
func pvcVolume(fromBackup *object.Value) *actions.Output {
	volume := fromBackup.Get("spec", "volumeName").Str()
	if volume == "" || !fromBackup.Get("status", "phase").Is("Bound") {
		return nil
	}
	return &actions.Output{Additional: []actions.ItemRef{{Resource: layout.PersistentVolumes, Name: volume}}}
}
