package restore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
	operators "k8s.io/apimachinery/pkg/selection"

	"github.com/veltx/veltx/tarball/layout"
)

// labelsSeen is what the label selectors of a restore have met: whether each has taken an item, and until each has, the
// labels of those that they were shown.
type labelsSeen struct {
	took   []bool
	values map[string]map[string]bool // by key; the values of keys that a selector names
	named  map[string]bool
}

// mostLabels is how many keys, or values of a key, are kept: where there are more, no near one is missed by the rest.
const mostLabels = 4096

func newLabelsSeen(selectors []labels.Selector) *labelsSeen {
	s := &labelsSeen{took: make([]bool, len(selectors)), values: map[string]map[string]bool{}, named: map[string]bool{}}
	for _, selector := range selectors {
		requirements, _ := selector.Requirements()
		for _, r := range requirements {
			s.named[r.Key()] = true
		}
	}
	return s
}

// takes says whether one of the selectors takes an item with these labels.
func (s *labelsSeen) takes(selectors []labels.Selector, set map[string]string) (taken bool) {
	for i, selector := range selectors {
		if selector.Matches(labels.Set(set)) {
			s.took[i], taken = true, true
		}
	}
	if slices.Contains(s.took, false) {
		s.note(set)
	}
	return taken
}

func (s *labelsSeen) note(set map[string]string) {
	for key, value := range set {
		values, known := s.values[key]
		if !known && len(s.values) < mostLabels {
			values = map[string]bool{}
			s.values[strings.Clone(key)] = values
		}
		if s.named[key] && values != nil && len(values) < mostLabels {
			values[strings.Clone(value)] = true
		}
	}
}

// why says what no item does, so that a selector has taken nothing: have a key or a value, of which the nearest one is told.
func (s *labelsSeen) why(selector labels.Selector) string {
	requirements, _ := selector.Requirements()
	for _, r := range requirements {
		if text := s.lacks(&r); text != "" {
			return text
		}
	}
	return "matches all of it"
}

func (s *labelsSeen) lacks(r *labels.Requirement) string {
	switch r.Operator() {
	case operators.Equals, operators.DoubleEquals, operators.In, operators.Exists:
	default:
		return ""
	}
	values, known := s.values[r.Key()]
	if !known {
		return fmt.Sprintf("has the label %s%s", r.Key(), meant(layout.Nearest(r.Key(), slices.Collect(maps.Keys(s.values)))))
	}
	wanted := slices.Sorted(maps.Keys(r.Values()))
	if len(wanted) == 0 || slices.ContainsFunc(wanted, func(v string) bool { return values[v] }) {
		return ""
	}
	return fmt.Sprintf("has %s=%s%s", r.Key(), strings.Join(wanted, "|"), meant(layout.Nearest(wanted[0], slices.Collect(maps.Keys(values)))))
}
