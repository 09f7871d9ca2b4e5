package backup

import (
	"cmp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/index"
)

// candidate is an item that the filters take, in the order of the backup.
type candidate struct {
	id      index.ID
	ordered bool // named by orderedResources: one block with those before and after it
}

// state is what is known of an item while the backup goes on.
type state uint8

const (
	collected state = 1 << iota // a candidate
	handled                     // in a block already, or excluded
	told                        // the sink has heard of it
	marked                      // of one that a plugin made: it was backed up, or failed
)

// collect lists the items that the filters and the label selectors take.
// Source: v1.18.2 pkg/backup/item_collector.go:196-247 (getAllItems), v1.6.3 pkg/backup/item_collector.go:50-65.
func (r *run) collect() error {
	var found []candidate
	twins := cohabitants{seen: map[string]bool{}, anyGroup: !r.o.Profile.Does(actions.TracksNamespacesOfBackups)}
	for _, resource := range r.coreFirst(r.source.known.Order(r.source.index.Resources())) {
		if !r.filter.collects(resource) || twins.met(resource) {
			continue
		}
		r.collects[resource] = true
		items, err := r.collectResource(resource)
		if err != nil {
			return err
		}
		found = append(found, r.order(resource, items)...)
	}
	r.candidates = slices.DeleteFunc(found, func(c candidate) bool { return !r.isTracked(c.id) })
	for _, c := range r.candidates {
		r.states[c.id] |= collected
	}
	return nil
}

// coreFirst moves pods, claims and volumes to the front, so that snapshots are taken while a pod's hooks hold it still.
// Source: v1.18.2 pkg/backup/item_collector.go:600-638.
func (r *run) coreFirst(resources []string) []string {
	first := []string{"pods", "persistentvolumeclaims", "persistentvolumes"}
	rank := func(resource string) int {
		if i := slices.Index(first, resource); i >= 0 {
			return i
		}
		return len(first)
	}
	slices.SortStableFunc(resources, func(a, b string) int { return rank(a) - rank(b) })
	return resources
}

// cohabitants are resources that two groups serve: the items are the same, so the first of them is enough. 1.6 goes by
// the name alone and thereby leaves out custom resources that happen to share it.
// Source: v1.18.2 pkg/backup/backup.go:118-126, pkg/backup/item_collector.go:420-440, v1.6.3 pkg/backup/item_collector.go:210-222.
type cohabitants struct {
	seen     map[string]bool
	anyGroup bool
}

var cohabiting = map[string][2]string{
	"deployments": {"extensions", "apps"}, "daemonsets": {"extensions", "apps"}, "replicasets": {"extensions", "apps"},
	"networkpolicies": {"extensions", "networking.k8s.io"}, "events": {"", "events.k8s.io"},
}

// met says whether the resource's twin was collected before.
func (c *cohabitants) met(resource string) bool {
	name, group, _ := strings.Cut(resource, ".")
	groups, found := cohabiting[name]
	if !found || !c.anyGroup && group != groups[0] && group != groups[1] {
		return false
	}
	before := c.seen[name]
	c.seen[name] = true
	return before
}

// collectResource lists the items of a resource.
func (r *run) collectResource(resource string) ([]candidate, error) {
	if resource == layout.Namespaces {
		return r.collectNamespaces()
	}
	var found []candidate
	by := map[index.ID]int{} // the selector that takes an item
	for _, id := range r.source.listed(resource) {
		key := r.source.index.Key(id)
		if key.Namespace != "" && !r.spaces.lists(key.Namespace) {
			continue
		}
		if len(r.selectors) > 0 {
			o, err := r.source.read(id)
			if err != nil {
				continue
			}
			first := r.selectorOf(o)
			if first < 0 {
				continue
			}
			by[id] = first
		}
		if key.Namespace != "" && r.spaces.has(key.Namespace) {
			r.tracked[key.Namespace] = true
		}
		found = append(found, candidate{id: id})
	}
	r.sortBySelector(found, by)
	return found, nil
}

