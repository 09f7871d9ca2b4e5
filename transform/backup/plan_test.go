package backup_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
)

// shop is a small cluster: a namespace with everything that brings other items in, another namespace, and what is
// cluster-scoped.
const shop = `
{apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: a}}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: ci}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: empty}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {nodeName: node-1, priorityClassName: critical, volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]}
status: {phase: Running}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop, labels: {tier: db}}, spec: {volumeName: pv-data}, status: {phase: Bound}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv-data}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv-spare}}
---
{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: critical}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: app, namespace: shop}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: app-reads}
subjects: [{kind: ServiceAccount, name: app, namespace: shop}]
roleRef: {kind: ClusterRole, name: reader}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: reader}}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: unrelated}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.io}
spec: {group: example.io, scope: Namespaced, names: {plural: widgets, kind: Widget}}
---
{apiVersion: example.io/v1, kind: Widget, metadata: {name: w, namespace: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: conf, namespace: shop, labels: {app: web}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: kept, namespace: ci, labels: {app: ci}}}
`

const wholeShop = "shop:pods/web shop:persistentvolumeclaims/data persistentvolumes/pv-data priorityclasses/critical shop:serviceaccounts/app " +
	"clusterrolebindings/app-reads clusterroles/reader shop:widgets/w shop:configmaps/conf customresourcedefinitions/widgets.example.io namespaces/shop"

const (
	claimAndPod = "shop:pods/web shop:persistentvolumeclaims/data persistentvolumes/pv-data priorityclasses/critical"
	clusterWide = "persistentvolumes/pv-spare clusterroles/unrelated"
)

