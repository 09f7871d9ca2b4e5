// Package filters is Velero's way with lists of names in filters: each name is a glob without a separator, so that "*.apps"
// and "team-*" work, and a list with a pattern that does not compile matches nothing from there on.
// Source: Velero v1.18.2 pkg/util/collections/includes_excludes.go:38-56, v1.6.3 pkg/util/collections/includes_excludes.go:29-50.
package filters

import (
	"slices"

	"github.com/gobwas/glob"
)

// Set is one list of names. It is for one goroutine.
type Set struct {
	names []string // sorted, as Velero tries them
	globs []glob.Glob
	known map[string]bool
}

// NewSet makes a set of the names.
func NewSet(names []string) *Set {
	s := &Set{names: slices.Compact(slices.Sorted(slices.Values(names))), known: map[string]bool{}}
	for _, p := range s.names {
		g, err := glob.Compile(p)
		if err != nil {
			break // as in Velero, where the loop ends with "no match" at the first pattern that does not compile
		}
		s.globs = append(s.globs, g)
	}
	return s
}

// Match says whether one of the globs matches.
func (s *Set) Match(name string) bool {
	matched, ok := s.known[name]
	if !ok {
		matched = slices.ContainsFunc(s.globs, func(g glob.Glob) bool { return g.Match(name) })
		s.known[name] = matched
	}
	return matched
}

// Has says whether the list has this very name.
func (s *Set) Has(name string) bool { return slices.Contains(s.names, name) }

// Len returns the number of different names.
func (s *Set) Len() int { return len(s.names) }

// Names returns the names, sorted.
func (s *Set) Names() []string { return s.names }
