package restore

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/policies"
	"github.com/veltx/veltx/transform/report"
)

// selection says which items of the backup a restore takes.
type selection struct {
	resources     filters.Pair
	namespaces    filters.Pair
	clusterScoped *bool // includeClusterResources
	mustHave      []string
	unlabelled    bool               // mustHave pass the selectors, too
	never         []string           // what Velero never restores
	selectors     []labels.Selector  // one of them must match; none: all items
	seen          *labelsSeen        // where there are selectors
	policies      *policies.Resolved // in the place of the selectors, where they rule; nil for none
	fared         map[*policies.Filter]*fared
}

// mustHave are the resources that pass every filter. Source: v1.18.2 pkg/restore/restore.go:86-89; 1.6 has none.
func mustHave(p actions.Profile) []string {
	if !p.Does(actions.ExcusesMustHaveResources) {
		return nil
	}
	if !p.Does(actions.ExcusesSnapshotContents) {
		return []string{"datauploads.velero.io"}
	}
	return []string{"datauploads.velero.io", "volumesnapshotcontents.snapshot.storage.k8s.io"}
}

func newSelection(o *Options, resolve func(string) string, active []string) (*selection, error) {
	spec := &o.Restore.Spec
	s := &selection{
		resources: filters.NewPair(filters.Resolve(spec.IncludedResources, resolve),
			filters.Resolve(slices.Concat(spec.ExcludedResources, neverRestored(o.Profile)), resolve)),
		namespaces:    o.spaces(active),
		clusterScoped: spec.IncludeClusterResources,
		mustHave:      mustHave(o.Profile),
		unlabelled:    o.Profile.Does(actions.ExcusesUnlabelledUploads),
		never:         neverRestored(o.Profile),
	}
	var err error
	s.selectors, err = filters.Selectors(spec.LabelSelector, spec.OrLabelSelectors)
	s.seen = newLabelsSeen(s.selectors)
	return s, err
}

// reachable says whether any restore with these filters, additional items included, could take the item: the filters
// that restoreItem checks again. What is not reachable need not be kept.
func (s *selection) reachable(key layout.ItemKey) bool {
	switch {
	case key.Resource == layout.Namespaces, key.Resource == layout.CRDs:
		return true
	case !s.resource(key.Resource):
		return false
	case key.Namespace == "":
		return s.clusterScoped == nil || *s.clusterScoped
	}
	return s.namespaces.Has(key.Namespace) || slices.Contains(s.mustHave, key.Resource)
}

// resource says whether a resource is walked at all.
func (s *selection) resource(name string) bool {
	return s.resources.Has(name) || slices.Contains(s.mustHave, name)
}

// leavesOut is the count of the filter that keeps the items of a resource in a namespace ("" for cluster scope) from being
// walked, nil where they are. Source: v1.18.2 pkg/restore/restore.go:2261-2281.
func (s *selection) leavesOut(resource, namespace string, left *report.LeftOut) *int {
	must := slices.Contains(s.mustHave, resource)
	switch {
	case !s.resource(resource):
		return &left.Resource
	case namespace != "" && !must && !s.namespaces.Has(namespace):
		return &left.Namespace
	case namespace == "" && !s.walksClusterScope():
		return &left.ClusterScoped
	}
	if f, ruled := s.policy(resource, namespace); ruled && f == nil {
		return &left.Policy
	}
	return nil
}

// walksClusterScope says whether items without a namespace are walked.
func (s *selection) walksClusterScope() bool {
	if s.clusterScoped != nil {
		return *s.clusterScoped
	}
	return s.namespaces.Everything()
}

// policy is the filter of the policies that decides on the items of a resource in a namespace; see policies.Resolved.
func (s *selection) policy(resource, namespace string) (f *policies.Filter, ruled bool) {
	if s.policies == nil || slices.Contains(s.mustHave, resource) {
		return nil, false
	}
	return s.policies.Of(resource, namespace)
}

// chooses says whether the policies, or else the label selectors, take the item. Source: v1.18.3 pkg/restore/restore.go:2756-2810.
func (s *selection) chooses(key layout.ItemKey, item *object.Value) bool {
	if f, ruled := s.policy(key.Resource, key.Namespace); ruled {
		return f != nil && s.of(f).note(f, item)
	}
	return s.labels(key.Resource, item)
}

// of is how a filter has fared so far.
func (s *selection) of(f *policies.Filter) *fared {
	if s.fared == nil {
		s.fared = map[*policies.Filter]*fared{}
	}
	if s.fared[f] == nil {
		s.fared[f] = &fared{seen: newLabelsSeen(f.Selectors)}
	}
	return s.fared[f]
}

// labels says whether the label selectors take the item.
func (s *selection) labels(resource string, item *object.Value) bool {
	if len(s.selectors) == 0 || s.unlabelled && slices.Contains(s.mustHave, resource) {
		return true
	}
	return s.seen.takes(s.selectors, item.Labels())
}
