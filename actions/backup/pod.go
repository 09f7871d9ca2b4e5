package backup

import (
	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// Pod brings in the claims of a pod's volumes and, in profile 1.18, its PriorityClass.
// Source: Velero v1.18.2 pkg/backup/actions/pod_action.go:49-59 and pkg/util/actionhelpers/pod_helper.go:27-55, v1.6.3
// pkg/backup/pod_action.go:47-75.
func Pod(profile actions.Profile) actions.Action {
	return actions.Action{
		Name:      "velero.io/pod",
		Summary:   "backs up the claims of a pod's volumes, and its PriorityClass",
		AppliesTo: actions.Selector{Resources: []string{layout.Pods}},
		Typed:     typed.Pod,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			return podNeeds(in.Item, profile.Does(actions.BringsPriorityClasses)), nil
		},
	}
}

// podNeeds are the items that a pod cannot run without: its PriorityClass, and the claims of its volumes in their order.
func podNeeds(pod *object.Value, withPriorityClass bool) *actions.Output {
	out := &actions.Output{}
	if class := pod.Get("spec", "priorityClassName").Str(); class != "" && withPriorityClass {
		out.Additional = append(out.Additional, actions.ItemRef{Resource: layout.PriorityClasses, Name: class})
	}
	for _, volume := range pod.Get("spec", "volumes").Elements() {
		if claim := volume.Get("persistentVolumeClaim", "claimName").Str(); claim != "" {
			out.Additional = append(out.Additional, actions.ItemRef{Resource: layout.PersistentVolumeClaims, Namespace: pod.Namespace(), Name: claim})
		}
	}
	return out
}
