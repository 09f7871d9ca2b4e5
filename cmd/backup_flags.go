package cmd

import (
	"cmp"
	"strings"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/backup"
)

// backupFlags say what to back up. Those that `velero backup create` has are named and meant as there
// (v1.18.2 pkg/cmd/cli/backup/create.go:124-165).
type backupFlags struct {
	includeNamespaces, excludeNamespaces list
	includeResources, excludeResources   list
	includeCluster, excludeCluster       list
	includeNamespaced, excludeNamespaced list
	includeClusterResources              optionalBool
	snapshotVolumes, snapshotMoveData    optionalBool
	selectors                            selectorFlags
	orderedResources, policies           string

	features      list
	veleroVersion string
	plugins       pluginFlags
}

func (f *backupFlags) bind(flags *pflag.FlagSet) {
	flags.Var(&f.includeNamespaces, "include-namespaces", "namespaces or patterns to back up; * for all")
	flags.Var(&f.excludeNamespaces, "exclude-namespaces", "namespaces to leave out")
	flags.Var(&f.includeResources, "include-resources", "resources to back up, such as deployments.apps; * for all")
	flags.Var(&f.excludeResources, "exclude-resources", "resources to leave out")
	bindOptional(flags, &f.includeClusterResources, "include-cluster-resources", "back up cluster-scoped items")
	flags.Var(&f.includeCluster, "include-cluster-scoped-resources", "cluster-scoped resources to back up; * for all")
	flags.Var(&f.excludeCluster, "exclude-cluster-scoped-resources", "cluster-scoped resources to leave out; * for all")
	flags.Var(&f.includeNamespaced, "include-namespace-scoped-resources", "namespaced resources to back up; * for all")
	flags.Var(&f.excludeNamespaced, "exclude-namespace-scoped-resources", "namespaced resources to leave out; * for all")
	f.selectors.bind(flags, "back up only items with these labels, and what they bring in", `back up items that match one of several selectors: "a=b or c=d"`)
	flags.StringVar(&f.orderedResources, "ordered-resources", "", `items that come first: "pods=ns/a,ns/b;persistentvolumes=x"`)
	flags.StringVar(&f.policies, "resource-policies-configmap", "", "`NAME` of a ConfigMap with resource policies, in namespace velero of SOURCE")
	bindOptional(flags, &f.snapshotVolumes, "snapshot-volumes", "take snapshots of volumes (here: only what Velero would say of them)")
	bindOptional(flags, &f.snapshotMoveData, "snapshot-move-data", "move the data of snapshots (here: only what Velero would say of them)")
	flags.Var(&f.features, "features", "features of the Velero server, such as EnableCSI")
	flags.StringVar(&f.veleroVersion, "velero-version", actions.Newest.String(), "release of Velero that backs up: "+actions.ProfileNames())
	f.plugins.bind(flags, backupActions)
}

// options turns the flags into the options of a backup.
func (f *backupFlags) options(given *pflag.FlagSet) (*backup.Options, error) {
	profile, err := parseProfile(f.veleroVersion)
	if err != nil {
		return nil, err
	}
	o := &backup.Options{
		Profile: profile, Actions: builtin.Backup(profile), ItemBlocks: builtin.ItemBlock(profile), Features: f.features.names,
		FieldName: func(field string) string { return cmp.Or(fieldFlags[field], field) },
	}
	s := &o.Spec
	s.IncludedNamespaces, s.ExcludedNamespaces = f.includeNamespaces.names, f.excludeNamespaces.names
	s.IncludedResources, s.ExcludedResources = f.includeResources.names, f.excludeResources.names
	s.IncludedClusterScopedResources, s.ExcludedClusterScopedResources = f.includeCluster.names, f.excludeCluster.names
	s.IncludedNamespaceScopedResources, s.ExcludedNamespaceScopedResources = f.includeNamespaced.names, f.excludeNamespaced.names
	s.IncludeClusterResources = f.includeClusterResources.value
	s.SnapshotVolumes, s.SnapshotMoveData = f.snapshotVolumes.value, f.snapshotMoveData.value
	if f.policies != "" {
		s.ResourcePolicy = &velero.ResourcePolicyRef{Kind: "configmap", Name: f.policies}
	}
	if s.OrderedResources, err = parseOrdered(f.orderedResources); err != nil {
		return nil, err
	}
	if err := f.selectors.parse(given, &s.LabelSelector, &s.OrLabelSelectors); err != nil {
		return nil, err
	}
	return o, o.Validate()
}

// fieldFlags are the flags by the fields that they fill.
var fieldFlags = map[string]string{
	"profile":            "--velero-version",
	"includedNamespaces": "include-namespaces", "excludedNamespaces": "exclude-namespaces",
	"includedResources": "include-resources", "excludedResources": "exclude-resources", "includeClusterResources": "include-cluster-resources",
	"includedClusterScopedResources": "include-cluster-scoped-resources", "excludedClusterScopedResources": "exclude-cluster-scoped-resources",
	"includedNamespaceScopedResources": "include-namespace-scoped-resources", "excludedNamespaceScopedResources": "exclude-namespace-scoped-resources",
	"labelSelector": "selector", "orLabelSelectors": "or-selector", "orderedResources": "ordered-resources", "resourcePolicy": "resource-policies-configmap",
}

// parseOrdered reads "pods=ns/a,ns/b;persistentvolumes=x". Source: v1.18.2 pkg/cmd/cli/backup/create.go:345-362.
func parseOrdered(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	ordered := map[string]string{}
	for _, entry := range strings.Split(text, ";") {
		resource, names, ok := strings.Cut(entry, "=")
		if !ok || strings.Contains(names, "=") {
			return nil, wrongUsage("--ordered-resources: %q is not RESOURCE=NAME,NAME", entry)
		}
		ordered[strings.TrimSpace(resource)] = strings.TrimSpace(names)
	}
	return ordered, nil
}
