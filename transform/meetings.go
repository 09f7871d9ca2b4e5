package transform

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/hashset"
	"github.com/veltx/veltx/tarball/layout"
)

// meetings finds items that a namespace mapping brings to one place, while an archive streams by. It remembers the hash
// of each item of a namespace that others may be mapped into.
type meetings struct {
	o       *Options
	seed    maphash.Seed
	seen    hashset.Set
	sources map[string]map[string]bool // by what namespaces are mapped to: the namespaces of the backup that come there
}

func newMeetings(o *Options) *meetings {
	m := &meetings{o: o, seed: maphash.MakeSeed(), sources: map[string]map[string]bool{}}
	for _, to := range o.Restore.Spec.NamespaceMapping {
		m.sources[to] = map[string]bool{}
	}
	return m
}

// admit says whether the item may stand at its target, and fails where another one stands there. Of items that each
// namespace has anyway, the first one stays.
func (m *meetings) admit(key layout.ItemKey) (bool, error) {
	space := key.Namespace
	if key.Resource == "namespaces" {
		space = key.Name
	}
	if len(m.sources) == 0 || space == "" {
		return true, nil
	}
	target := m.o.targetNamespace(space)
	sources, watched := m.sources[target]
	if !watched {
		return true, nil
	}
	if !sources[space] {
		sources[strings.Clone(space)] = true
	}
	if m.seen.Add(m.hash(key, target)) {
		return true, nil
	}
	if everywhere(key.Resource, key.Name) || key.Resource == "namespaces" {
		return false, nil
	}
	others := slices.DeleteFunc(sortedKeys(sources), func(s string) bool { return s == space })
	return false, fmt.Errorf("the namespace mapping makes two items meet: %s %s is in namespace %s and in %s, which both become %s; map one of them elsewhere",
		key.Resource, key.Name, strings.Join(others, " or "), space, target)
}

// hash is that of the item's address at the target.
func (m *meetings) hash(key layout.ItemKey, target string) uint64 {
	key.Namespace = target
	if key.Resource == "namespaces" {
		key.Namespace, key.Name = "", target
	}
	return maphash.Comparable(m.seed, key)
}
