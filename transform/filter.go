package transform

import (
	"slices"

	"github.com/gobwas/glob"
)

// filter is one of Velero's pairs of included and excluded names. Names are globs without a separator, so that
// "*.apps" and "team-*" work; a list that has a pattern that is none at all matches nothing from there on.
// Source: v1.18.2 pkg/util/collections/includes_excludes.go:38-56, :219-226.
type filter struct {
	includes, excludes []string // sorted, as Velero tries them
	included, excluded matcher
}

func newFilter(includes, excludes []string) *filter {
	f := &filter{includes: slices.Compact(slices.Sorted(slices.Values(includes))), excludes: slices.Compact(slices.Sorted(slices.Values(excludes)))}
	f.included, f.excluded = newMatcher(f.includes), newMatcher(f.excludes)
	return f
}

// has says whether the name passes.
func (f *filter) has(name string) bool {
	if f.excluded.match(name) {
		return false
	}
	return len(f.includes) == 0 || slices.Contains(f.includes, "*") || f.included.match(name)
}

// everything says whether nothing is filtered at all.
func (f *filter) everything() bool {
	return len(f.excludes) == 0 && (len(f.includes) == 0 || len(f.includes) == 1 && f.includes[0] == "*")
}

type matcher struct {
	globs []glob.Glob
	known map[string]bool
}

func newMatcher(patterns []string) matcher {
	m := matcher{known: map[string]bool{}}
	for _, p := range patterns {
		g, err := glob.Compile(p)
		if err != nil {
			break // as in Velero, where the loop ends with "no match" at the first pattern that does not compile
		}
		m.globs = append(m.globs, g)
	}
	return m
}

func (m matcher) match(name string) bool {
	matched, ok := m.known[name]
	if !ok {
		matched = slices.ContainsFunc(m.globs, func(g glob.Glob) bool { return g.Match(name) })
		m.known[name] = matched
	}
	return matched
}
