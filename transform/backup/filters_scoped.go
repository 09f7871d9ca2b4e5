package backup

import (
	"fmt"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/globs"
	"github.com/veltx/veltx/transform/report"
)

// scopedFilter are the filters of Velero 1.18 by scope, and what it goes by without any filter. As it always excludes
// volumesnapshotcontents among the cluster-scoped resources, its rule "no filter at all means every cluster-scoped
// resource" never holds: a backup without filters has no cluster-scoped items but those that others bring in.
// Source: v1.18.2 pkg/util/collections/includes_excludes.go:388-470, :680-767.
type scopedFilter struct {
	namespaced, cluster pair
	spaces              *namespaces
	known               *discovery.Resolver
}

type pair struct{ included, excluded *globs.Set }

func newScopedFilter(s *velero.BackupSpec, spaces *namespaces, known *discovery.Resolver, summary *report.Summary) *scopedFilter {
	f := &scopedFilter{spaces: spaces, known: known}
	inCluster, outCluster := addExcludes(s.IncludedClusterScopedResources, s.ExcludedClusterScopedResources, layout.CSISnapshotContents)
	inSpaces, outSpaces := addExcludes(s.IncludedNamespaceScopedResources, s.ExcludedNamespaceScopedResources, layout.CSISnapshots)
	names := func(flag string, list []string, namespaced bool) *globs.Set {
		return globs.New(f.ofScope(flag, list, namespaced, summary))
	}
	f.cluster = pair{names("include-cluster-scoped-resources", inCluster, false), names("exclude-cluster-scoped-resources", outCluster, false)}
	f.namespaced = pair{names("include-namespace-scoped-resources", inSpaces, true), names("exclude-namespace-scoped-resources", outSpaces, true)}
	return f
}

// ofScope resolves names; one of the other scope is dropped without a word, which may leave a list empty.
func (f *scopedFilter) ofScope(flag string, names []string, namespaced bool, summary *report.Summary) []string {
	var kept []string
	for i, name := range names {
		full, ok := f.known.Resolve(name)
		if res, _ := f.known.Lookup(full); ok && name != "*" && res.Namespaced != namespaced {
			if slices.Contains(names[:i], name) {
				continue
			}
			summary.FindOn(report.Warning, "wrong-scope", flag+": "+name, fmt.Sprintf("%s: Velero ignores %s, which is of the other scope", flag, full))
			continue
		}
		kept = append(kept, full)
	}
	return kept
}

func (f *scopedFilter) of(resource string) (p pair, namespaced bool) {
	if res, _ := f.known.Lookup(resource); res.Namespaced {
		return f.namespaced, true
	}
	return f.cluster, false
}

func (f *scopedFilter) collects(resource string) bool {
	p, namespaced := f.of(resource)
	if p.excluded.Has("*") || p.excluded.Match(resource) {
		return false
	}
	included := p.included.Has("*") || p.included.Match(resource)
	if namespaced {
		return included || p.included.Len() == 0
	}
	return included || resource == layout.Namespaces
}

func (f *scopedFilter) excludes(resource string) bool {
	p, _ := f.of(resource)
	return p.excluded.Match(resource)
}

func (f *scopedFilter) refuses(resource, namespace string) string {
	switch {
	case namespace == "" && resource != layout.Namespaces && f.excludes(resource):
		return "the filters exclude the cluster-scoped resource " + resource
	case namespace != "" && !f.collects(resource):
		return "the filters leave the resource " + resource + " out"
	}
	return ""
}

func (f *scopedFilter) definitions() bool {
	return !f.excludes(layout.CRDs) && !f.collects(layout.CRDs)
}
