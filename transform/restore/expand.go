package restore

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gobwas/glob"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/report"
)

// expandsNamespaces says whether Velero puts names into the place of the patterns of namespaces: where some are included, not all,
// and one is a pattern. Source: d2241adba pkg/util/wildcard/expand.go:10-46.
func (o *Options) expandsNamespaces() bool {
	spec := &o.Restore.Spec
	return o.Profile.Does(actions.ExpandsNamespacePatternsOfRestores) && len(spec.IncludedNamespaces) > 0 && !slices.Contains(spec.IncludedNamespaces, "*") &&
		slices.ContainsFunc(slices.Concat(spec.IncludedNamespaces, spec.ExcludedNamespaces), expandable)
}

// expandable says whether Velero takes a name for a pattern to expand.
func expandable(name string) bool { return strings.ContainsAny(name, "*?[") }

// checkExpansion refuses what Velero cannot expand, which ends the restore. Source: d2241adba pkg/util/wildcard/expand.go:49-163.
func (o *Options) checkExpansion() (errs []error) {
	if !o.expandsNamespaces() {
		return nil
	}
	for _, list := range []struct {
		name  string
		names []string
	}{{"includedNamespaces", o.Restore.Spec.IncludedNamespaces}, {"excludedNamespaces", o.Restore.Spec.ExcludedNamespaces}} {
		for _, name := range list.names {
			err := filters.CheckPattern(name)
			if err == nil && expandable(name) {
				err = filters.CheckGlob(name)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w; Velero cannot expand it, and restores nothing", list.name, err))
			}
		}
	}
	return errs
}

// spaces are the namespaces that the restore takes, of those that hold items.
func (o *Options) spaces(active []string) filters.Pair {
	includes, excludes := o.Restore.Spec.IncludedNamespaces, o.Restore.Spec.ExcludedNamespaces
	if o.expandsNamespaces() {
		includes, excludes = expand(includes, active), expand(excludes, active)
	}
	return filters.NewPair(includes, excludes)
}

// expand puts the names that match into the place of each pattern; checkExpansion has seen the patterns.
func expand(names, active []string) (all []string) {
	for _, name := range names {
		if !expandable(name) {
			all = append(all, name)
			continue
		}
		if pattern, err := glob.Compile(name); err == nil {
			all = append(all, slices.DeleteFunc(slices.Clone(active), func(n string) bool { return !pattern.Match(n) })...)
		}
	}
	return all
}

// tellExpansion tells that patterns which match nothing select all.
func tellExpansion(s *report.Summary, o *Options, active []string) {
	if !o.expandsNamespaces() || len(expand(o.Restore.Spec.IncludedNamespaces, active)) > 0 {
		return
	}
	patterns := strings.Join(o.Restore.Spec.IncludedNamespaces, ", ")
	s.FindOn(report.Error, "pattern-selects-all", patterns, fmt.Sprintf(
		"includedNamespaces %s match no namespace that holds items, and Velero %s then restores all of the backup", patterns, o.Profile))
}
