package pipeline

import (
	"fmt"
	"hash/maphash"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// Meetings finds items that a namespace mapping brings to one place. It remembers, by its hash, each item of a namespace
// that others may be mapped into, and so needs memory only under a mapping.
//
// Differs from Velero: it would restore one of the two, by the order of a Go map, and leave the other out without a word.
type Meetings struct {
	env     *Env
	seed    maphash.Seed
	targets map[string]bool   // that namespaces are mapped to
	sources []string          // namespaces of the backup that come to one of them
	number  map[string]uint32 // of each source
	first   map[uint64]uint32 // item at its target -> its source
}

// NewMeetings returns one that has seen nothing.
func NewMeetings(env *Env) *Meetings {
	m := &Meetings{env: env, seed: maphash.MakeSeed(), targets: map[string]bool{}, number: map[string]uint32{}, first: map[uint64]uint32{}}
	for _, to := range env.Restore.Spec.NamespaceMapping {
		m.targets[to] = true
	}
	return m
}

// Admit says whether the item may stand at its target, and fails where another one stands there. Of items that each
// namespace has anyway, the first one stays.
func (m *Meetings) Admit(key layout.ItemKey) (bool, error) {
	source := key.Namespace
	if key.Resource == layout.Namespaces {
		source = key.Name
	}
	target := m.env.TargetNamespace(source)
	if source == "" || !m.targets[target] {
		return true, nil
	}
	place := m.hash(key, target)
	first, met := m.first[place]
	switch {
	case !met:
		m.first[place] = m.source(source)
		return true, nil
	case everywhere(key.Resource, key.Name) || key.Resource == layout.Namespaces:
		return false, nil
	}
	return false, fmt.Errorf("the namespace mapping gives two items the same name: %s %s is in namespaces %s and %s, which both become %s; map one of them to another namespace",
		key.Resource, key.Name, m.sources[first], source, target)
}

// source is the number of a namespace of the backup.
func (m *Meetings) source(name string) uint32 {
	n, known := m.number[name]
	if !known {
		n, name = uint32(len(m.sources)), strings.Clone(name)
		m.sources, m.number[name] = append(m.sources, name), n
	}
	return n
}

// hash is that of the item's address at the target.
func (m *Meetings) hash(key layout.ItemKey, target string) uint64 {
	key.Namespace = target
	if key.Resource == layout.Namespaces {
		key.Namespace, key.Name = "", target
	}
	return maphash.Comparable(m.seed, key)
}

// everywhere says that each namespace of a cluster has an item of this name from the cluster itself.
func everywhere(resource, name string) bool {
	return resource == layout.ServiceAccounts && name == "default" || resource == layout.ConfigMaps && name == "kube-root-ca.crt"
}
