// Package cluster is the view of the target cluster that a simulated restore asks: what the user gave, what an empty
// but running cluster has, and what the restore has created so far.
package cluster

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/discovery"
)

// View implements actions.Target and answers whether an item exists already.
type View struct {
	objects  map[string]map[name]*object.Value // by resource
	complete map[string]bool
	needed   map[string]bool
	exact    bool
	velero   string // Velero's namespace
}

type name struct{ namespace, name string }

// Options describe the target.
type Options struct {
	// Given are the target's objects as the user described them. A resource of which one object is given counts as
	// described completely.
	Given []*object.Value
	// Exact says that nothing exists beyond Given: not even what every cluster has.
	Exact bool
	// Needed are the resources whose objects are remembered when the restore creates them; of ConfigMaps, only those in
	// VeleroNamespace can mean anything to an action.
	Needed          []string
	VeleroNamespace string
}

// New makes a view. It fails where one object is given twice with different content.
func New(o Options, resources *discovery.Resolver) (*View, error) {
	v := &View{objects: map[string]map[name]*object.Value{}, complete: map[string]bool{}, needed: map[string]bool{}, exact: o.Exact, velero: o.VeleroNamespace}
	for _, r := range o.Needed {
		v.needed[r] = true
	}
	for _, g := range o.Given {
		resource, _ := resources.ForKind(g.APIVersion(), g.ObjectKind())
		key := name{g.Namespace(), g.Name()}
		if old, ok := v.objects[resource][key]; ok && !object.Equal(old, g) {
			return nil, fmt.Errorf("%s %s is given twice for the target, with different content: remove one", g.ObjectKind(), qualified(key))
		}
		v.put(resource, key, g)
		v.complete[resource] = true
	}
	return v, nil
}

func qualified(n name) string {
	if n.namespace == "" {
		return n.name
	}
	return n.namespace + "/" + n.name
}

func (v *View) put(resource string, key name, o *object.Value) {
	if v.objects[resource] == nil {
		v.objects[resource] = map[name]*object.Value{}
	}
	v.objects[resource][key] = o
}

// Created remembers an object that the restore has created, if some action may ask for it. It keeps a copy of the text
// of its own, since o may be a small part of a large buffer, and nothing else: most are never asked for.
func (v *View) Created(resource string, o *object.Value) error {
	if !v.needed[resource] || resource == "configmaps" && o.Namespace() != v.velero {
		return nil
	}
	copied, err := object.Parse(bytes.Clone(o.JSON()))
	if err != nil {
		return err
	}
	v.put(resource, name{copied.Namespace(), copied.Name()}, copied.Clone())
	return nil
}

// Get implements actions.Target.
func (v *View) Get(resource, namespace, objectName string) (*object.Value, bool) {
	o, ok := v.objects[resource][name{namespace, objectName}]
	return o, ok
}

// List implements actions.Target.
func (v *View) List(resource, namespace string) []*object.Value {
	var keys []name
	for k := range v.objects[resource] {
		if namespace == "" || k.namespace == namespace {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b name) int {
		if c := strings.Compare(a.namespace, b.namespace); c != 0 {
			return c
		}
		return strings.Compare(a.name, b.name)
	})
	list := make([]*object.Value, len(keys))
	for i, k := range keys {
		list[i] = v.objects[resource][k]
	}
	return list
}

// Complete implements actions.Target.
func (v *View) Complete(resource string) bool { return v.exact || v.complete[resource] }

// Exists says whether the target has an item of this resource, namespace and name before the restore creates it.
// Where the user gave the object it is returned; where only the rules of an empty cluster say so, present is the
// reason in words and found is nil.
func (v *View) Exists(resource string, item *object.Value, namespace string) (found *object.Value, present string) {
	if o, ok := v.objects[resource][name{namespace, item.Name()}]; ok {
		return o, "the target has it"
	}
	if v.exact {
		return nil, ""
	}
	return nil, inEveryCluster(resource, namespace, item)
}

var _ actions.Target = (*View)(nil)