func fromText(t *testing.T, text string) *backup.Source {
	t.Helper()
	m, err := backup.NewManifests(backup.ManifestOptions{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if err := m.Read("cluster.yaml", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	source, err := m.Source()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { source.Close() })
	return source
}

func plan(t *testing.T, text string, o *backup.Options) ([]report.Item, *report.Summary) {
	t.Helper()
	var items []report.Item
	summary, err := backup.Plan(context.Background(), fromText(t, text), o, report.SinkFunc(func(i *report.Item) error {
		items = append(items, *i)
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return items, summary
}

// short names an item without its group: "shop:pods/web".
func short(i *report.Item) string {
	resource, _, _ := strings.Cut(i.Resource, ".")
	if i.Namespace == "" {
		return resource + "/" + i.Name
	}
	return i.Namespace + ":" + resource + "/" + i.Name
}

func included(items []report.Item) []string {
	var names []string
	for i := range items {
		if items[i].Outcome == report.Include {
			names = append(names, short(&items[i]))
		}
	}
	slices.Sort(names)
	return names
}

func selector(t *testing.T, text string) *metav1.LabelSelector {
	t.Helper()
	s, err := metav1.ParseToLabelSelector(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFiltersTakeWhatVeleroTakes(t *testing.T) {
	yes, no := true, false
	const both = actions.Profile(0)
	rows := []struct {
		name    string
		profile actions.Profile
		spec    velero.BackupSpec
		want    string
	}{
		{"one namespace, with what its items bring in", actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop"}}, wholeShop},
		{"1.6 leaves the priority class out", actions.V1_6, velero.BackupSpec{IncludedNamespaces: []string{"shop"}},
			strings.Replace(wholeShop, "priorityclasses/critical ", "", 1)},
		{"a pattern of namespaces", actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"sh*"}}, wholeShop},
		{"patterns are names to 1.6", actions.V1_6, velero.BackupSpec{IncludedNamespaces: []string{"sh*"}}, ""},
		{"a pattern that matches nothing leaves an empty list, which the older filters take for everything cluster-scoped", actions.V1_18,
			velero.BackupSpec{IncludedNamespaces: []string{"x*"}, IncludedResources: []string{"persistentvolumes"}},
			"persistentvolumes/pv-data persistentvolumes/pv-spare"},
		{"without filters 1.18 leaves out what nothing brings in", actions.V1_18, velero.BackupSpec{},
			wholeShop + " ci:configmaps/kept namespaces/ci namespaces/empty"},
		{"without filters 1.6 takes everything", actions.V1_6, velero.BackupSpec{},
			wholeShop + " ci:configmaps/kept namespaces/ci namespaces/empty " + clusterWide},
		{"with cluster-scoped resources everything", both, velero.BackupSpec{IncludeClusterResources: &yes},
			wholeShop + " ci:configmaps/kept namespaces/ci namespaces/empty " + clusterWide},
		{"without cluster-scoped resources 1.18 has no Namespaces either", actions.V1_18,
			velero.BackupSpec{IncludeClusterResources: &no, IncludedNamespaces: []string{"shop"}},
			"shop:pods/web shop:persistentvolumeclaims/data shop:serviceaccounts/app shop:widgets/w shop:configmaps/conf"},
		{"but 1.6 has them", actions.V1_6, velero.BackupSpec{IncludeClusterResources: &no, IncludedNamespaces: []string{"shop"}},
			"shop:pods/web shop:persistentvolumeclaims/data shop:serviceaccounts/app shop:widgets/w shop:configmaps/conf namespaces/shop"},
		{"resources by name: cluster-scoped ones of other names do not come in", both,
			velero.BackupSpec{IncludedResources: []string{"pods", "pvc"}, IncludedNamespaces: []string{"shop"}},
			"shop:pods/web shop:persistentvolumeclaims/data"},
		{"unless all cluster-scoped ones are wanted", actions.V1_18,
			velero.BackupSpec{IncludedResources: []string{"pods", "pvc"}, IncludedNamespaces: []string{"shop"}, IncludeClusterResources: &yes}, claimAndPod},
		{"excluded resources", both, velero.BackupSpec{ExcludedResources: []string{"pods", "sa", "widgets.example.io"}, IncludedNamespaces: []string{"shop"}},
			"shop:persistentvolumeclaims/data persistentvolumes/pv-data shop:configmaps/conf namespaces/shop"},
		{"excluded namespaces", actions.V1_18, velero.BackupSpec{ExcludedNamespaces: []string{"shop", "empty"}}, "ci:configmaps/kept namespaces/ci"},
		{"labels: what matches, the Namespaces of it, and what it brings in", actions.V1_18, velero.BackupSpec{LabelSelector: selector(t, "app=web")},
			claimAndPod + " shop:configmaps/conf namespaces/shop"},
		{"1.6 takes no Namespace that does not match itself", actions.V1_6, velero.BackupSpec{LabelSelector: selector(t, "app=web")},
			"shop:pods/web shop:persistentvolumeclaims/data persistentvolumes/pv-data shop:configmaps/conf"},
		{"a claim brings in the running pods that mount it, whatever their labels", actions.V1_18, velero.BackupSpec{LabelSelector: selector(t, "tier=db")},
			claimAndPod + " namespaces/shop"},
		{"several selectors", actions.V1_18, velero.BackupSpec{OrLabelSelectors: []*metav1.LabelSelector{selector(t, "app=ci"), selector(t, "team=a")}},
			"ci:configmaps/kept namespaces/ci namespaces/shop"},
		{"cluster-scoped resources by name", actions.V1_18,
			velero.BackupSpec{IncludedNamespaces: []string{"ci"}, IncludedClusterScopedResources: []string{"clusterroles", "pods"}},
			"ci:configmaps/kept namespaces/ci clusterroles/reader clusterroles/unrelated"},
		{"all of them but some", actions.V1_18,
			velero.BackupSpec{IncludedNamespaces: []string{"ci"}, IncludedClusterScopedResources: []string{"*"},
				ExcludedClusterScopedResources: []string{"clusterroles", "crd", "priorityclasses", "ns"}},
			"ci:configmaps/kept clusterrolebindings/app-reads persistentvolumes/pv-data persistentvolumes/pv-spare"},
		{"excluded cluster-scoped resources do not come in either", actions.V1_18,
			velero.BackupSpec{IncludedNamespaces: []string{"shop"}, ExcludedClusterScopedResources: []string{"*"}},
			"shop:pods/web shop:persistentvolumeclaims/data shop:serviceaccounts/app shop:widgets/w shop:configmaps/conf"},
		{"namespaced resources by name", actions.V1_18,
			velero.BackupSpec{IncludedNamespaceScopedResources: []string{"serviceaccounts"}, IncludedNamespaces: []string{"shop"}},
			"shop:serviceaccounts/app clusterrolebindings/app-reads clusterroles/reader namespaces/shop"},
		{"excluded namespaced resources", actions.V1_18,
			velero.BackupSpec{ExcludedNamespaceScopedResources: []string{"pods", "serviceaccounts", "widgets"}, IncludedNamespaces: []string{"shop"}},
			"shop:persistentvolumeclaims/data persistentvolumes/pv-data shop:configmaps/conf namespaces/shop"},
	}
	for _, row := range rows {
		for _, profile := range []actions.Profile{actions.V1_18, actions.V1_6} {
			if row.profile != both && row.profile != profile {
				continue
			}
			t.Run(row.name+"/"+profile.Minor(), func(t *testing.T) {
				items, _ := plan(t, shop, options(profile, row.spec))
				got := included(items)
				want := strings.Fields(row.want)
				slices.Sort(want)
				if profile == actions.V1_6 && row.profile == both {
					want = slices.DeleteFunc(want, func(n string) bool { return n == "priorityclasses/critical" && !slices.Contains(got, n) })
				}
				if !slices.Equal(got, want) {
					t.Errorf("\n got %s\nwant %s", strings.Join(got, " "), strings.Join(want, " "))
				}
			})
		}
	}
}
