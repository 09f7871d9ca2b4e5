package restore

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
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
			pod, err := readPod(in.Item)
			if err != nil {
				return nil, err
			}
			out := &actions.Output{}
			for i, volume := range pod.volumes {
				claim := volume.Get("persistentVolumeClaim")
				if claim.IsNull() {
					continue
				}
				if err := claimField(claim, i); err != nil {
					return nil, err
				}
				out.Additional = append(out.Additional, actions.ItemRef{
					Resource: layout.PersistentVolumeClaims, Namespace: in.Item.Namespace(), Name: claim.Get("claimName").Str(),
				})
			}
			return out, nil
		},
	}
}

func claimField(claim *object.Value, volume int) error {
	if claim.Kind() == object.Object && claim.Get("claimName").Kind() == object.String {
		return nil
	}
	path := fmt.Sprintf("spec.volumes[%d].persistentVolumeClaim", volume)
	if err := podField(claim, object.Object, path); err != nil {
		return err
	}
	return podField(claim.Get("claimName"), object.String, path+".claimName")
}
