// Package cluster is the view of the target cluster that a simulated restore asks: what the user gave, what an empty
// but running cluster has, and what the restore has created so far.
package cluster

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/discovery"
)

// View implements actions.Target and answers whether an item exists already. While nothing is created any more, it is for
// any number of goroutines.
type View struct {
	objects  map[place]map[string]*kept // by name
	complete map[string]bool
	needed   map[string]bool
	spaces   map[string]bool // namespaces that are there
	exact    bool
	filled   bool     // namespaces have what controllers put into each
	velero   string   // Velero's namespace
	location string   // the BackupStorageLocation of the backup
	bare     sync.Map // objects as bare as a controller makes them, by bareKey
}

type place struct{ resource, namespace string }

// kept is an object that several goroutines may ask for. Reading a Value opens it, so it is opened wholly before the
// first one gets it; most are never asked for.
type kept struct {
	opened sync.Once
	object *object.Value
}

func (k *kept) open() *object.Value {
	k.opened.Do(func() { k.object.OpenAll() })
	return k.object
}

// Options describe the target.
type Options struct {
	// Given are the target's objects as the user described them. A resource of which one object is given counts as
	// described completely.
	Given []*object.Value
	// Empty are resources of which the target is known to have no objects.
	Empty []string
	// Exact says that nothing exists beyond Given: not even what every cluster has, but with Controllers what these put
	// into each namespace.
	Exact, Controllers bool
	// Needed are the resources whose objects are remembered when the restore creates them; of ConfigMaps, only those in
	// VeleroNamespace can mean anything to an action.
	Needed          []string
	VeleroNamespace string
	// Location is the BackupStorageLocation of the backup, where it is known.
	Location string
}

// New makes a view. It fails where one object is given twice with different content.
func New(o Options, resources *discovery.Resolver) (*View, error) {
	v := &View{
		objects: map[place]map[string]*kept{}, complete: map[string]bool{}, needed: map[string]bool{}, spaces: map[string]bool{},
		exact: o.Exact, filled: !o.Exact || o.Controllers, velero: o.VeleroNamespace, location: o.Location,
	}
	if !o.Exact {
		for _, name := range systemNamespaces {
			v.spaces[name] = true
		}
	}
	for _, r := range o.Needed {
		v.needed[r] = true
	}
	for _, r := range o.Empty {
		v.complete[r] = true
	}
	for _, g := range o.Given {
		if g.Name() == "" {
			continue // documents of discovery
		}
		resource, _ := resources.ForKind(g.APIVersion(), g.ObjectKind())
		at := place{resource, g.Namespace()}
		if old, ok := v.objects[at][g.Name()]; ok && !object.Equal(old.object, g) {
			return nil, fmt.Errorf("%s %s is given twice for the target, with different content: remove one", g.ObjectKind(), qualified(g))
		}
		v.put(at, g.Name(), g)
		v.complete[resource] = true
	}
	return v, nil
}

func qualified(o *object.Value) string {
	return layout.NamespacedName{Namespace: o.Namespace(), Name: o.Name()}.String()
}

func (v *View) put(at place, name string, o *object.Value) {
	if v.objects[at] == nil {
		v.objects[at] = map[string]*kept{}
	}
	v.objects[at][name] = &kept{object: o}
	v.note(at.resource, name)
}

// Created remembers an object that the restore has created, if some action may ask for it. It keeps a copy of the text
// of its own, since o may be a small part of a large buffer, and nothing else: most are never asked for.
func (v *View) Created(resource string, o *object.Value) error {
	v.note(resource, o.Name())
	if !v.needed[resource] || resource == layout.ConfigMaps && o.Namespace() != v.velero {
		return nil
	}
	copied, err := object.Parse(bytes.Clone(o.JSON()))
	if err != nil {
		return err
	}
	v.put(place{resource, copied.Namespace()}, copied.Name(), copied.Clone())
	return nil
}

// Write remembers what somebody beside the restore wrote; nil deletes it.
func (v *View) Write(at layout.Address, o *object.Value) {
	where := place{at.Resource, at.Namespace}
	if o == nil {
		delete(v.objects[where], at.Name)
		if at.Resource == layout.Namespaces {
			delete(v.spaces, at.Name)
		}
		return
	}
	v.put(where, at.Name, o)
}

// note remembers a namespace.
func (v *View) note(resource, name string) {
	if resource == layout.Namespaces {
		v.spaces[strings.Clone(name)] = true
	}
}

// Forget drops the objects of resources for which nothing asks any longer, to free their memory.
func (v *View) Forget(resources []string) {
	maps.DeleteFunc(v.objects, func(at place, _ map[string]*kept) bool { return slices.Contains(resources, at.resource) })
}

// Get implements actions.Target. What every cluster has is there as a controller makes it.
func (v *View) Get(resource, namespace, name string) (*object.Value, bool) {
	if k, ok := v.objects[place{resource, namespace}][name]; ok {
		return k.open(), true
	}
	o := v.everywhere(resource, namespace, name)
	return o, o != nil
}

// List implements actions.Target. Of what every namespace has, a list of all namespaces holds only what was given or
// created.
func (v *View) List(resource, namespace string) []*object.Value {
	if namespace != "" {
		return v.listIn(resource, namespace)
	}
	var places []place
	for at := range v.objects {
		if at.resource == resource {
			places = append(places, at)
		}
	}
	slices.SortFunc(places, func(a, b place) int { return strings.Compare(a.namespace, b.namespace) })
	var list []*object.Value
	for _, at := range places {
		list = append(list, sorted(v.objects[at])...)
	}
	return list
}

// listIn lists one namespace.
func (v *View) listIn(resource, namespace string) []*object.Value {
	list := sorted(v.objects[place{resource, namespace}])
	for _, name := range filledIn[resource] {
		at, given := slices.BinarySearchFunc(list, name, func(o *object.Value, name string) int { return strings.Compare(o.Name(), name) })
		if o := v.everywhere(resource, namespace, name); o != nil && !given {
			list = slices.Insert(list, at, o)
		}
	}
	return list
}

// sorted returns the objects by name.
func sorted(objects map[string]*kept) []*object.Value {
	list := make([]*object.Value, 0, len(objects))
	for _, name := range slices.Sorted(maps.Keys(objects)) {
		list = append(list, objects[name].open())
	}
	return list
}

// Complete implements actions.Target.
func (v *View) Complete(resource string) bool { return v.exact || v.complete[resource] }

// Exists says whether the target has an item of this resource, namespace and name before the restore creates it.
// Where the user gave the object it is returned; where only the rules of an empty cluster say so, present is the
// reason in words and found is nil.
func (v *View) Exists(resource string, item *object.Value, namespace string) (found *object.Value, present string) {
	if k, ok := v.objects[place{resource, namespace}][item.Name()]; ok {
		return k.open(), "the target has it"
	}
	if v.exact {
		return v.everywhere(resource, namespace, item.Name()), ""
	}
	return nil, cmp.Or(inEveryCluster(resource, namespace, item), v.ofVelero(resource, namespace, item.Name()))
}

var _ actions.Target = (*View)(nil)
