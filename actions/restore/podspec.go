package restore

import (
	"fmt"

	"github.com/veltx/veltx/actions/field"
	"github.com/veltx/veltx/tarball/object"
)

// podView is a pod as far as several actions read it. Missing and null parts are nil.
type podView struct {
	spec           *object.Value
	volumes        []*object.Value
	containers     []*object.Value
	initContainers []*object.Value
}

// readPod opens a pod and refuses it where a field that actions read has the wrong type, since Velero's typed decode
// refuses it then and does not restore the pod.
//
// Differs from Velero: it decodes the whole pod, four times, and so also fails on wrong types in fields that no action
// looks at. A preview has checked the whole type before (Action.Typed); where an archive is rewritten, the later restore
// does.
func readPod(item *object.Value) (podView, error) {
	spec := item.Get("spec")
	pod := podView{spec: spec}
	if err := podField(spec, object.Object, "spec"); err != nil {
		return pod, err
	}
	for _, field := range []string{"labels", "annotations"} {
		if err := podStrings(item.Get("metadata", field), "metadata."+field); err != nil {
			return pod, err
		}
	}
	lists := []struct {
		field string
		into  *[]*object.Value
	}{{"volumes", &pod.volumes}, {"containers", &pod.containers}, {"initContainers", &pod.initContainers}}
	for _, l := range lists {
		elements, err := podNamedList(spec, l.field)
		if err != nil {
			return pod, fmt.Errorf("spec.%w", err)
		}
		*l.into = elements
	}
	return pod, nil
}

// podNamedList returns a list of objects that have a name, such as volumes, containers or mounts.
func podNamedList(parent *object.Value, field string) ([]*object.Value, error) {
	list := parent.Get(field)
	if err := podField(list, object.Array, field); err != nil {
		return nil, err
	}
	for i, e := range list.Elements() {
		if !e.IsNull() && e.Kind() != object.Object {
			return nil, podField(e, object.Object, fmt.Sprintf("%s[%d]", field, i))
		}
		if name := e.Get("name"); !name.IsNull() && name.Kind() != object.String {
			return nil, podField(name, object.String, fmt.Sprintf("%s[%d].name", field, i))
		}
	}
	return list.Elements(), nil
}

// podField names a field whose type Velero's typed decode refuses. Null is fine everywhere. The path is a text, not the
// parts of field.Get, so that callers put it together only for an error.
func podField(v *object.Value, want object.Kind, path string) error {
	if v.IsNull() || v.Kind() == want {
		return nil
	}
	return field.WrongKind(v, path, want)
}

// podStrings is podField for an object whose values are strings.
func podStrings(v *object.Value, path string) error {
	if err := podField(v, object.Object, path); err != nil {
		return err
	}
	for key, e := range v.Members() {
		if !e.IsNull() && e.Kind() != object.String {
			return podField(e, object.String, path+"["+key+"]")
		}
	}
	return nil
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
