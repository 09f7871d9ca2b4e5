package backup

import (
	"bytes"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/index"
)

// view answers what actions ask the cluster. It remembers the last list of each resource, since an action asks for the
// same list again and again: the bindings of the cluster, the pods of one namespace after the other.
type view struct {
	source *Source
	lists  map[string]list
}

type list struct {
	namespace string
	objects   []*object.Value
}

func newView(s *Source) *view { return &view{source: s, lists: map[string]list{}} }

// Get implements actions.Target.
func (v *view) Get(resource, namespace, name string) (*object.Value, bool) {
	id, ok := v.source.find(resource, namespace, name)
	if !ok {
		return nil, false
	}
	o, err := v.source.read(id)
	return o, err == nil
}

// inVersion returns the copy of an item in a version that is not the preferred one, nil if there is none.
func (v *view) inVersion(ref actions.ItemRef, version string) *object.Value {
	key := layout.ItemKey{Address: ref, VersionDir: version}
	id, ok := v.source.index.Find(key)
	if !ok {
		return nil
	}
	o, err := v.source.read(id)
	if err != nil || layout.Version(o.APIVersion()) != version {
		return nil
	}
	return o
}

// List implements actions.Target. Items that cannot be read are not in it; they fail where their turn comes.
func (v *view) List(resource, namespace string) []*object.Value {
	if last, ok := v.lists[resource]; ok && last.namespace == namespace {
		return last.objects
	}
	var objects []*object.Value
	for _, rg := range v.source.index.Ranges(resource, "") {
		if namespace != "" && rg.Namespace != namespace {
			continue
		}
		for id := rg.From; id < rg.To; id++ {
			if o := v.copied(id); o != nil {
				objects = append(objects, o)
			}
		}
	}
	v.lists[resource] = list{namespace, objects}
	return objects
}

// copied reads an item into a text of its own, as its body would keep the whole block in memory that it was read from.
func (v *view) copied(id index.ID) *object.Value {
	o, err := v.source.read(id)
	if err != nil {
		return nil
	}
	o, err = object.Parse(bytes.Clone(o.JSON()))
	if err != nil {
		return nil
	}
	return o
}

// Complete implements actions.Target: the source is the cluster.
func (v *view) Complete(string) bool { return true }

var _ actions.Target = (*view)(nil)
