package candidate

import (
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/conformance"
)

// cluster are the items of a case as actions see them.
type cluster struct{ list []clusterItem }

type clusterItem struct {
	address, resource string
	object            *object.Value
}

func (c *cluster) read(items []conformance.Item) error {
	for _, it := range items {
		o, err := object.Parse(it.Data)
		if err != nil {
			return err
		}
		resource, _, _ := strings.Cut(it.Address(), "/")
		c.list = append(c.list, clusterItem{it.Address(), resource, o})
	}
	return nil
}

// Get implements actions.Target.
func (c *cluster) Get(resource, namespace, name string) (*object.Value, bool) {
	for _, it := range c.list {
		if it.address == resource+"/"+namespace+"/"+name {
			return it.object, true
		}
	}
	return nil, false
}

func (c *cluster) get(ref actions.ItemRef) *object.Value {
	o, _ := c.Get(ref.Resource, ref.Namespace, ref.Name)
	return o
}

// List implements actions.Target.
func (c *cluster) List(resource, namespace string) []*object.Value {
	var found []*object.Value
	for _, it := range c.list {
		if it.resource == resource && (namespace == "" || it.object.Namespace() == namespace) {
			found = append(found, it.object)
		}
	}
	return found
}

// Complete implements actions.Target.
func (c *cluster) Complete(string) bool { return true }

var _ actions.Target = (*cluster)(nil)
