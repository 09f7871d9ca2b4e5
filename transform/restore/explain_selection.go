package restore

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/policies"
)

// The parts of a story that come before the stages.
const (
	bySelection    = "selection"
	byRestoreOrder = "restore-order"
)

// says tells in words why a filter takes a name or leaves it out.
func says(f filters.Pair, field, name string) string {
	switch {
	case f.Excluded.Match(name):
		return fmt.Sprintf("excluded%s (%s) leaves %s out", field, strings.Join(matching(f.Excluded, name), ", "), name)
	case f.Included.Len() == 0 || f.Included.Has("*"):
		return "all " + strings.ToLower(field) + " are restored"
	case f.Included.Match(name):
		return fmt.Sprintf("included%s (%s) takes %s", field, strings.Join(f.Included.Names(), ", "), name)
	}
	return fmt.Sprintf("included%s (%s) does not name %s", field, strings.Join(f.Included.Names(), ", "), name)
}

// matching are the patterns of the set that match the name.
func matching(s *filters.Set, name string) []string {
	return slices.DeleteFunc(slices.Clone(s.Names()), func(pattern string) bool { return !filters.NewSet([]string{pattern}).Match(name) })
}

// whySelected says which filters take an item of the walk.
func (s *selection) whySelected(key layout.ItemKey, o *object.Value) string {
	if slices.Contains(s.mustHave, key.Resource) {
		return "Velero restores " + key.Resource + " whatever the filters"
	}
	parts := []string{says(s.resources, "Resources", key.Resource)}
	if f, ruled := s.policy(key.Resource, key.Namespace); ruled {
		return strings.Join(append(parts, policyTakes(f)), "; ")
	}
	switch {
	case slices.Contains(s.everywhere, key.Resource):
		parts = append(parts, "Velero restores "+key.Resource+" of all namespaces")
	case key.Namespace != "":
		parts = append(parts, says(s.namespaces, "Namespaces", key.Namespace))
	case s.clusterScoped != nil:
		parts = append(parts, "includeClusterResources selects cluster-scoped items")
	}
	for _, selector := range s.selectors {
		if selector.Matches(labels.Set(o.Labels())) {
			parts = append(parts, "the label selector "+selector.String()+" matches")
		}
	}
	return strings.Join(parts, "; ")
}

// whyLeftOut says which filter leaves an item out that no step has reached.
func (w *walk) whyLeftOut(key layout.ItemKey) string {
	s := w.from.selection
	switch {
	case slices.Contains(neverRestored(w.o.Profile), key.Resource):
		return "Velero never restores " + key.Resource
	case !s.resource(key.Resource):
		return says(s.resources, "Resources", key.Resource)
	case key.Resource == layout.Namespaces:
		return "Velero creates a Namespace only for items that it restores into it, and none are restored into this one"
	case key.Namespace != "" && !s.namespaces.Has(key.Namespace):
		return says(s.namespaces, "Namespaces", key.Namespace)
	case key.Namespace == "" && s.clusterScoped != nil && !*s.clusterScoped:
		return "includeClusterResources is false: no cluster-scoped items are restored"
	case key.Namespace == "" && s.clusterScoped == nil && !s.namespaces.Everything():
		return "only some namespaces are restored: cluster-scoped items are restored only if an action asks for them or includeClusterResources is true"
	}
	if f, ruled := s.policy(key.Resource, key.Namespace); ruled {
		return w.whyNotByPolicy(key, f)
	}
	return w.whyNotLabelled(key)
}

// policyTakes says what a filter of the policies takes an item by.
func policyTakes(f *policies.Filter) string {
	text := "the resource policies take it: " + f.Where
	if by := f.By(); by != "" {
		text += " (" + by + ")"
	}
	return text
}

// whyNotByPolicy says which filter of the policies leaves an item out.
func (w *walk) whyNotByPolicy(key layout.ItemKey, f *policies.Filter) string {
	if f == nil {
		return fmt.Sprintf("the resource policy of namespace %s lists no filter for %s, and what none lists is left out; no action asks for it", key.Namespace, key.Resource)
	}
	o := w.from.get(key.Address)
	switch {
	case o == nil || f.Takes(o.Name(), o.Labels()):
		return "no step of this restore reaches it"
	case !f.TakesName(o.Name()):
		return fmt.Sprintf("%s of the resource policies does not take its name, and no action asks for it", f.Where)
	}
	return fmt.Sprintf("%s of the resource policies does not take its labels (%s), and no action asks for it",
		f.Where, cmp.Or(labels.Set(o.Labels()).String(), "it has none"))
}

func (w *walk) whyNotLabelled(key layout.ItemKey) string {
	o := w.from.get(key.Address)
	if o == nil || w.from.selection.labels(key.Resource, o) {
		return "no step of this restore reaches it"
	}
	var texts []string
	for _, selector := range w.from.selection.selectors {
		texts = append(texts, selector.String())
	}
	return fmt.Sprintf("the label selector %s does not match its labels (%s), and no action asks for it",
		strings.Join(texts, " or "), cmp.Or(labels.Set(o.Labels()).String(), "it has none"))
}

// whyNow says where a resource stands in the order of the restore.
func (w *walk) whyNow(resource string) string {
	order := w.from.order
	at := slices.Index(order, resource)
	if at < 0 {
		return "it is restored when an action asks for it"
	}
	first, last := priorities(w.o.Profile)
	why := "alphabetically, without a priority"
	switch {
	case slices.Contains(filters.Resolve(first, w.target.resolve), resource):
		why = "by Velero's high priorities"
	case slices.Contains(filters.Resolve(last, w.target.resolve), resource):
		why = "by Velero's low priorities"
	}
	text := fmt.Sprintf("%s are number %d of %d resources in the order of the restore, %s", resource, at+1, len(order), why)
	if at > 0 {
		text += "; " + order[at-1] + " come before"
	}
	return text
}
