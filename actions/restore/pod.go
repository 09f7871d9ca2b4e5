package restore

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// Pod frees a pod of what its first cluster decided: the node, the numeric priority, and the volume of the ServiceAccount
// token with its mounts (<serviceAccountName>-token-*; projected kube-api-access-* volumes stay). In profile 1.18 it also
// brings in the pod's PriorityClass.
// Source: Velero v1.18.2 pkg/restore/actions/pod_action.go:45-96, v1.6.3 pkg/restore/pod_action.go:44-89.
func Pod(profile actions.Profile) actions.Action {
	return actions.Action{
		Name:      "velero.io/pod",
		Summary:   "removes a pod's node, its priority and the volume of its ServiceAccount token",
		AppliesTo: actions.Selector{Resources: []string{layout.Pods}},
		Typed:     typed.Pod,
		Archive:   true,
		Retypes:   actions.Always,
		Execute: func(in *actions.Input) (*actions.Output, error) {
			pod, out := readPod(in.Item), &actions.Output{}
			dropTokenVolumes(pod, out)
			pod.spec.Remove("nodeName")
			pod.spec.Remove("priority")
			if class := pod.spec.Get("priorityClassName").Str(); class != "" && profile.Does(actions.BringsPriorityClasses) {
				out.Additional = []actions.ItemRef{{Resource: layout.PriorityClasses, Name: class}}
			}
			return out, nil
		},
	}
}

// dropTokenVolumes removes the volumes of the ServiceAccount's token, and their mounts.
func dropTokenVolumes(pod podView, out *actions.Output) {
	prefix := pod.spec.Get("serviceAccountName").Str() + "-token-"
	stays := func(named *object.Value) bool { return !strings.HasPrefix(named.Get("name").Str(), prefix) }
	for _, container := range slices.Concat(pod.containers, pod.initContainers) {
		filterNamed(container, "volumeMounts", stays)
	}
	for _, volume := range pod.volumes {
		if !stays(volume) {
			out.Explain("spec.volumes", "ServiceAccount token volume "+volume.Get("name").Str()+" removed, with its mounts")
		}
	}
	filterNamed(pod.spec, "volumes", stays)
}

// filterNamed filters a list; one that became empty is no field any more, as in Velero.
func filterNamed(parent *object.Value, field string, stays func(*object.Value) bool) {
	list := parent.Get(field)
	if list.Filter(stays) > 0 && list.Len() == 0 {
		parent.Remove(field)
	}
}
