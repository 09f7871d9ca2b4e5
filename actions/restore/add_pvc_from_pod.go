package restore

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
)

// AddPVCFromPod brings in every PersistentVolumeClaim that a pod's volumes name, from the pod's original namespace. The
// claims of ephemeral volumes are not among them: Kubernetes makes these for the pod.
// Source: Velero v1.18.2 pkg/restore/actions/add_pvc_from_pod_action.go:45-71, v1.6.3
// pkg/restore/add_pvc_from_pod_action.go:45-71.
func AddPVCFromPod() actions.Action {
	return actions.Action{
		Name:      "velero.io/add-pvc-from-pod",
		Summary:   "restores the PersistentVolumeClaims of a pod's volumes before the pod",
		AppliesTo: actions.Selector{Resources: []string{layout.Pods}},
		Typed:     typed.Pod,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			out := &actions.Output{}
			for _, volume := range readPod(in.Item).volumes {
				claim := volume.Get("persistentVolumeClaim")
				if claim.IsNull() {
					continue
				}
				out.Additional = append(out.Additional, actions.ItemRef{
					Resource: layout.PersistentVolumeClaims, Namespace: in.Item.Namespace(), Name: claim.Get("claimName").Str(),
				})
			}
			return out, nil
		},
	}
}