// sortBySelector puts items in the order in which Velero lists them: selector by selector, of all namespaces in one go or
// of one after the other. Source: v1.18.2 pkg/backup/item_collector.go:541-551.
func (r *run) sortBySelector(found []candidate, by map[index.ID]int) {
	if len(r.selectors) < 2 {
		return
	}
	namespace := func(c candidate) string {
		if r.spaces.has("*") {
			return ""
		}
		return r.source.index.Key(c.id).Namespace
	}
	slices.SortStableFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(namespace(a), namespace(b)), by[a.id]-by[b.id])
	})
}

// selectorOf returns which of the label selectors takes the item first, -1 for none.
func (r *run) selectorOf(o *object.Value) int {
	set := labels.Set(o.Labels())
	return slices.IndexFunc(r.selectors, func(s labels.Selector) bool { return s.Matches(set) })
}

// selects says whether one of the label selectors takes the item.
func (r *run) selects(o *object.Value) bool {
	if len(r.selectors) == 0 {
		return true
	}
	return r.selectorOf(o) >= 0
}

// collectNamespaces lists all Namespaces and tracks those that are selected themselves: by a label selector, or by the
// filter unless it includes everything and a label selector is what selects. Others count once they have items.
// Source: v1.18.2 pkg/backup/item_collector.go:97-163, :738-838, v1.6.3 pkg/backup/item_collector.go:224-275.
func (r *run) collectNamespaces() ([]candidate, error) {
	var found []candidate
	for _, id := range r.source.listed(layout.Namespaces) {
		o, err := r.source.read(id)
		if err != nil {
			r.tracked[r.source.index.Key(id).Name] = true // it fails when its turn comes
			found = append(found, candidate{id: id})
			continue
		}
		if r.takesNamespace(o) {
			r.tracked[o.Name()] = true
			found = append(found, candidate{id: id})
		} else if r.o.Profile.Does(actions.TracksNamespacesOfBackups) {
			found = append(found, candidate{id: id})
		}
	}
	return found, nil
}

// takesNamespace says whether a Namespace is selected whatever it holds. Differs from Velero: a manifest without a phase
// is taken for a namespace that is active.
func (r *run) takesNamespace(o *object.Value) bool {
	if !r.o.Profile.Does(actions.TracksNamespacesOfBackups) {
		return r.spaces.has(o.Name()) && r.spaces.lists(o.Name()) && r.selects(o)
	}
	phase := o.Get("status", "phase").Str()
	switch {
	case phase != "" && phase != "Active":
		return false
	case len(r.selectors) > 0 && r.selects(o):
		return true
	case len(r.selectors) > 0 && r.spaces.everything():
		return false
	}
	return r.spaces.has(o.Name())
}

// isTracked leaves out the Namespaces of which nothing is in the backup.
func (r *run) isTracked(id index.ID) bool {
	key := r.source.index.Key(id)
	return key.Resource != layout.Namespaces || r.tracked[key.Name]
}

// order puts the items that orderedResources names to the front, in that order.
// Source: v1.18.2 pkg/backup/item_collector.go:290-352.
func (r *run) order(resource string, items []candidate) []candidate {
	plain, _, _ := strings.Cut(resource, ".")
	wanted := r.o.Spec.OrderedResources[plain]
	if wanted == "" {
		return items
	}
	var first []candidate
	missed := map[string]bool{}
	for _, name := range strings.Split(wanted, ",") {
		i := slices.IndexFunc(items, func(c candidate) bool { return qualified(r.source.index.Key(c.id)) == name })
		if i < 0 {
			if !missed[name] {
				r.missOrdered(resource, name)
			}
			missed[name] = true
			continue
		}
		first = append(first, candidate{id: items[i].id, ordered: true})
		items = slices.Delete(slices.Clone(items), i, i+1)
	}
	return append(first, items...)
}
