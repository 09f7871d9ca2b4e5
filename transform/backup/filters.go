package backup

import (
	"fmt"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/report"
)

// resourceFilter says which resources are backed up.
type resourceFilter interface {
	// collects says whether the items of a resource are listed.
	collects(resource string) bool
	// refuses says why an item is not backed up, even if an action asks for it; "" where nothing speaks against it.
	refuses(resource, namespace string) string
	// definitions says whether the CustomResourceDefinitions of items in the backup are sought.
	definitions() bool
}

// newFilter chooses the kind of filters as Velero does.
func newFilter(o *Options, spaces *namespaces, known *discovery.Resolver, policies *policies, summary *report.Summary) resourceFilter {
	resolve := func(name string) string { full, _ := known.Resolve(name); return full }
	s := &o.Spec
	base := baseFilter{spaces: spaces, known: known, cluster: s.IncludeClusterResources}
	names := func(includes, excludes []string) filters.Pair {
		return filters.NewPair(filters.Resolve(includes, resolve), filters.Resolve(excludes, resolve))
	}
	switch {
	case !o.Profile.Does(actions.FiltersBackupsByScope):
		base.names = names(s.IncludedResources, s.ExcludedResources)
		return &filter16{base}
	case o.usesOlder():
		includes, excludes := addExcludes(s.IncludedResources, s.ExcludedResources, layout.CSISnapshots, layout.CSISnapshotContents)
		if len(includes) < len(s.IncludedResources) && len(includes) == 0 {
			summary.Find(report.Warning, "include-resources-lost", o.field("includedResources")+": Velero never collects volumesnapshots and volumesnapshotcontents, "+
				"takes them out of the list and then, as the list is empty, includes every resource")
		}
		base.names = names(includes, excludes)
		return filter18{&olderFilter{base}}
	}
	scoped := newScopedFilter(o, spaces, known, summary)
	if policies != nil && policies.Filter != nil {
		scoped.combine(policies.Filter, summary)
	}
	return filter18{scoped}
}

// addExcludes excludes what Velero never collects; what is excluded leaves the includes.
// Source: v1.18.2 pkg/controller/backup_controller.go:72-84, :1027-1047.
func addExcludes(includes, excludes []string, never ...string) (in, out []string) {
	out = slices.Clone(excludes)
	for _, name := range never {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	in = slices.DeleteFunc(slices.Clone(includes), func(name string) bool { return slices.Contains(out, name) })
	return in, out
}

// filter18 is a filter of Velero 1.18, which leaves more to the actions than 1.6.
type filter18 struct{ lists }

type lists interface {
	collects(resource string) bool
	excludes(resource string) bool
}

func (f filter18) refuses(resource, namespace string) string {
	switch {
	case namespace == "" && resource != layout.Namespaces && f.excludes(resource):
		return "the filters exclude the cluster-scoped resource " + resource
	case namespace != "" && !f.collects(resource):
		return "the filters leave the resource " + resource + " out"
	}
	return ""
}

func (f filter18) definitions() bool { return !f.excludes(layout.CRDs) && !f.collects(layout.CRDs) }

// baseFilter is a list of included and one of excluded resources, and whether cluster-scoped ones are wanted.
type baseFilter struct {
	names   filters.Pair
	cluster *bool
	spaces  *namespaces
	known   *discovery.Resolver
}

func (f *baseFilter) namespaced(resource string) bool {
	res, _ := f.known.Lookup(resource)
	return res.Namespaced
}

func isFalse(b *bool) bool { return b != nil && !*b }

// olderFilter are includedResources, excludedResources and includeClusterResources in Velero 1.18.
// Source: v1.18.2 pkg/util/collections/includes_excludes.go:296-385.
type olderFilter struct{ baseFilter }

// collects is stricter than 1.6: without cluster-scoped resources there are no Namespaces either.
func (f *olderFilter) collects(resource string) bool {
	if !f.namespaced(resource) {
		if isFalse(f.cluster) || f.cluster == nil && resource != layout.Namespaces && !f.spaces.everything() {
			return false
		}
	}
	return f.names.Has(resource)
}

func (f *olderFilter) excludes(resource string) bool {
	if f.names.Excluded.Match(resource) {
		return true
	}
	return !f.namespaced(resource) && (isFalse(f.cluster) || f.cluster == nil && !f.names.Has(resource))
}

// filter16 are the filters of Velero 1.6.
// Source: v1.6.3 pkg/backup/item_collector.go:176-205, pkg/backup/item_backupper.go:78-107, pkg/backup/backup.go:408-412.
type filter16 struct{ baseFilter }

func (f *filter16) collects(resource string) bool {
	if resource != layout.Namespaces && !f.namespaced(resource) && (isFalse(f.cluster) || f.cluster == nil && !f.spaces.everything()) {
		return false
	}
	return f.names.Has(resource)
}

func (f *filter16) refuses(resource, namespace string) string {
	switch {
	case namespace == "" && resource != layout.Namespaces && isFalse(f.cluster):
		return "cluster-scoped resources are left out"
	case !f.names.Has(resource):
		return fmt.Sprintf("the filters leave the resource %s out", resource)
	}
	return ""
}

func (f *filter16) definitions() bool { return f.cluster == nil }

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
