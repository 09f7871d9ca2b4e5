package restore

import "github.com/veltx/veltx/tarball/object"

// podView is a pod as several actions read it. Missing and null parts are nil.
type podView struct {
	spec           *object.Value
	volumes        []*object.Value
	containers     []*object.Value
	initContainers []*object.Value
}

// readPod opens a pod, which fits its type by then: these actions are typed.Pod.
func readPod(item *object.Value) podView {
	spec := item.Get("spec")
	return podView{
		spec: spec, volumes: spec.Get("volumes").Elements(),
		containers: spec.Get("containers").Elements(), initContainers: spec.Get("initContainers").Elements(),
	}
}

// podSetInitContainers writes a pod's init containers; none of them is no field, as in Velero.
func podSetInitContainers(item *object.Value, containers []*object.Value) {
	spec := item.Get("spec")
	if spec.IsNull() {
		spec = object.New()
		item.Set("spec", spec)
	}
	switch list := spec.Get("initContainers"); {
	case len(containers) == 0:
		spec.Remove("initContainers")
	case list.Kind() == object.Array:
		list.SetElements(containers)
	default:
		spec.Set("initContainers", object.List(containers...))
	}
}
