package transform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// unservedVersion says, where the user told which API groups the target serves, that it does not serve the item's.
// Velero's request fails there with "the server could not find the requested resource".
func (r *run) unservedVersion(it *item) error {
	name := layout.Group(it.resource)
	if r.served == nil || name == "" {
		return nil
	}
	group, known := r.served[name]
	switch {
	case !known:
		return fmt.Errorf("the target does not serve API group %s, and this restore brings no CustomResourceDefinition of it", name)
	case !group.has(layout.Version(it.object.APIVersion())):
		return fmt.Errorf("the target does not serve %s, of its group only %s", it.object.APIVersion(), strings.Join(group.all, ", "))
	}
	return nil
}

// learnServed notes what a CustomResourceDefinition lets the target serve. One that the target has already tells
// nothing new of its versions.
func (r *run) learnServed(crd *object.Value, isNew bool) {
	r.resources.Serve(crd)
	if r.served == nil || !isNew {
		return
	}
	name := crd.Get("spec", "group").Str()
	group := r.served[name]
	versions := crd.Get("spec", "versions").Elements()
	for _, v := range versions {
		if version := v.Get("name").Str(); v.Get("served").True() && !group.has(version) {
			group.all = append(slices.Clip(group.all), version)
		}
	}
	if v := crd.Get("spec", "version").Str(); v != "" && !group.has(v) {
		group.all = append(slices.Clip(group.all), v)
	}
	group.sort()
	r.served[name] = group
}
