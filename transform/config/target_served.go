package config

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// Unserved are those of the resources that the target is known not to serve, so that it has no objects of them: its groups are listed,
// and no version of the resource's group has it.
func (t *Target) Unserved(resources ...string) []string {
	versions, resourcesOf := t.discovered()
	if versions == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(resources), func(resource string) bool {
		plural, _, _ := strings.Cut(resource, ".")
		return slices.ContainsFunc(versions[layout.Group(resource)], func(groupVersion string) bool {
			list, known := resourcesOf[groupVersion]
			return !known || slices.Contains(list, plural)
		})
	})
}

// discovered are the versions of each group, nil if the groups are not listed, and the resources of each version of which all are known.
func (t *Target) discovered() (versions map[string][]string, resourcesOf map[string][]string) {
	resourcesOf = map[string][]string{}
	for _, o := range t.Objects {
		switch o.ObjectKind() {
		case "APIGroupList":
			if versions == nil {
				versions = map[string][]string{"": {"v1"}}
			}
			for _, group := range o.Get("groups").Elements() {
				name := group.Get("name").Str()
				for _, version := range group.Get("versions").Elements() {
					versions[name] = append(versions[name], version.Get("groupVersion").Str())
				}
			}
		case "APIResourceList":
			if !o.Get("partial").True() {
				resourcesOf[o.Get("groupVersion").Str()] = resourceNames(o)
			}
		}
	}
	return versions, resourcesOf
}

func resourceNames(list *object.Value) (names []string) {
	for _, r := range list.Get("resources").Elements() {
		names = append(names, r.Get("name").Str())
	}
	return names
}
