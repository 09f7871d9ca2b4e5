package restore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/policies"
	"github.com/veltx/veltx/transform/report"
)

// fared is how a filter of the policies fared.
type fared struct {
	taken, byName, byLabels int
	seen                    *labelsSeen
	near                    string // a name of an item that is near one of the filter's
}

// note counts an item that a filter decides on.
func (f *fared) note(by *policies.Filter, item *object.Value) (takes bool) {
	switch {
	case len(by.Selectors) > 0 && !f.seen.takes(by.Selectors, item.Labels()):
		f.byLabels++
	case !by.TakesName(item.Name()):
		f.byName++
		for _, name := range by.Names {
			if f.near == "" && !isPattern(name) {
				f.near = layout.Nearest(name, []string{item.Name()})
			}
		}
	default:
		f.taken++
		return true
	}
	return false
}

// noteNotListed counts an item whose resource no filter of its namespace's policy lists.
func (w *walk) noteNotListed(resource, namespace string) {
	where := w.from.selection.policies.Where(namespace)
	if w.notListed == nil {
		w.notListed = map[string]map[string]int{}
	}
	if w.notListed[where] == nil {
		w.notListed[where] = map[string]int{}
	}
	w.notListed[where][resource]++
}

// tellPolicies tells how each filter of the resource policies fared, and what was probably meant by one that takes nothing.
func (w *walk) tellPolicies(s *report.Summary) {
	if w.o.Policies == nil {
		return
	}
	if list := w.o.Policies.ClusterScoped; list != nil {
		s.Policies = append(s.Policies, report.Policy{Where: policies.ClusterScoped, Filters: w.tellFilters(s, list, false)})
	}
	for _, n := range w.o.Policies.Namespaced {
		told := len(s.Findings)
		w.tellNamespaces(s, n.Where+".namespaces", n.Namespaces, false)
		w.tellShadowed(s, &n)
		s.Policies = append(s.Policies, report.Policy{
			Where: n.Where, Namespaces: n.Namespaces, NotListed: w.notListed[n.Where], Findings: slices.Clone(s.Findings[told:]),
			Filters: w.tellFilters(s, n.Filters, true),
		})
	}
}

// tellShadowed tells of names and patterns whose namespaces are all decided on by another policy.
func (w *walk) tellShadowed(s *report.Summary, n *policies.Namespaced) {
	for _, entry := range n.Namespaces {
		one := &policies.Policies{Namespaced: []policies.Namespaced{{Where: n.Where, Namespaces: []string{entry}}}}
		alone, err := one.Resolve(nil, nil)
		if err != nil {
			continue // it has no kinds that could be listed twice
		}
		others := map[string]bool{}
		for _, namespace := range w.from.Namespaces() {
			if alone.Where(namespace) != "" {
				others[w.from.selection.policies.Where(namespace)] = true
			}
		}
		if len(others) > 0 && !others[n.Where] {
			takesNothing(s, report.Notice, n.Where+".namespaces", entry, slices.Sorted(maps.Keys(others))[0]+" decides on all namespaces that it matches")
		}
	}
}

func (w *walk) tellFilters(s *report.Summary, list []policies.Filter, namespaced bool) []report.PolicyFilter {
	out := make([]report.PolicyFilter, 0, len(list))
	for i := range list {
		f, told := &list[i], len(s.Findings)
		w.tellPolicy(s, f, namespaced)
		line := report.PolicyFilter{Where: f.Where, Kinds: f.Kinds, By: f.By(), Findings: slices.Clone(s.Findings[told:])}
		if f.All() {
			line.Kinds = []string{"*"}
		}
		if of := w.from.selection.fared[f]; of != nil {
			line.Taken, line.OtherNames, line.OtherLabels = of.taken, of.byName, of.byLabels
		}
		out = append(out, line)
	}
	return out
}

func (w *walk) tellPolicy(s *report.Summary, f *policies.Filter, namespaced bool) {
	of, told := w.from.selection.fared[f], len(s.Findings)
	entry := strings.Join(f.Kinds, ",")
	if f.All() {
		entry = "*"
	} else {
		w.tellKinds(s, f, namespaced)
	}
	switch {
	case of != nil && of.taken > 0, len(s.Findings) > told:
	case of == nil && f.All():
		takesNothing(s, report.Notice, f.Where, entry, "the other filters decide on all that its namespaces have, or the restore leaves it out")
	case of == nil:
		takesNothing(s, report.Notice, f.Where, entry, "its namespaces have none of it, or the restore leaves it out")
	case of.near != "":
		takesNothing(s, report.Warning, f.Where, entry, of.why(f)+meant(of.near))
	default:
		takesNothing(s, report.Notice, f.Where, entry, of.why(f))
	}
}

// tellKinds tells of each kind that the backup does not have, or has where the policy does not decide.
func (w *walk) tellKinds(s *report.Summary, f *policies.Filter, namespaced bool) {
	for _, kind := range f.Kinds {
		full, _ := w.target.resources.Resolve(kind)
		ranges := w.from.index.Ranges(full, "")
		switch {
		case len(ranges) == 0 && w.from.hasKind(kind): // by what its items say
		case len(ranges) == 0:
			w.tellResources(s, f.Where+".kinds", []string{kind}, false)
		case namespaced && ranges[0].Namespace == "":
			takesNothing(s, report.Warning, f.Where+".kinds", kind, "its items have no namespace: list it in "+policies.ClusterScoped)
		case !namespaced && ranges[0].Namespace != "":
			takesNothing(s, report.Warning, f.Where+".kinds", kind, "its items are in namespaces: list it in namespacedFilterPolicies")
		}
	}
}

// why says what kept a filter from taking anything.
func (f *fared) why(by *policies.Filter) string {
	var parts []string
	if f.byLabels > 0 {
		text := fmt.Sprintf("the labels of %s", items(f.byLabels))
		if f.byName == 0 && len(by.Selectors) == 1 {
			text += " (no item " + f.seen.why(by.Selectors[0]) + ")"
		}
		parts = append(parts, text)
	}
	if f.byName > 0 {
		parts = append(parts, fmt.Sprintf("the names of %s", items(f.byName)))
	}
	return "it does not take " + strings.Join(parts, " and ")
}
