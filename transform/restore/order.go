package restore

import (
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
)

// priorities returns the resources that Velero restores first and last, in order, as its server names them by default.
// Source: v1.18.2 pkg/cmd/server/config/config.go:108-144, v1.6.3 pkg/cmd/server/server.go:470-491.
func priorities(p actions.Profile) (first, last []string) {
	add := func(list *[]string, when bool, resources ...string) {
		if when {
			*list = append(*list, resources...)
		}
	}
	roles, accountsFirst := p.Does(actions.PrioritizesRoles), p.Does(actions.RestoresServiceAccountsBeforeSecrets)
	clusters := []string{"clusters.cluster.x-k8s.io", "clusterresourcesets.addons.cluster.x-k8s.io"}
	add(&first, true, "customresourcedefinitions", "namespaces", "storageclasses", "volumesnapshotclass.snapshot.storage.k8s.io",
		"volumesnapshotcontents.snapshot.storage.k8s.io", "volumesnapshots.snapshot.storage.k8s.io")
	add(&first, p.Does(actions.PrioritizesDataUploads), "datauploads.velero.io")
	add(&first, true, "persistentvolumes", "persistentvolumeclaims")
	add(&first, roles, "clusterroles", "roles")
	add(&first, accountsFirst, "serviceaccounts")
	add(&first, roles, "clusterrolebindings", "rolebindings")
	add(&first, true, "secrets", "configmaps")
	add(&first, !accountsFirst, "serviceaccounts")
	add(&first, true, "limitranges")
	add(&first, p.Does(actions.PrioritizesPriorityClasses), "priorityclasses")
	add(&first, true, "pods", "replicasets.apps")
	add(&first, p.Does(actions.PrioritizesClusterClasses), "clusterclasses.cluster.x-k8s.io")
	add(&first, !p.Does(actions.RestoresClustersLast), clusters...)
	add(&first, p.Does(actions.PrioritizesEndpoints), "endpoints")
	add(&first, p.Does(actions.PrioritizesServices), "services")

	add(&last, p.Does(actions.RestoresClusterBootstrapsLast), "clusterbootstraps.run.tanzu.vmware.com")
	add(&last, p.Does(actions.RestoresClustersLast), clusters...)
	add(&last, p.Does(actions.RestoresKappLast), "apps.kappctrl.k14s.io", "packageinstalls.packaging.carvel.dev")
	return first, last
}

// restoreOrder puts the backup's resources in the order of the restore: CustomResourceDefinitions in a pass of their
// own, the high priorities, the others alphabetically, the low priorities. A name resolves as discovery resolves it.
// Source: v1.18.2 pkg/restore/restore.go:403-425, :2199-2290.
func restoreOrder(p actions.Profile, resources []string, resolve func(string) string) []string {
	first, last := priorities(p)
	named := slices.Concat(first, last)
	order := slices.Concat([]string{layout.CRDs}, first)
	for _, r := range resources { // sorted
		if !slices.Contains(named, r) {
			order = append(order, r)
		}
	}
	var resolved []string
	for _, r := range append(order, last...) {
		if r = resolve(r); !slices.Contains(resolved, r) && slices.Contains(resources, r) {
			resolved = append(resolved, r)
		}
	}
	return resolved
}
