package backup

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/velero"
)

// Options say what to back up.
type Options struct {
	Profile    actions.Profile
	Name       string // of the backup
	Namespace  string // Velero's, where the resource policies are; "velero" where empty
	Spec       velero.BackupSpec
	Actions    []actions.Action // backup item actions
	ItemBlocks []actions.Action // item block actions
	Features   []string
	TempDir    string
	// Progress, where given, is told now and then how far the pass over the source has come.
	Progress func(entries, bytes int64)
	// Room, where given, is told now and then how many entries more of the source are kept track of.
	Room func(entries int64)
}

func (o *Options) veleroNamespace() string { return cmp.Or(o.Namespace, "velero") }

// has says whether a feature of Velero is on.
func (o *Options) has(feature string) bool { return slices.Contains(o.Features, feature) }

// usesScoped says whether one of the scoped filters of 1.18 is given.
func (o *Options) usesScoped() bool {
	s := &o.Spec
	return len(s.IncludedClusterScopedResources)+len(s.ExcludedClusterScopedResources)+
		len(s.IncludedNamespaceScopedResources)+len(s.ExcludedNamespaceScopedResources) > 0
}

// usesOlder says whether one of the filters is given that every version has. Without any filter Velero 1.18 goes by the
// scoped ones. Source: v1.18.2 pkg/util/collections/includes_excludes.go:769-776.
func (o *Options) usesOlder() bool {
	s := &o.Spec
	return s.IncludeClusterResources != nil || len(s.IncludedResources) > 0 || len(s.ExcludedResources) > 0
}

// Validate checks what Velero checks before it looks at the cluster, and returns all problems in one error.
// Source: v1.18.2 pkg/controller/backup_controller.go:513-606, pkg/util/collections/includes_excludes.go:560-640.
func (o *Options) Validate() error {
	s := &o.Spec
	var errs []error
	if o.usesOlder() && o.usesScoped() {
		errs = append(errs, errors.New("the older filters (include-resources, exclude-resources, include-cluster-resources) cannot stand beside "+
			"the scoped ones (include-cluster-scoped-resources and so on): use one kind"))
	}
	if s.LabelSelector != nil && s.OrLabelSelectors != nil {
		errs = append(errs, errors.New("selector and or-selector: only one of them can be given"))
	}
	errs = append(errs, checkNames("resources", s.IncludedResources, s.ExcludedResources)...)
	errs = append(errs, checkScoped("cluster-scoped-resources", s.IncludedClusterScopedResources, s.ExcludedClusterScopedResources)...)
	errs = append(errs, checkScoped("namespace-scoped-resources", s.IncludedNamespaceScopedResources, s.ExcludedNamespaceScopedResources)...)
	errs = append(errs, checkNames("namespaces", s.IncludedNamespaces, s.ExcludedNamespaces)...)
	if o.Profile == actions.V1_6 {
		errs = append(errs, o.checkOld()...)
	}
	return errors.Join(errs...)
}

// checkOld names what Velero 1.6 does not know.
func (o *Options) checkOld() []error {
	var errs []error
	if o.usesScoped() {
		errs = append(errs, errors.New("Velero 1.6 has no scoped filters: take them out, or choose --velero-version 1.18"))
	}
	if o.Spec.OrLabelSelectors != nil {
		errs = append(errs, errors.New("Velero 1.6 has no or-selector: take it out, or choose --velero-version 1.18"))
	}
	if o.Spec.ResourcePolicy != nil {
		errs = append(errs, errors.New("Velero 1.6 has no resource policies: take them out, or choose --velero-version 1.18"))
	}
	return errs
}

func checkNames(what string, includes, excludes []string) []error {
	var errs []error
	if len(includes) > 1 && slices.Contains(includes, "*") {
		errs = append(errs, fmt.Errorf("include-%s: * stands alone or not at all", what))
	}
	if slices.Contains(excludes, "*") {
		errs = append(errs, fmt.Errorf("exclude-%s: * is not allowed", what))
	}
	return append(errs, checkBoth(what, includes, excludes)...)
}

func checkScoped(what string, includes, excludes []string) []error {
	var errs []error
	if len(includes) > 1 && slices.Contains(includes, "*") {
		errs = append(errs, fmt.Errorf("include-%s: * stands alone or not at all", what))
	}
	if len(excludes) > 1 && slices.Contains(excludes, "*") {
		errs = append(errs, fmt.Errorf("exclude-%s: * stands alone or not at all", what))
	}
	if len(includes) > 0 && slices.Contains(excludes, "*") {
		errs = append(errs, fmt.Errorf("exclude-%s: * leaves nothing that include-%s could take", what, what))
	}
	return append(errs, checkBoth(what, includes, excludes)...)
}

func checkBoth(what string, includes, excludes []string) []error {
	var errs []error
	for _, e := range excludes {
		if slices.Contains(includes, e) {
			errs = append(errs, fmt.Errorf("exclude-%s: %s is included as well", what, e))
		}
	}
	return errs
}
