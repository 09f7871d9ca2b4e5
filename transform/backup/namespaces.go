package backup

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gobwas/glob"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/transform/internal/filters"
)

const excludeLabel = "velero.io/exclude-from-backup"

// namespaces is the filter of namespaces.
// Source: v1.18.2 pkg/util/collections/includes_excludes.go:60-190, v1.6.3 pkg/util/collections/includes_excludes.go:52-130.
type namespaces struct {
	profile  actions.Profile
	active   []string // all that the cluster has, sorted
	names    filters.Pair
	expanded bool // wildcards have become names
}

// newNamespaces makes the filter. labelled are the namespaces whose label excludes them; 1.18 takes them as excluded.
// Source: v1.18.2 pkg/controller/backup_controller.go:497-506, :573-586.
func newNamespaces(o *Options, active, labelled []string) (*namespaces, error) {
	n := &namespaces{profile: o.Profile, active: active}
	includes, excludes := o.Spec.IncludedNamespaces, o.Spec.ExcludedNamespaces
	if !o.Profile.Does(actions.ExcludesLabelledNamespaces) {
		n.names = filters.NewPair(includes, excludes)
		return n, nil
	}
	for _, name := range labelled {
		if slices.Contains(includes, name) {
			return nil, fmt.Errorf("%s: namespace %s has the label %s=true, and Velero refuses a backup that includes it by name: "+
				"take the label off, or the name out", o.field("includedNamespaces"), name, excludeLabel)
		}
	}
	excludes = slices.Concat(excludes, labelled)
	if len(includes) == 0 {
		includes = []string{"*"}
	}
	if err := checkPatterns(slices.Concat(includes, excludes)); err != nil {
		return nil, err
	}
	if n.expanded = wantsExpansion(includes, excludes); n.expanded {
		includes, excludes = expand(includes, active), expand(excludes, active)
	}
	n.names = filters.NewPair(includes, excludes)
	return n, nil
}

// wantsExpansion says whether patterns become names: there is one, and not everything is included.
// Source: v1.18.2 pkg/util/wildcard/wildcard.go:11-50.
func wantsExpansion(includes, excludes []string) bool {
	return !slices.Contains(includes, "*") && slices.ContainsFunc(slices.Concat(includes, excludes), isPattern)
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*?[") }

// expand puts the namespaces that match in the place of each pattern.
func expand(names, active []string) []string {
	var expanded []string
	for _, name := range names {
		if !isPattern(name) {
			expanded = append(expanded, name)
			continue
		}
		g := glob.MustCompile(name) // checkPatterns has tried it
		for _, ns := range active {
			if g.Match(ns) {
				expanded = append(expanded, ns)
			}
		}
	}
	return expanded
}

// checkPatterns refuses what Velero does not take for a name or a pattern.
// Source: v1.18.2 pkg/util/wildcard/wildcard.go:66-130.
func checkPatterns(names []string) error {
	for _, name := range names {
		if strings.ContainsAny(name, "|()!{},") || strings.Contains(name, "**") {
			return fmt.Errorf("namespace pattern %q: Velero knows only *, ? and [...] in patterns", name)
		}
		if _, err := glob.Compile(name); err != nil || strings.Contains(name, "[]") {
			return fmt.Errorf("namespace pattern %q: its brackets do not fit", name)
		}
	}
	return nil
}

// has says whether items of a namespace may be in the backup. Patterns that match no namespace include nothing.
func (n *namespaces) has(name string) bool {
	return (!n.expanded || n.names.Included.Len() > 0) && n.names.Has(name)
}

// everything says whether no namespace is left out. 1.18 also takes a list of all namespaces for that; and patterns that
// match nothing, as they leave an empty list.
func (n *namespaces) everything() bool {
	return n.names.Everything() ||
		n.names.Excluded.Len() == 0 && n.profile.Does(actions.ExpandsNamespacePatternsOfBackups) && slices.Equal(n.names.Included.Names(), n.active)
}

// lists says whether Velero lists the items of a namespace: of all namespaces in one go, or of those included by name.
// Source: v1.18.2 pkg/backup/item_collector.go:640-662.
func (n *namespaces) lists(name string) bool {
	return n.has("*") || n.names.Included.Has(name) && n.has(name)
}

// missing are the included namespaces that the cluster does not have.
func (n *namespaces) missing() []string {
	return slices.DeleteFunc(slices.Clone(n.names.Included.Names()), func(name string) bool {
		return name == "*" || slices.Contains(n.active, name)
	})
}
