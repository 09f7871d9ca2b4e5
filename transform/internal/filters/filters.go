// Package filters is Velero's way with lists of names in filters: each name is a glob without a separator, so that "*.apps"
// and "team-*" work, and a list with a pattern that does not compile matches nothing from there on.
// Source: Velero v1.18.2 pkg/util/collections/includes_excludes.go:38-56, v1.6.3 pkg/util/collections/includes_excludes.go:29-50.
package filters

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/gobwas/glob"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// Pair is one of Velero's pairs of included and excluded names.
// Source: v1.18.2 pkg/util/collections/includes_excludes.go:219-226.
type Pair struct{ Included, Excluded *Set }

// NewPair makes a pair of the names.
func NewPair(includes, excludes []string) Pair {
	return Pair{Included: NewSet(includes), Excluded: NewSet(excludes)}
}

// Has says whether the name passes.
func (p Pair) Has(name string) bool {
	if p.Excluded.Match(name) {
		return false
	}
	return p.Included.Len() == 0 || p.Included.Has("*") || p.Included.Match(name)
}

// Everything says whether nothing is filtered at all.
func (p Pair) Everything() bool {
	return p.Excluded.Len() == 0 && (p.Included.Len() == 0 || p.Included.Len() == 1 && p.Included.Has("*"))
}

// Resolve gives the full name of each resource.
func Resolve(names []string, resolve func(string) string) []string {
	full := make([]string, len(names))
	for i, n := range names {
		full[i] = resolve(n)
	}
	return full
}

// Check finds what Velero refuses in a pair of lists. The errors call them as the arguments included and excluded do.
func Check(included, excluded string, includes, excludes []string) []error {
	errs := CheckAlone(included, includes)
	if slices.Contains(excludes, "*") {
		errs = append(errs, fmt.Errorf("%s: * is not allowed", excluded))
	}
	errs = append(errs, checkLengths(excluded, excludes)...)
	return append(errs, CheckApart(excluded, includes, excludes)...)
}

// CheckNames refuses what nothing is called, such as what an empty variable of a shell leaves. Differs from Velero: it takes
// such a name, and restores nothing by it.
func CheckNames(list string, names []string) []error {
	var errs []error
	for _, name := range names {
		switch {
		case name == "":
			errs = append(errs, fmt.Errorf("%s: %q is no name: name something, or leave the list out", list, name))
		case strings.ContainsFunc(name, unicode.IsSpace):
			errs = append(errs, fmt.Errorf("%s: %q has a space in it", list, name))
		}
	}
	return errs
}

// MaxPattern is how long a name or a pattern may be: matching costs time with its length.
const MaxPattern = 4096

// CheckAlone refuses a list that has names beside *, or one that is longer than any pattern needs to be.
func CheckAlone(list string, names []string) []error {
	if errs := checkLengths(list, names); errs != nil {
		return errs
	}
	if len(names) > 1 && slices.Contains(names, "*") {
		return []error{fmt.Errorf("%s: * stands alone or not at all", list)}
	}
	return nil
}

// CheckGlob refuses a pattern that does not compile, or that is longer than any needs to be.
func CheckGlob(pattern string) error {
	if len(pattern) > MaxPattern {
		return fmt.Errorf("a pattern of %d bytes is longer than %d: shorten it", len(pattern), MaxPattern)
	}
	if _, err := glob.Compile(pattern); err != nil {
		return fmt.Errorf("%q is no pattern: %w", pattern, err)
	}
	return nil
}

// CheckPattern refuses a pattern of namespaces as Velero does since 1.18: only *, ? and character classes are known.
// Source: v1.18.2 pkg/util/wildcard/expand.go:67-130.
func CheckPattern(pattern string) error {
	switch {
	case len(pattern) > MaxPattern:
		return fmt.Errorf("a pattern of %d bytes is longer than %d: shorten it", len(pattern), MaxPattern)
	case strings.ContainsAny(pattern, "|()!{},"):
		return fmt.Errorf("%q: a pattern has none of | ( ) ! { } ,", pattern)
	case strings.Contains(pattern, "**"):
		return fmt.Errorf("%q: a pattern has no ** in it, * does the same", pattern)
	}
	return checkBrackets(pattern)
}

func checkBrackets(pattern string) error {
	for rest := pattern; ; {
		before, inside, opened := strings.Cut(rest, "[")
		if strings.Contains(before, "]") {
			return fmt.Errorf("%q: a ] closes nothing", pattern)
		}
		if !opened {
			return nil
		}
		class, after, closed := strings.Cut(inside, "]")
		switch {
		case !closed:
			return fmt.Errorf("%q: a [ is not closed", pattern)
		case class == "":
			return fmt.Errorf("%q: [] is empty", pattern)
		}
		rest = after
	}
}

// CheckApart refuses names that are both included and excluded.
func CheckApart(excluded string, includes, excludes []string) []error {
	var errs []error
	for _, e := range excludes {
		if slices.Contains(includes, e) {
			errs = append(errs, fmt.Errorf("%s: %s is included as well", excluded, e))
		}
	}
	return errs
}

// Selectors are label selectors of which one has to match; none where one and or are not given.
func Selectors(one *metav1.LabelSelector, or []*metav1.LabelSelector) (all []labels.Selector, err error) {
	for _, s := range append(slices.Clone(or), one) {
		if s == nil {
			continue
		}
		selector, err := metav1.LabelSelectorAsSelector(s)
		if err != nil {
			return nil, err
		}
		all = append(all, selector)
	}
	return all, nil
}

func checkLengths(list string, names []string) []error {
	for _, name := range names {
		if len(name) > MaxPattern {
			return []error{fmt.Errorf("%s: a pattern of %d bytes is longer than %d: shorten it", list, len(name), MaxPattern)}
		}
	}
	return nil
}

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
