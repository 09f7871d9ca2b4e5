package restore

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/filters"
)

// Has implements findings.Backup.
func (c *catalogue) Has(key layout.ItemKey) bool {
	_, ok := c.index.Find(key)
	return ok
}

// NamespacesOf implements findings.Backup.
func (c *catalogue) NamespacesOf(resource string) []string {
	var list []string
	for _, rg := range c.index.Ranges(resource, "") {
		list = append(list, rg.Namespace)
	}
	return list
}

// LeavesOut implements findings.Backup.
func (c *catalogue) LeavesOut(resource, namespace string) bool {
	rg := c.index.RangeIn(resource, "", namespace)
	for id := rg.From; id < rg.To; id++ {
		if !c.index.Marked(id) {
			return true
		}
	}
	return false
}

// LeftOut implements findings.Backup.
func (c *catalogue) LeftOut(key layout.ItemKey) (why, bring string) {
	if id, ok := c.index.Find(key); ok && c.index.Marked(id) {
		return "this restore skips it or fails to restore it", ""
	}
	s := c.selection
	if slices.Contains(s.never, key.Resource) {
		return "Velero never restores " + key.Resource, ""
	}
	var whys, brings []string
	for _, filter := range []func(layout.ItemKey) (why, bring string){s.byResource, s.byNamespace, s.byScope} {
		if why, bring := filter(key); why != "" {
			whys, brings = append(whys, why), append(brings, bring)
		}
	}
	switch {
	case len(whys) > 0:
		return strings.Join(whys, ", and "), strings.Join(brings, " ")
	case len(s.selectors) == 0:
		return "this restore skips it or fails to restore it", ""
	}
	return "the label selector does not match it", "a label that the selector matches"
}

// byResource says why the filter of resources leaves an item out, "" if it does not, and which flag would bring it.
func (s *selection) byResource(key layout.ItemKey) (why, bring string) {
	if s.resource(key.Resource) {
		return "", ""
	}
	return says(s.resources, "Resources", key.Resource), bringing(s.resources, "resources", key.Resource)
}

// byNamespace is byResource for the filter of namespaces.
func (s *selection) byNamespace(key layout.ItemKey) (why, bring string) {
	if key.Namespace == "" || s.namespaces.Has(key.Namespace) {
		return "", ""
	}
	return says(s.namespaces, "Namespaces", key.Namespace), bringing(s.namespaces, "namespaces", key.Namespace)
}

// byScope is byResource for what has no namespace.
func (s *selection) byScope(key layout.ItemKey) (why, bring string) {
	if key.Namespace != "" || s.walksClusterScope() {
		return "", ""
	}
	if s.clusterScoped != nil {
		return "includeClusterResources is false", "--include-cluster-resources"
	}
	return "a restore of some namespaces excludes cluster-scoped items", "--include-cluster-resources"
}

// bringing is the flag of a pair of filters that would take a name in.
func bringing(f filters.Pair, what, name string) string {
	if f.Excluded.Match(name) {
		return fmt.Sprintf("--exclude-%s without %s", what, strings.Join(matching(f.Excluded, name), ","))
	}
	return fmt.Sprintf("--include-%s %s", what, strings.Join(append(slices.Clone(f.Included.Names()), name), ","))
}
