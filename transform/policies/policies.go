// Package policies is the resource policies of a restore, which Velero has since 1.18.3: filters for some namespaces, or for some kinds
// without a namespace, in the place of the restore's label selectors.
// Source: Velero v1.18.3 internal/resourcepolicies/resource_policies.go and pkg/restore/restore.go:463-668, :2594-2786.
package policies

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/transform/internal/filters"
)

// Policies are the policies of one file.
type Policies struct {
	Namespaced    []Namespaced
	ClusterScoped []Filter
}

// ClusterScoped is the place in the file of the policy for what has no namespace.
const ClusterScoped = "clusterScopedFilterPolicy"

// namespaced is the place of a policy for namespaces in its file.
func namespaced(i int) string { return fmt.Sprintf("namespacedFilterPolicies[%d]", i) }

// Namespaced are the filters of some namespaces; what none of them lists is left out there.
type Namespaced struct {
	Where      string // its place in the file
	Namespaces []string
	Filters    []Filter
}

// Filter takes some items of some kinds.
type Filter struct {
	// Where is its place in the file, "namespacedFilterPolicies[0].resourceFilters[1]".
	Where string
	// Kinds are as they are written; none, or "*" alone, for all that no other filter lists.
	Kinds []string
	// Selectors are label selectors of which one has to match; none takes all.
	Selectors []labels.Selector
	// Names and ExcludedNames are globs.
	Names, ExcludedNames []string

	names filters.Pair
}

// All says whether the filter is for all kinds that no other lists.
func (f *Filter) All() bool { return len(f.Kinds) == 0 || len(f.Kinds) == 1 && f.Kinds[0] == "*" }

// By says what the filter takes items by, "" where it takes all of its kinds.
func (f *Filter) By() string {
	var parts []string
	for _, s := range f.Selectors {
		parts = append(parts, "labels "+s.String())
	}
	if len(f.Names) > 0 {
		parts = append(parts, "names "+strings.Join(f.Names, ", "))
	}
	if len(f.ExcludedNames) > 0 {
		parts = append(parts, "not names "+strings.Join(f.ExcludedNames, ", "))
	}
	return strings.Join(parts, "; ")
}

// Takes says whether the filter takes an item of its kinds by its name and labels.
func (f *Filter) Takes(name string, of map[string]string) bool {
	return f.TakesLabels(of) && f.TakesName(name)
}

// TakesLabels says whether a selector takes the labels.
func (f *Filter) TakesLabels(of map[string]string) bool {
	for _, s := range f.Selectors {
		if s.Matches(labels.Set(of)) {
			return true
		}
	}
	return len(f.Selectors) == 0
}

// TakesName says whether the globs take the name.
func (f *Filter) TakesName(name string) bool { return f.names.Has(name) }
