package generate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Backup returns the case of a seed and number of a backup, for a version of Velero: what a cluster holds, and a Backup.
func Backup(version string, seed, number uint64) ([]byte, error) {
	g := &generator{
		r: rand.New(rand.NewPCG(seed, number)), version: version,
		items: map[string]object{}, side: map[string][]any{}, chosen: map[string]any{},
	}
	g.cluster()
	for _, ns := range spaces { // a cluster has the namespaces of its items
		g.put("namespaces", "v1", "Namespace", "", ns, object{"spec": object{"finalizers": []any{"kubernetes"}}, "status": object{"phase": "Active"}})
	}
	for range 1 + g.r.IntN(14) {
		g.item()
	}
	g.asCluster()
	if g.chance(20) {
		g.breakOne(listedTyped)
	}
	g.side, g.moved = nil, false
	backup := object{"spec": g.backupSpec()}
	return g.text("backup.yaml", fmt.Sprintf("Made at random: a backup, version %s, seed %d, number %d.\n", version, seed, number), backup, nil)
}

// listedTyped are items that Velero lists as typed objects before a backup or in it: no API server has one that does not
// fit, and one of them would spoil the whole backup.
func listedTyped(path string) bool {
	resource, _, _ := strings.Cut(path, "/")
	return slices.Contains([]string{"pods", "persistentvolumes", "persistentvolumeclaims", "clusterrolebindings.rbac.authorization.k8s.io"}, resource)
}

// asCluster leaves out what a cluster does not have: Velero's own objects, and what an API server does not keep.
func (g *generator) asCluster() {
	for path, o := range g.items {
		if strings.HasPrefix(path, "datauploads") {
			delete(g.items, path)
			continue
		}
		if strings.HasPrefix(path, "customresourcedefinitions") && g.version == "1.6" { // see crd-versions-stay in docs/PARITY.md
			if spec, ok := o["spec"].(object); ok {
				delete(spec, "preserveUnknownFields")
			}
		}
		if o["apiVersion"] == "admissionregistration.k8s.io/v1beta1" { // no longer served
			o["apiVersion"] = "admissionregistration.k8s.io/v1"
		}
		status := o["status"]
		o = asStored(clone(o))
		if status != nil {
			o["status"] = status
		}
		g.items[path] = o
	}
}

func (g *generator) backupSpec() object {
	spec := object{}
	g.maybe(30, spec, "includedNamespaces", []any{"*"}, []any{"shop"}, []any{"shop", "data"}, []any{"team-*"})
	g.maybe(15, spec, "excludedNamespaces", []any{"data"}, []any{"team-b"})
	g.maybe(30, spec, "labelSelector", object{"matchLabels": object{"app": "web"}}, object{"matchExpressions": []any{object{"key": "tier", "operator": "Exists"}}})
	if g.version != "1.6" && spec["labelSelector"] == nil {
		g.maybe(20, spec, "orLabelSelectors", []any{object{"matchLabels": object{"app": "web"}}, object{"matchLabels": object{"tier": "back"}}})
	}
	g.maybe(10, spec, "orderedResources", object{"configmaps": "shop/web,data/db", "pods": "team-a/a,shop/web"})
	if g.version != "1.6" && g.chance(30) {
		g.maybe(40, spec, "includedNamespaceScopedResources", []any{"pods"}, []any{"*"}, []any{"configmaps", "secrets"})
		g.maybe(30, spec, "excludedNamespaceScopedResources", []any{"services"}, []any{"persistentvolumeclaims"})
		g.maybe(40, spec, "includedClusterScopedResources", []any{"*"}, []any{"persistentvolumes"}, []any{"clusterroles"})
		g.maybe(30, spec, "excludedClusterScopedResources", []any{"storageclasses"}, []any{"customresourcedefinitions"})
		return spec
	}
	g.maybe(30, spec, "includedResources", []any{"pods", "pvc"}, []any{"*"}, []any{"deploy", "services", "serviceaccounts"}, []any{"widgets.example.io"})
	g.maybe(25, spec, "excludedResources", []any{"pv"}, []any{"secrets"}, []any{"persistentvolumeclaims"}, []any{"customresourcedefinitions"})
	g.maybe(40, spec, "includeClusterResources", true, false)
	return spec
}
