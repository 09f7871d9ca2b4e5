package backup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// leave tells that an item stays out.
func (r *run) leave(it *item, reason string) error {
	it.report.Outcome, it.report.Reason = report.Skip, reason
	return r.tell(it)
}

// fail tells that an error keeps an item out.
func (r *run) fail(it *item, id string, failure error) error {
	it.report.Fail(id, "", failure)
	return r.tell(it)
}

// tell hands the item to the sink, once unless it comes in after all: an action may insist on what was left out.
func (r *run) tell(it *item) error {
	if *it.state&told != 0 && it.report.Outcome != report.Include {
		return nil
	}
	*it.state |= told
	r.summary.Count(&it.report)
	it.report.Order = r.summary.Items
	if err := r.secret(it).Item(&it.report); err != nil {
		return fmt.Errorf("%s: %w", it.key, err)
	}
	it.report.Shorten()
	return r.sink.Item(&it.report)
}

// reason says in words what brings an item in.
func (r *run) reason(it *item) string {
	switch it.cause.why {
	case report.WhyAdditional:
		return fmt.Sprintf("%s of %s asks for it", it.cause.action, it.cause.by)
	case report.WhyBlock:
		return fmt.Sprintf("%s puts it into one block with %s", it.cause.action, it.cause.by)
	case report.WhyDefinition:
		return "it defines " + it.key.Name + ", of which there are items in the backup"
	}
	return r.selectedBy(it)
}

func (r *run) selectedBy(it *item) string {
	switch {
	case it.key.Resource == layout.Namespaces && !r.takesNamespace(it.object):
		return "it has items in the backup"
	case len(r.selectors) > 0 && r.selects(it.object):
		return "labels match " + r.selectorText()
	case it.key.Resource == layout.Namespaces && !r.spaces.everything():
		return "namespace " + it.key.Name + " is included"
	case it.key.Namespace != "" && !r.spaces.everything():
		return "namespace " + it.key.Namespace + " is included"
	case it.key.Namespace == "" && it.key.Resource != layout.Namespaces:
		return "cluster-scoped " + it.key.Resource + " are included"
	}
	return "all namespaces are included"
}

func (r *run) selectorText() string {
	texts := make([]string, len(r.selectors))
	for i, s := range r.selectors {
		texts[i] = s.String()
	}
	return strings.Join(texts, " or ")
}

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
	if !r.o.Profile.Does(actions.FiltersBackupsByScope) {
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
	return r.o.Profile.Does(actions.ExpandsNamespacePatternsOfBackups) && !slices.ContainsFunc(names, func(name string) bool { return !isPattern(name) })
}
