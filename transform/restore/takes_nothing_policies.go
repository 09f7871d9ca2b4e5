package restore

import (
	"fmt"
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
	near                    string // a name of an item that is near one of the filter's
}

// note counts an item that a filter decides on.
func (f *fared) note(by *policies.Filter, item *object.Value) (takes bool) {
	switch {
	case !by.TakesLabels(item.Labels()):
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

// tellPolicies tells of each filter of the resource policies that takes nothing, and of what was probably meant.
func (w *walk) tellPolicies(s *report.Summary) {
	if w.o.Policies == nil {
		return
	}
	for i := range w.o.Policies.ClusterScoped {
		w.tellPolicy(s, &w.o.Policies.ClusterScoped[i])
	}
	for i, n := range w.o.Policies.Namespaced {
		w.tellNamespaces(s, fmt.Sprintf("namespacedFilterPolicies[%d].namespaces", i), n.Namespaces, false)
		for j := range n.Filters {
			w.tellPolicy(s, &n.Filters[j])
		}
	}
}

func (w *walk) tellPolicy(s *report.Summary, f *policies.Filter) {
	of := w.from.selection.fared[f]
	entry := strings.Join(f.Kinds, ",")
	if f.All() {
		entry = "*"
	}
	switch {
	case of == nil && f.All():
		takesNothing(s, report.Notice, f.Where, entry, "the other filters decide on all that its namespaces have, or the restore leaves it out")
	case of == nil:
		w.tellKinds(s, f, entry)
	case of.taken > 0:
	case of.near != "":
		takesNothing(s, report.Warning, f.Where, entry, of.why()+meant(of.near))
	default:
		takesNothing(s, report.Notice, f.Where, entry, of.why())
	}
}

// tellKinds tells of kinds that none of the items is that the policy decides on.
func (w *walk) tellKinds(s *report.Summary, f *policies.Filter, entry string) {
	has := slices.ContainsFunc(f.Kinds, func(kind string) bool {
		full, _ := w.target.resources.Resolve(kind)
		return slices.Contains(w.from.index.Resources(), full)
	})
	if has {
		takesNothing(s, report.Notice, f.Where, entry, "its namespaces have none of it, or the restore leaves it out")
		return
	}
	w.tellResources(s, f.Where+".kinds", f.Kinds, false)
}

// why says what kept a filter from taking anything.
func (f *fared) why() string {
	var parts []string
	if f.byLabels > 0 {
		parts = append(parts, fmt.Sprintf("the labels of %s", items(f.byLabels)))
	}
	if f.byName > 0 {
		parts = append(parts, fmt.Sprintf("the names of %s", items(f.byName)))
	}
	return "it does not take " + strings.Join(parts, " and ")
}
