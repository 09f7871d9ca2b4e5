package backup

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/strict"
	"github.com/veltx/veltx/transform/report"
)

// policies are the resource policies of a backup, as far as they say what is in it.
// Source: v1.18.2 internal/resourcepolicies/resource_policies.go:48-104.
type policies struct {
	Version        string         `yaml:"version"`
	VolumePolicies []volumePolicy `yaml:"volumePolicies"`
	Filter         *policyFilter  `yaml:"includeExcludePolicy"`
}

// volumePolicy says how the data of volumes are saved, which is not simulated.
type volumePolicy struct {
	Conditions map[string]any `yaml:"conditions"`
	Action     struct {
		Type       string         `yaml:"type"`
		Parameters map[string]any `yaml:"parameters"`
	} `yaml:"action"`
}

// policyFilter adds to the scoped filters.
type policyFilter struct {
	IncludedCluster    []string `yaml:"includedClusterScopedResources"`
	ExcludedCluster    []string `yaml:"excludedClusterScopedResources"`
	IncludedNamespaced []string `yaml:"includedNamespaceScopedResources"`
	ExcludedNamespaced []string `yaml:"excludedNamespaceScopedResources"`
}

// policyRef is where the resource policies are; ok is false for a backup without any.
func (o *Options) policyRef() (ref actions.ItemRef, ok bool) {
	p := o.Spec.ResourcePolicy
	if p == nil || !strings.EqualFold(p.Kind, "configmap") {
		return ref, false
	}
	return actions.ItemRef{Resource: layout.ConfigMaps, Namespace: o.veleroNamespace(), Name: p.Name}, true
}

// isPolicy says whether an item is the ConfigMap with the resource policies.
func (o *Options) isPolicy(k layout.ItemKey) bool {
	ref, ok := o.policyRef()
	return ok && k == ref.Key()
}

// readPolicies reads the resource policies; nil where the backup has none.
// Source: v1.18.2 internal/resourcepolicies/resource_policies.go:208-310, pkg/controller/backup_controller.go:597-606.
func (r *run) readPolicies() (*policies, error) {
	ref, ok := r.o.policyRef()
	if !ok {
		return nil, nil
	}
	at := fmt.Sprintf("%s: ConfigMap %s/%s", r.o.field("resourcePolicy"), ref.Namespace, ref.Name)
	cm, ok := r.view.Get(ref.Resource, ref.Namespace, ref.Name)
	if !ok {
		return nil, fmt.Errorf("%s: the source does not have it", at)
	}
	p, err := parsePolicies(cm.Get("data").StringMap())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	if p.Filter != nil && r.o.usesOlder() {
		return nil, fmt.Errorf("%s: its includeExcludePolicy cannot stand beside the older filters (%s): use the scoped ones", at, r.o.olderFilters())
	}
	if n := len(p.VolumePolicies); n > 0 {
		r.summary.FindOn(report.Notice, "volume-policies-not-applied", ref.String(), fmt.Sprintf("%s has %d volume policies: how the data of volumes are saved is not simulated", at, n))
	}
	return p, nil
}

func parsePolicies(data map[string]string) (*policies, error) {
	if len(data) != 1 {
		return nil, fmt.Errorf("data: has %d keys, not one", len(data))
	}
	p := &policies{}
	for _, text := range data {
		decoder := yaml.NewDecoder(strings.NewReader(text))
		decoder.KnownFields(true)
		if err := decoder.Decode(p); err != nil {
			return nil, strict.Explain(err, []byte(text), p)
		}
	}
	return p, p.validate()
}

func (p *policies) validate() error {
	if p.Version != "v1" {
		return fmt.Errorf("version: is %q, not v1", p.Version)
	}
	for i, v := range p.VolumePolicies {
		if !slices.Contains([]string{"skip", "snapshot", "fs-backup", "custom"}, v.Action.Type) {
			return fmt.Errorf("volumePolicies[%d].action.type: is %q, not skip, snapshot, fs-backup or custom", i, v.Action.Type)
		}
	}
	if p.Filter == nil {
		return nil
	}
	return errors.Join(checkPolicy("ClusterScopedResources", p.Filter.IncludedCluster, p.Filter.ExcludedCluster),
		checkPolicy("NamespaceScopedResources", p.Filter.IncludedNamespaced, p.Filter.ExcludedNamespaced))
}

func checkPolicy(what string, includes, excludes []string) error {
	if slices.Contains(includes, "*") || slices.Contains(excludes, "*") {
		return fmt.Errorf("includeExcludePolicy: * is not allowed in included%s and excluded%s", what, what)
	}
	for _, name := range excludes {
		if slices.Contains(includes, name) {
			return fmt.Errorf("includeExcludePolicy.excluded%s: %s is included as well", what, name)
		}
	}
	return nil
}

// combine adds the names of the policies that the backup's own filters say nothing of, excludes first.
// Source: v1.18.2 pkg/util/collections/includes_excludes.go:469-524.
func (f *scopedFilter) combine(p *policyFilter, summary *report.Summary) {
	names := func(field string, list []string, namespaced bool) []string {
		return f.ofScope("includeExcludePolicy."+field, list, namespaced, summary)
	}
	f.namespaced.Excluded = with(f.namespaced, f.namespaced.Excluded, names("excludedNamespaceScopedResources", p.ExcludedNamespaced, true))
	f.namespaced.Included = with(f.namespaced, f.namespaced.Included, names("includedNamespaceScopedResources", p.IncludedNamespaced, true))
	f.cluster.Excluded = with(f.cluster, f.cluster.Excluded, names("excludedClusterScopedResources", p.ExcludedCluster, false))
	f.cluster.Included = with(f.cluster, f.cluster.Included, names("includedClusterScopedResources", p.IncludedCluster, false))
}

// with is the set with those names that neither of the two matches.
func with(p filters.Pair, set *filters.Set, names []string) *filters.Set {
	all := slices.Clone(set.Names())
	for _, name := range names {
		if !p.Included.Match(name) && !p.Excluded.Match(name) {
			all = append(all, name)
		}
	}
	return filters.NewSet(all)
}
