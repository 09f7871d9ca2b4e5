package backup

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// conclude counts what is left out and tells of what surprises.
func (r *run) conclude() {
	r.countLeftOut()
	if names := r.spaces.missing(); len(names) > 0 && !r.onlyPatterns(names) && r.filter.collects(layout.Namespaces) {
		all := strings.Join(names, ", ")
		r.summary.FindOn(report.Error, "namespace-missing", all, r.o.field("includedNamespaces")+": there is no namespace "+all+"; Velero's backup ends as PartiallyFailed")
	}
	if r.spaces.expanded && r.spaces.names.Included.Len() == 0 {
		r.summary.FindOn(report.Warning, "no-namespace-matches", strings.Join(r.o.Spec.IncludedNamespaces, ", "), r.o.field("includedNamespaces")+": no namespace matches the patterns, so the backup has no namespaced items")
	}
	if r.o.Profile == actions.V1_6 {
		return
	}
	if n := r.summary.LeftOut.ClusterScoped; n > 0 && r.isUnfiltered() {
		r.summary.Find(report.Warning, "cluster-scoped-left-out", fmt.Sprintf(
			"Velero 1.18 leaves %d cluster-scoped items out of a backup without filters; --include-cluster-resources takes them all, "+
				"--include-cluster-scoped-resources those of some resources", n))
	}
	if r.o.usesOlder() && isFalse(r.o.Spec.IncludeClusterResources) {
		r.summary.Find(report.Warning, "namespaces-left-out",
			"without cluster-scoped resources Velero 1.18 leaves out the Namespaces too, so that their labels and annotations are lost")
	}
}

// isUnfiltered says that the user asked for everything, as far as filters go.
func (r *run) isUnfiltered() bool {
	return !r.o.usesOlder() && !r.o.usesScoped() && !r.spaces.expanded && r.spaces.everything() && len(r.selectors) == 0
}

// onlyPatterns says whether all of the names are patterns, which 1.6 takes for names.
func (r *run) onlyPatterns(names []string) bool {
	for _, name := range names {
		if !isPattern(name) {
			return false
		}
	}
	return r.o.Profile != actions.V1_6
}
