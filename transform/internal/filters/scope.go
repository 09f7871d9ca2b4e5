package filters

import (
	"slices"
	"sync"

	"github.com/veltx/veltx/actions"
)

// Scope is for which items an action of a plugin is. Goroutines may share it.
// Source: v1.18.3 pkg/plugin/framework/action_resolver.go:59-110.
type Scope struct {
	one                   sync.Mutex // what is filtered is remembered
	resources, namespaces Pair
}

// NewScope makes the scope of a selector. Velero resolves the names of its resources once, as the cluster's discovery is when
// it begins; empty ones it passes over, and all resources cannot be excluded.
// Source: v1.18.3 pkg/util/collections/includes_excludes.go (generateIncludesExcludes).
func NewScope(of actions.Selector, resolve func(string) string) *Scope {
	resolved := func(names []string, without func(string) bool) []string {
		return slices.DeleteFunc(Resolve(names, resolve), without)
	}
	return &Scope{
		resources: NewPair(
			resolved(of.Resources, func(name string) bool { return name == "" }),
			resolved(of.ExcludedResources, func(name string) bool { return name == "" || name == "*" })),
		namespaces: NewPair(of.IncludedNamespaces, of.ExcludedNamespaces),
	}
}

// Resource implements actions.Scope.
func (s *Scope) Resource(name string) bool {
	s.one.Lock()
	defer s.one.Unlock()
	return s.resources.Has(name)
}

// Namespace implements actions.Scope.
func (s *Scope) Namespace(name string) bool {
	s.one.Lock()
	defer s.one.Unlock()
	if name == "" {
		return s.namespaces.Everything()
	}
	return s.namespaces.Has(name)
}
