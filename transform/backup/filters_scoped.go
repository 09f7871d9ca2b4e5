package backup

import (
	"fmt"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/report"
)

// scopedFilter are the filters of Velero 1.18 by scope, and what it goes by without any filter. As it always excludes
// volumesnapshotcontents among the cluster-scoped resources, its rule "no filter at all means every cluster-scoped
// resource" never holds: a backup without filters has no cluster-scoped items but those that others bring in.
// Source: v1.18.2 pkg/util/collections/includes_excludes.go:388-470, :680-767.
type scopedFilter struct {
	namespaced, cluster filters.Pair
	spaces              *namespaces
	known               *discovery.Resolver
}

func newScopedFilter(o *Options, spaces *namespaces, known *discovery.Resolver, summary *report.Summary) *scopedFilter {
	s := &o.Spec
	f := &scopedFilter{spaces: spaces, known: known}
	inCluster, outCluster := addExcludes(s.IncludedClusterScopedResources, s.ExcludedClusterScopedResources, layout.CSISnapshotContents)
	inSpaces, outSpaces := addExcludes(s.IncludedNamespaceScopedResources, s.ExcludedNamespaceScopedResources, layout.CSISnapshots)
	names := func(field string, list []string, namespaced bool) []string {
		return f.ofScope(o.field(field), list, namespaced, summary)
	}
	f.cluster = filters.NewPair(names("includedClusterScopedResources", inCluster, false), names("excludedClusterScopedResources", outCluster, false))
	f.namespaced = filters.NewPair(names("includedNamespaceScopedResources", inSpaces, true), names("excludedNamespaceScopedResources", outSpaces, true))
	return f
}

// ofScope resolves names; one of the other scope is dropped without a word, which may leave a list empty.
func (f *scopedFilter) ofScope(field string, names []string, namespaced bool, summary *report.Summary) []string {
	var kept []string
	for i, name := range names {
		full, ok := f.known.Resolve(name)
		if res, _ := f.known.Lookup(full); ok && name != "*" && res.Namespaced != namespaced {
			if slices.Contains(names[:i], name) {
				continue
			}
			summary.FindOn(report.Warning, "wrong-scope", field+": "+name, fmt.Sprintf("%s: Velero ignores %s, which is of the other scope", field, full))
			continue
		}
		kept = append(kept, full)
	}
	return kept
}

func (f *scopedFilter) of(resource string) (p filters.Pair, namespaced bool) {
	if res, _ := f.known.Lookup(resource); res.Namespaced {
		return f.namespaced, true
	}
	return f.cluster, false
}

func (f *scopedFilter) collects(resource string) bool {
	p, namespaced := f.of(resource)
	if p.Excluded.Has("*") || p.Excluded.Match(resource) {
		return false
	}
	included := p.Included.Has("*") || p.Included.Match(resource)
	if namespaced {
		return included || p.Included.Len() == 0
	}
	return included || resource == layout.Namespaces
}

func (f *scopedFilter) excludes(resource string) bool {
	p, _ := f.of(resource)
	return p.Excluded.Match(resource)
}
