package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/plugins/clusterapi"
	"github.com/veltx/veltx/transform/report"
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
	UID        string // of the Backup, where there is one

	// Plugins are those that run: Actions and ItemBlocks have theirs. PluginCluster, where given, is the cluster that they ask; it is
	// filled with what the source has.
	Plugins       []report.Plugin
	PluginCluster *clusterapi.Cluster
	// RedactionKey is the key for redacted values of Secrets; nil for one that is made of the items.
	RedactionKey func(context.Context) ([]byte, error)

	// FieldName, where given, says what the user calls the profile or a field of Spec, for errors and findings.
	FieldName func(field string) string
	// OnIndexed, if set, is called every 1,024 entries with how many were added to the index; cmd raises the memory limit
	// by it.
	OnIndexed func(entries int64)
}

func (o *Options) veleroNamespace() string { return cmp.Or(o.Namespace, "velero") }

// field is what the user calls a field.
func (o *Options) field(name string) string {
	if o.FieldName == nil {
		return name
	}
	return o.FieldName(name)
}

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
		errs = append(errs, fmt.Errorf("the older filters (%s) cannot stand beside the scoped ones (%s and so on): use one kind",
			o.olderFilters(), o.field("includedClusterScopedResources")))
	}
	if s.LabelSelector != nil && s.OrLabelSelectors != nil {
		errs = append(errs, fmt.Errorf("%s and %s: only one of them can be given", o.field("labelSelector"), o.field("orLabelSelectors")))
	}
	errs = append(errs, o.check(filters.Check, "Resources", s.IncludedResources, s.ExcludedResources)...)
	errs = append(errs, o.check(checkScoped, "ClusterScopedResources", s.IncludedClusterScopedResources, s.ExcludedClusterScopedResources)...)
	errs = append(errs, o.check(checkScoped, "NamespaceScopedResources", s.IncludedNamespaceScopedResources, s.ExcludedNamespaceScopedResources)...)
	errs = append(errs, o.check(filters.Check, "Namespaces", s.IncludedNamespaces, s.ExcludedNamespaces)...)
	if !o.Profile.Does(actions.FiltersBackupsByScope) {
		errs = append(errs, o.checkOld()...)
	}
	return errors.Join(errs...)
}

// check checks the fields included… and excluded… of the spec.
func (o *Options) check(check func(included, excluded string, includes, excludes []string) []error, what string, includes, excludes []string) []error {
	return check(o.field("included"+what), o.field("excluded"+what), includes, excludes)
}

// olderFilters names the fields that are not scoped.
func (o *Options) olderFilters() string {
	return strings.Join([]string{o.field("includedResources"), o.field("excludedResources"), o.field("includeClusterResources")}, ", ")
}

// checkOld names what Velero 1.6 does not know.
func (o *Options) checkOld() []error {
	var errs []error
	refuse := func(what, it string) {
		errs = append(errs, fmt.Errorf("Velero %s has no %s: take %s out, or choose %s %s", o.Profile.Minor(), what, it, o.field("profile"), actions.V1_18.Minor()))
	}
	if o.usesScoped() {
		refuse("scoped filters", "them")
	}
	if o.Spec.OrLabelSelectors != nil {
		refuse(o.field("orLabelSelectors"), "it")
	}
	if o.Spec.ResourcePolicy != nil {
		refuse("resource policies", "them")
	}
	return errs
}

func checkScoped(included, excluded string, includes, excludes []string) []error {
	errs := slices.Concat(filters.CheckAlone(included, includes), filters.CheckAlone(excluded, excludes))
	if len(includes) > 0 && slices.Contains(excludes, "*") {
		errs = append(errs, fmt.Errorf("%s: * leaves nothing that %s could take", excluded, included))
	}
	return append(errs, filters.CheckApart(excluded, includes, excludes)...)
}
