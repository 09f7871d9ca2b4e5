package restore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/cluster"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

// target is what is known of the cluster that the restore goes to.
type target struct {
	view      *cluster.View
	resources *discovery.Resolver
	groups    servedGroups
	minor     int  // of its Kubernetes 1.MINOR, 0 where it is not known
	answers   bool // its API server says what it does not serve
}

// servedGroups are the API groups that the target serves.
type servedGroups struct {
	described bool // the user said which
	byName    map[string]groupVersions
}

// newTarget is the target as the user described it. Of the needed resources, what the restore creates is remembered.
func newTarget(o *Options, needed []string, location string) (*target, error) {
	t := &target{resources: discovery.New(), groups: readGroups(o.Target), minor: cmp.Or(readRelease(o.TargetRelease), readMinor(o.Target)), answers: o.APIServer != nil}
	for _, given := range o.Target {
		if given.ObjectKind() == "CustomResourceDefinition" {
			t.resources.Serve(given)
		}
	}
	var err error
	t.view, err = cluster.New(cluster.Options{
		Given: o.Target, Empty: o.TargetEmpty, Exact: o.ExactTarget, Controllers: o.Controllers, Needed: needed, VeleroNamespace: o.Restore.Namespace, Location: location,
	}, t.resources)
	return t, err
}

// resolve is the full name of a resource, or the name itself where it is not known.
func (t *target) resolve(name string) string {
	full, _ := t.resources.Resolve(name)
	return full
}

// unservedVersion says, where the user told which API groups the target serves, that it does not serve the item's.
// Velero's request fails there with "the server could not find the requested resource".
func (t *target) unservedVersion(it *pipeline.Item) error {
	name := layout.Group(it.Resource())
	if !t.groups.described || name == "" || t.answers {
		return t.removedVersion(it)
	}
	group, known := t.groups.byName[name]
	switch {
	case !known:
		return fmt.Errorf("the target does not serve API group %s, and this restore has no CustomResourceDefinition for it", name)
	case !group.has(layout.Version(it.Object.APIVersion())):
		return fmt.Errorf("the target does not serve %s, of its group only %s", it.Object.APIVersion(), strings.Join(group.all, ", "))
	}
	return nil
}

// learn notes what a CustomResourceDefinition lets the target serve. One that the target has already tells nothing new
// of its versions.
func (t *target) learn(crd *object.Value, isNew bool) {
	t.resources.Serve(crd)
	if !t.groups.described || !isNew {
		return
	}
	name := crd.Get("spec", "group").Str()
	group := t.groups.byName[name]
	for _, v := range crd.Get("spec", "versions").Elements() {
		if version := v.Get("name").Str(); v.Get("served").True() && !group.has(version) {
			group.all = append(slices.Clip(group.all), version)
		}
	}
	if v := crd.Get("spec", "version").Str(); v != "" && !group.has(v) {
		group.all = append(slices.Clip(group.all), v)
	}
	group.sort()
	t.groups.byName[name] = group
}

// readGroups reads the APIGroups and APIGroupLists among the target's objects.
func readGroups(given []*object.Value) servedGroups {
	groups := servedGroups{byName: map[string]groupVersions{}}
	for _, o := range given {
		switch o.ObjectKind() {
		case "APIGroupList":
			groups.described = true
			for _, g := range o.Get("groups").Elements() {
				groups.add(g)
			}
		case "APIGroup":
			groups.described = true
			groups.add(o)
		}
	}
	return groups
}

func (s *servedGroups) add(o *object.Value) {
	g := groupVersions{preferred: o.Get("preferredVersion", "version").Str()}
	for _, v := range o.Get("versions").Elements() {
		g.all = append(g.all, v.Get("version").Str())
	}
	g.sort()
	s.byName[o.Get("name").Str()] = g
}
