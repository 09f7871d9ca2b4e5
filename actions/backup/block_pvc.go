package backup

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// PVCBlock puts a bound claim into one block with its volume, the running pods that mount it, and the other claims of
// its volume group. It can thereby bring pods and claims into the backup that no label selector takes.
// Source: Velero v1.18.2 pkg/itemblock/actions/pvc_action.go:67-189, pkg/util/kube/pod.go:54-98.
func PVCBlock() actions.Action {
	return actions.Action{
		Name:      "velero.io/pvc",
		Summary:   "puts a claim into one block with its volume, the pods that mount it and its volume group",
		AppliesTo: actions.Selector{Resources: []string{layout.PersistentVolumeClaims}},
		Typed:     typed.PersistentVolumeClaim,
		Needs:     []string{layout.Pods, layout.PersistentVolumeClaims},
		Execute:   claimBlock,
	}
}

func claimBlock(in *actions.Input) (*actions.Output, error) {
	volume := boundVolume(in.Item)
	if volume == "" {
		return nil, nil
	}
	out := &actions.Output{Additional: []actions.ItemRef{{Resource: layout.PersistentVolumes, Name: volume}}}
	namespace := in.Item.Namespace()
	for _, pod := range in.Target.List(layout.Pods, namespace) {
		for range mountsOf(pod, in.Item.Name()) {
			out.Additional = append(out.Additional, actions.ItemRef{Resource: layout.Pods, Namespace: namespace, Name: pod.Name()})
		}
	}
	for _, claim := range volumeGroup(in) {
		out.Additional = append(out.Additional, actions.ItemRef{Resource: layout.PersistentVolumeClaims, Namespace: namespace, Name: claim})
	}
	return out, nil
}

// mountsOf is how many volumes of a running pod are of the claim.
func mountsOf(pod *object.Value, claim string) int {
	n := 0
	for _, volume := range pod.Get("spec", "volumes").Elements() {
		if volume.Get("persistentVolumeClaim", "claimName").Is(claim) {
			n++
		}
	}
	if n == 0 || !isRunning(pod) { // most pods have none of the claim
		return 0
	}
	return n
}

// isRunning is what Velero takes for running: scheduled, not on its way out, and in phase Running.
func isRunning(pod *object.Value) bool {
	return pod.Get("spec", "nodeName").Str() != "" && pod.Get("metadata", "deletionTimestamp").IsNull() &&
		pod.Get("status", "phase").Is("Running")
}

// volumeGroup are the other claims of the namespace with the same value of the label that the backup groups by.
func volumeGroup(in *actions.Input) []string {
	label := in.Backup.Spec.VolumeGroupSnapshotLabelKey
	group := in.Item.Get("metadata", "labels", label).Str()
	if label == "" || group == "" {
		return nil
	}
	var claims []string
	for _, claim := range in.Target.List(layout.PersistentVolumeClaims, in.Item.Namespace()) {
		if claim.Name() != in.Item.Name() && claim.Labels()[label] == group {
			claims = append(claims, claim.Name())
		}
	}
	return claims
}
