package restore

import (
	"fmt"
	"math"
	"strconv"
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
		Execute: func(in *actions.Input) (*actions.Output, error) {
			pod, err := readPod(in.Item)
			if err != nil {
				return nil, err
			}
			if err := checkPodScheduling(pod.spec); err != nil {
				return nil, err
			}
			out := &actions.Output{}
			if err := dropTokenVolumes(pod, out); err != nil {
				return nil, err
			}
			pod.spec.Remove("nodeName")
			pod.spec.Remove("priority")
			if class := pod.spec.Get("priorityClassName").Str(); class != "" && profile != actions.V1_6 {
				out.Additional = []actions.ItemRef{{Resource: layout.PriorityClasses, Name: class}}
			}
			return out, nil
		},
	}
}

func checkPodScheduling(spec *object.Value) error {
	priority := spec.Get("priority")
	if err := podField(priority, object.Number, "spec.priority"); err != nil {
		return err
	}
	if n, err := strconv.ParseFloat(string(priority.JSON()), 64); err == nil && n != math.Trunc(n) {
		return fmt.Errorf("spec.priority: is %s, not an integer", priority.JSON())
	}
	for _, field := range []string{"nodeName", "serviceAccountName", "priorityClassName"} {
		if err := podField(spec.Get(field), object.String, "spec."+field); err != nil {
			return err
		}
	}
	return nil
}

// dropTokenVolumes removes the volumes of the ServiceAccount's token, and their mounts.
func dropTokenVolumes(pod podView, out *actions.Output) error {
	prefix := pod.spec.Get("serviceAccountName").Str() + "-token-"
	stays := func(named *object.Value) bool { return !strings.HasPrefix(named.Get("name").Str(), prefix) }
	if err := filterMounts("containers", pod.containers, stays); err != nil {
		return err
	}
	if err := filterMounts("initContainers", pod.initContainers, stays); err != nil {
		return err
	}
	for _, volume := range pod.volumes {
		if !stays(volume) {
			out.Explain("spec.volumes", "ServiceAccount token volume "+volume.Get("name").Str()+" removed, with its mounts")
		}
	}
	filterNamed(pod.spec, "volumes", stays)
	return nil
}

func filterMounts(field string, containers []*object.Value, stays func(*object.Value) bool) error {
	for i, container := range containers {
		if _, err := podNamedList(container, "volumeMounts"); err != nil {
			return fmt.Errorf("spec.%s[%d].%w", field, i, err)
		}
		filterNamed(container, "volumeMounts", stays)
	}
	return nil
}

// filterNamed filters a list; one that became empty is no field any more, as in Velero.
func filterNamed(parent *object.Value, field string, stays func(*object.Value) bool) {
	list := parent.Get(field)
	if list.Filter(stays) > 0 && list.Len() == 0 {
		parent.Remove(field)
	}
}
