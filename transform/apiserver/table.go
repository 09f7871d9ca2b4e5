package apiserver

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/version"

	"github.com/veltx/veltx/tarball/object"
)

// Resource is a resource that a Kubernetes serves in one version.
type Resource struct {
	Group, Version, Name, Kind string
	Namespaced                 bool
}

// Resources are what a version of Kubernetes serves by itself, by group, the version that it prefers first.
func Resources(release string) ([]Resource, error) {
	s, err := newServed(release, []*object.Value{})
	if err != nil {
		return nil, err
	}
	var list []Resource
	for gvr, k := range s.resources {
		list = append(list, Resource{gvr.Group, gvr.Version, gvr.Resource, k.name, k.namespaced})
	}
	slices.SortFunc(list, func(a, b Resource) int {
		return cmp.Or(cmp.Compare(a.Group, b.Group), -version.CompareKubeAwareVersionStrings(a.Version, b.Version), cmp.Compare(a.Name, b.Name))
	})
	return list, nil
}
