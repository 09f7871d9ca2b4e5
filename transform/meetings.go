package transform

import (
	"fmt"
	"hash/maphash"

	"github.com/veltx/veltx/tarball/layout"
)

// meetings finds items that a namespace mapping brings to one place, while an archive streams by. It remembers eight
// bytes for each item of a namespace that others may be mapped into.
type meetings struct {
	o       *Options
	targets map[string]bool // what namespaces are mapped to
	seed    maphash.Seed
	seen    map[uint64]uint32
	spaces  []string
	numbers map[string]uint32
}

func newMeetings(o *Options) *meetings {
	m := &meetings{o: o, targets: map[string]bool{}, seed: maphash.MakeSeed(), seen: map[uint64]uint32{}, numbers: map[string]uint32{}}
	for _, to := range o.Restore.Spec.NamespaceMapping {
		m.targets[to] = true
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
	if len(m.targets) == 0 || space == "" {
		return true, nil
	}
	target := m.o.targetNamespace(space)
	if !m.targets[target] {
		return true, nil
	}
	first := m.first(key, target, space)
	if first == space {
		return true, nil
	}
	if everywhere(key.Resource, key.Name) || key.Resource == "namespaces" {
		return false, nil
	}
	return false, fmt.Errorf("the namespace mapping makes two items meet: %s %s is in namespace %s and in %s, which both become %s; map one of them elsewhere",
		key.Resource, key.Name, first, space, target)
}

// first returns the namespace of the first item that was seen at the place.
func (m *meetings) first(key layout.ItemKey, target, space string) string {
	number, ok := m.numbers[space]
	if !ok {
		number = uint32(len(m.spaces))
		m.numbers[space] = number
		m.spaces = append(m.spaces, space)
	}
	key.Namespace = target
	if key.Resource == "namespaces" {
		key.Namespace, key.Name = "", target
	}
	sum := maphash.Comparable(m.seed, key)
	if known, met := m.seen[sum]; met {
		return m.spaces[known]
	}
	m.seen[sum] = number
	return space
}
