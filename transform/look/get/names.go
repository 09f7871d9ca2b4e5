package get

import (
	"context"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/discovery"
)

// Names are the names of all that is in a backup, for completion.
type Names struct {
	namespaces map[string]bool
	items      map[string][]layout.Address // by resource
	resolver   *discovery.Resolver
}

// ReadNames reads the names of a backup's items, and none of the items.
func ReadNames(ctx context.Context, source *tarball.Source) (*Names, error) {
	n := &Names{namespaces: map[string]bool{}, items: map[string][]layout.Address{}, resolver: discovery.New()}
	err := source.Each(ctx, func(e *tarball.Entry) error {
		key, err := layout.Parse(e.Path)
		if err != nil || key.VersionDir != "" {
			return nil // no item, or one's copy
		}
		if key.Namespace != "" {
			n.namespaces[key.Namespace] = true
		}
		n.items[key.Resource] = append(n.items[key.Resource], key.Address)
		n.resolver.AddFolder(key.Resource, key.Namespace != "")
		return nil
	})
	return n, err
}

// Namespaces are those that items are in, sorted.
func (n *Names) Namespaces() []string { return slices.Sorted(maps.Keys(n.namespaces)) }

// Resources are those that there are items of, sorted.
func (n *Names) Resources() []string { return slices.Sorted(maps.Keys(n.items)) }

// Items are the names of a resource's items, sorted; those of one namespace where it is named. The resource may be
// called as kubectl takes it: svc, services.
func (n *Names) Items(resource, namespace string) []string {
	full, _ := n.resolver.Resolve(resource)
	names := map[string]bool{}
	for _, item := range n.items[full] {
		if namespace == "" || item.Namespace == namespace {
			names[item.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}
