package transform_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// allTold are the findings of a preview, "item or subject: id path: message", and remedies.
func allTold(items map[string]report.Item, s *report.Summary) (lines []string) {
	for name, i := range items {
		for f := range i.Findings() {
			lines = append(lines, fmt.Sprintf("%s: %s %s %s: %s -> %s", name, f.Severity, f.ID, f.Path, f.Message, findings.Remedy(findings.Restore, f.ID)))
		}
	}
	for _, f := range s.Findings {
		lines = append(lines, fmt.Sprintf("%s: %s %s: %s -> %s", f.Subject, f.Severity, f.ID, f.Message, findings.Remedy(findings.Restore, f.ID)))
	}
	slices.Sort(lines)
	return lines
}

func wantTold(t *testing.T, lines []string, want string) {
	t.Helper()
	if !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, want) }) {
		t.Errorf("nothing tells %q, only\n%s", want, strings.Join(lines, "\n"))
	}
}

func wantNotTold(t *testing.T, lines []string, unwanted string) {
	t.Helper()
	for _, line := range lines {
		if strings.Contains(line, unwanted) {
			t.Errorf("is told: %s", line)
		}
	}
}

// A running application that a restore with the policy update meets: pod, claim, Job and StatefulSet cannot be patched.
const runningShop = `
-- resources/namespaces/cluster/shop.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}
-- resources/pods/namespaces/shop/tool.yaml --
apiVersion: v1
kind: Pod
metadata: {name: tool, namespace: shop}
spec: {nodeName: n1, containers: [{name: c, image: "tool:1"}]}
-- resources/services/namespaces/shop/web.yaml --
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: ClusterIP, clusterIP: 10.0.0.9, clusterIPs: [10.0.0.9], ports: [{port: 80}], selector: {app: web}}
-- resources/jobs.batch/namespaces/shop/load.yaml --
apiVersion: batch/v1
kind: Job
metadata: {name: load, namespace: shop}
spec: {selector: {matchLabels: {batch.kubernetes.io/controller-uid: j1}}, template: {metadata: {labels: {batch.kubernetes.io/controller-uid: j1}}, spec: {restartPolicy: Never, containers: [{name: c, image: "load:1"}]}}}
-- resources/persistentvolumeclaims/namespaces/shop/data.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec: {accessModes: [ReadWriteOnce], storageClassName: old, resources: {requests: {storage: 1Gi}}}
-- resources/statefulsets.apps/namespaces/shop/db.yaml --
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec: {serviceName: db, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: "db:1"}]}}}
-- target.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: Pod
metadata: {name: tool, namespace: shop}
spec: {nodeName: n2, containers: [{name: c, image: "tool:2"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {type: ClusterIP, clusterIP: 10.0.0.77, clusterIPs: [10.0.0.77], ports: [{port: 80}], selector: {app: new}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: load, namespace: shop}
spec: {selector: {matchLabels: {batch.kubernetes.io/controller-uid: j9}}, template: {metadata: {labels: {batch.kubernetes.io/controller-uid: j9}}, spec: {restartPolicy: Never, containers: [{name: c, image: "load:2"}]}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop}
spec: {accessModes: [ReadWriteOnce], storageClassName: new, resources: {requests: {storage: 2Gi}}, volumeName: pv-9}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec: {serviceName: db-headless, podManagementPolicy: Parallel, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: "db:2"}]}}}
`

func TestPatchesOfImmutableFieldsAreForetold(t *testing.T) {
	folder, o := volumeCase(t, runningShop)
	o.Restore.Spec.ExistingResourcePolicy = "update"
	items, s := previewVolumes(t, folder, o)
	lines := allTold(items, s)
	for item, path := range map[string]string{
		"pods/tool": "spec.nodeName", "jobs.batch/load": "spec.selector", "persistentvolumeclaims/data": "spec.storageClassName", "statefulsets.apps/db": "spec.serviceName",
	} {
		wantTold(t, lines, fmt.Sprintf("%s: warning patch-refused %s: the API server refuses to change %s", item, path, path))
		if i := items[item]; i.Outcome != report.Exists || i.Patch == nil {
			t.Errorf("%s: %s, patch %s", item, i.Outcome, i.Patch)
		}
	}
	if s.Outcomes[report.Update] != 1 || items["services/web"].Outcome != report.Update {
		t.Errorf("outcomes %v, want the Service updated and nothing else", s.Outcomes)
	}
	wantTold(t, lines, "namespaces/shop: warning namespace-differs metadata.labels: the target's Namespace shop differs in label pod-security.kubernetes.io/enforce")
	ending := s.Told().Ending
	if ending.Phase != "Completed" || len(ending.Errors) > 0 || len(ending.Warnings) != 1 || ending.Warnings[0].Sort != "patch-refused" || ending.Warnings[0].Count != 4 {
		t.Errorf("the restore ends as %+v", ending)
	}
}

// Without a policy Velero warns of each, and no advice leads to a patch that fails or does harm.
func TestNoPolicyIsAdvisedForWhatCannotBePatched(t *testing.T) {
	folder, o := volumeCase(t, runningShop)
	items, s := previewVolumes(t, folder, o)
	lines := allTold(items, s)
	for _, item := range []string{"pods/tool", "jobs.batch/load", "persistentvolumeclaims/data", "statefulsets.apps/db"} {
		wantTold(t, lines, item+": warning exists-unpatchable")
	}
	wantTold(t, lines, "services/web: warning exists-differently")
	for _, line := range lines {
		if strings.Contains(line, "existing-resource-policy update") && !strings.HasPrefix(line, "services/web") {
			t.Errorf("bad advice: %s", line)
		}
	}
	ending := s.Told().Ending
	want := report.Result{Sort: "already-exists", Count: 5, Places: map[string]int{"namespaces/shop": 5}, Items: []string{
		"jobs.batch/shop/load", "persistentvolumeclaims/shop/data", "pods/shop/tool", "services/shop/web", "statefulsets.apps/shop/db",
	}}
	if len(ending.Warnings) != 1 || fmt.Sprint(ending.Warnings[0]) != fmt.Sprint(want) || ending.Phase != "Completed" {
		t.Errorf("the restore ends as %+v, want %+v", ending, want)
	}
}

// A PersistentVolume that the running application has: the clone's claim never gets it, and a patch takes it away.
const clonedVolume = `
-- resources/persistentvolumes/cluster/pvc-1.yaml --
apiVersion: v1
kind: PersistentVolume
metadata: {name: pvc-1}
spec: {persistentVolumeReclaimPolicy: Retain, claimRef: {namespace: erp, name: data, uid: u1}, csi: {driver: d, volumeHandle: vol-1}}
-- resources/persistentvolumeclaims/namespaces/erp/data.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: erp}
spec: {accessModes: [ReadWriteOnce], volumeName: pvc-1}
status: {phase: Bound}
-- restore.yaml --
apiVersion: velero.io/v1
kind: Restore
metadata: {name: r}
spec: {backupName: b, includedNamespaces: [erp], namespaceMapping: {erp: copy}}
-- target.yaml --
apiVersion: v1
kind: PersistentVolume
metadata: {name: pvc-1}
spec: {persistentVolumeReclaimPolicy: Retain, claimRef: {namespace: erp, name: data, uid: u1}, csi: {driver: d, volumeHandle: vol-1}}
`

func TestAVolumeInUseIsNeverToBePatched(t *testing.T) {
	folder, o := volumeCase(t, clonedVolume)
	items, s := previewVolumes(t, folder, o)
	lines := allTold(items, s)
	wantTold(t, lines, "persistentvolumeclaims/erp/data: error claim-never-binds: persistentvolumeclaims/erp/data: the target's PersistentVolume pvc-1 is bound to claim erp/data: claim copy/data never binds")
	wantTold(t, lines, "persistentvolumes/pvc-1: note exists-unpatchable spec.claimRef: the target's PersistentVolume pvc-1 differs from the one in the backup, "+
		"and Velero leaves it unchanged: it is bound to claim erp/data, not to copy/data")
	wantNotTold(t, lines, "existing-resource-policy update")

	folder, o = volumeCase(t, clonedVolume)
	o.Restore.Spec.ExcludedResources, o.Restore.Spec.IncludeClusterResources = []string{"persistentvolumeclaims"}, new(bool)
	*o.Restore.Spec.IncludeClusterResources = true
	items, s = previewVolumes(t, folder, o)
	wantTold(t, allTold(items, s), "persistentvolumes/pvc-1: warning exists-unpatchable spec.claimRef: ") // as nothing else tells it

	folder, o = volumeCase(t, clonedVolume)
	o.Restore.Spec.ExistingResourcePolicy = "update"
	items, s = previewVolumes(t, folder, o)
	wantTold(t, allTold(items, s), "persistentvolumes/pvc-1: error volume-taken-from-claim spec.claimRef: the target's PersistentVolume pvc-1 is bound to claim erp/data, and the patch binds it to copy/data")
	if ending := s.Told().Ending; ending.Phase != "Completed" {
		t.Errorf("Velero does not notice it, and the restore ends as %+v", ending)
	}
}

const twoNamespaces = `
-- resources/namespaces/cluster/openshift-ops.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: openshift-ops}
-- resources/namespaces/cluster/empty.yaml --
apiVersion: v1
kind: Namespace
metadata: {name: empty}
-- resources/deployments.apps/namespaces/openshift-ops/web.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: openshift-ops, labels: {app: web}}
-- resources/configmaps/namespaces/openshift-ops/cm.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: cm, namespace: openshift-ops}
-- resources/pods/namespaces/data/p.yaml --
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: data, labels: {app: db}}
spec: {containers: [{name: c, image: i, resources: {}}], volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}
-- resources/persistentvolumeclaims/namespaces/data/c.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: c, namespace: data}
spec: {volumeName: pv}
status: {phase: Bound}
-- resources/persistentvolumes/cluster/pv.yaml --
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv}
spec: {persistentVolumeReclaimPolicy: Retain, claimRef: {namespace: data, name: c}, csi: {driver: d, volumeHandle: vol-1}}
`

func TestFiltersThatTakeNothingAreTold(t *testing.T) {
	yes := true
	for _, test := range []struct {
		name     string
		spec     velero.RestoreSpec
		selector string
		features []string
		want     []string // "severity id: subject", or a part of the message
		fine     bool     // something is restored
	}{
		{name: "a namespace", spec: velero.RestoreSpec{IncludedNamespaces: []string{"openshift-osp"}}, want: []string{"warning filter-takes-nothing: includedNamespaces openshift-osp matches nothing: the backup has no such namespace: is openshift-ops meant?"}},
		{name: "one that is like no other", spec: velero.RestoreSpec{IncludedNamespaces: []string{"openldap", "data"}}, fine: true, want: []string{"warning filter-takes-nothing: includedNamespaces openldap matches nothing: the backup has no such namespace ->"}},
		{name: "two in one", spec: velero.RestoreSpec{IncludedNamespaces: []string{"data,empty"}}, want: []string{"it is one name with a comma in it"}},
		{name: "a pattern", spec: velero.RestoreSpec{IncludedNamespaces: []string{"team-*"}}, want: []string{"includedNamespaces team-* matches nothing: no namespace of the backup matches it"}},
		{name: "no pattern", spec: velero.RestoreSpec{IncludedNamespaces: []string{"[a"}}, want: []string{"it is not a valid pattern"}},
		{name: "an empty namespace", spec: velero.RestoreSpec{IncludedNamespaces: []string{"empty"}}, want: []string{"the backup has nothing in this namespace"}},
		{name: "an excluded one with a slip", spec: velero.RestoreSpec{ExcludedNamespaces: []string{"dta"}}, fine: true, want: []string{"warning filter-takes-nothing: excludedNamespaces dta matches nothing: the backup has no such namespace: is data meant?"}},
		{name: "an excluded one that is not there", spec: velero.RestoreSpec{ExcludedNamespaces: []string{"kube-system"}}, fine: true, want: []string{"note filter-takes-nothing: excludedNamespaces kube-system"}},
		{name: "a resource", spec: velero.RestoreSpec{IncludedResources: []string{"deployement"}}, want: []string{"warning filter-takes-nothing: includedResources deployement matches nothing: the backup has no resource of this name: is deployments.apps meant?"}},
		{name: "one that the backup lacks", spec: velero.RestoreSpec{IncludedResources: []string{"deploy", "ingress"}}, fine: true, want: []string{"note filter-takes-nothing: includedResources ingress matches nothing: the backup has no ingresses.networking.k8s.io"}},
		{name: "an excluded one with a slip", spec: velero.RestoreSpec{ExcludedResources: []string{"configmap", "pdos", "nodes"}}, fine: true, want: []string{"excludedResources pdos matches nothing: the backup has no resource of this name: is pods meant?"}},
		{name: "an excluded one of another cluster", spec: velero.RestoreSpec{ExcludedResources: []string{"gizmos.example.org"}}, fine: true, want: []string{"note filter-takes-nothing: excludedResources gizmos.example.org matches nothing: the backup has no resource of this name ->"}},
		{name: "a mapped namespace by its new name", spec: velero.RestoreSpec{IncludedNamespaces: []string{"fresh"}, NamespaceMapping: map[string]string{"data": "fresh"}},
			want: []string{"warning filter-takes-nothing: includedNamespaces fresh matches nothing: filters take the names of the backup, and there this namespace is called data ->"}},
		{name: "a label of another namespace", spec: velero.RestoreSpec{IncludedNamespaces: []string{"openshift-ops"}}, selector: "app=wbe", want: []string{"no item that the other filters take has"}},
		{name: "resources of a group", spec: velero.RestoreSpec{IncludedResources: []string{"*.batch"}}, want: []string{"includedResources *.batch matches nothing: no resource of the backup matches it"}},
		{name: "Namespaces of some namespaces", spec: velero.RestoreSpec{IncludedResources: []string{"namespaces"}, IncludedNamespaces: []string{"openshift-ops"}}, want: []string{"cluster-scoped items are restored only if all namespaces are"}},
		{name: "what the others leave out", spec: velero.RestoreSpec{IncludedResources: []string{"cm", "pods"}, IncludedNamespaces: []string{"data"}}, fine: true, want: []string{"note filter-takes-nothing: includedResources cm matches nothing: the other filters exclude"}},
		{name: "with cluster resources", spec: velero.RestoreSpec{IncludedNamespaces: []string{"empty"}, IncludeClusterResources: &yes}, fine: true},
		{name: "a value", selector: "app=wbe", want: []string{"warning filter-takes-nothing: orLabelSelectors app=wbe matches nothing: no item has app=wbe: is web meant?"}},
		{name: "a key", selector: "ap=web", want: []string{"no item has the label ap: is app meant?"}},
		{name: "both at once", selector: "app=web,app in (db)", want: []string{"no item matches all of it"}},
		{name: "one of two selectors", selector: "app=web or app in (x,y)", fine: true, want: []string{"orLabelSelectors app in (x,y) matches nothing"}},
		{name: "status", spec: velero.RestoreSpec{RestoreStatus: &velero.RestoreStatusSpec{IncludedResources: []string{"deploymnts"}}}, fine: true, want: []string{"restoreStatus.includedResources deploymnts matches nothing"}},
		{name: "a feature", features: []string{"EnableCSl"}, fine: true, want: []string{"warning feature-unknown: Velero has no feature EnableCSl: is EnableCSI meant?"}},
		{name: "all that there is", spec: velero.RestoreSpec{IncludedNamespaces: []string{"data", "open*"}, IncludedResources: []string{"*"}}, features: []string{"EnableCSI", ""}, fine: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder, o := volumeCase(t, twoNamespaces)
			test.spec.BackupName, o.Features = "b", test.features
			test.spec.OrLabelSelectors = orSelectors(t, test.selector)
			o.Restore.Spec = test.spec
			if err := o.Complete("b"); err != nil {
				t.Fatal(err)
			}
			_, s := previewVolumes(t, folder, o)
			var lines []string
			for _, f := range s.Findings {
				if f.ID == "filter-takes-nothing" || f.ID == "nothing-restored" || f.ID == "feature-unknown" {
					lines = append(lines, fmt.Sprintf("%s %s: %s ->", f.Severity, f.ID, f.Message))
				}
			}
			if !test.fine {
				test.want = append(test.want, "error nothing-restored: nothing is restored: the filters of the restore exclude all of the backup's 7 items")
			}
			if len(lines) != len(test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(test.want, "\n"))
			}
			for _, want := range test.want {
				wantTold(t, lines, want)
			}
		})
	}
}

// What an item of a namespace or an action brings in is not left out.
func TestOnlyWhatStaysOutIsCountedAsLeftOut(t *testing.T) {
	for _, test := range []struct {
		name     string
		spec     velero.RestoreSpec
		selector string
		items    int
		left     report.LeftOut
	}{
		{name: "one namespace", spec: velero.RestoreSpec{IncludedNamespaces: []string{"openshift-ops"}}, items: 3, left: report.LeftOut{Namespace: 2, ClusterScoped: 2}},
		{name: "one with a volume", spec: velero.RestoreSpec{IncludedNamespaces: []string{"data"}}, items: 4, left: report.LeftOut{Namespace: 2, ClusterScoped: 2}},
		{name: "one resource", spec: velero.RestoreSpec{IncludedResources: []string{"configmaps"}}, items: 2, left: report.LeftOut{Resource: 5}},
		{name: "one label", selector: "app=db", items: 4, left: report.LeftOut{Selector: 4}},
		{name: "all", items: 8},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder, o := volumeCase(t, twoNamespaces)
			test.spec.BackupName = "b"
			test.spec.OrLabelSelectors = orSelectors(t, test.selector)
			o.Restore.Spec = test.spec
			_, s := previewVolumes(t, folder, o)
			if s.Items != test.items || s.LeftOut != test.left {
				t.Errorf("%d items, left out %+v, want %d and %+v", s.Items, s.LeftOut, test.items, test.left)
			}
		})
	}
}

func TestARestoreOfAnotherBackupIsTold(t *testing.T) {
	folder, o := volumeCase(t, twoNamespaces)
	o.Restore.Spec.BackupName = "nightly"
	if err := o.Complete("b"); err != nil {
		t.Fatal(err)
	}
	items, s := previewVolumes(t, folder, o)
	wantTold(t, allTold(items, s), "nightly: warning another-backup: the Restore names backup nightly, and this is b")
}

// orSelectors are selectors with " or " between them.
func orSelectors(t *testing.T, text string) (all []*metav1.LabelSelector) {
	t.Helper()
	if text == "" {
		return nil
	}
	for _, one := range strings.Split(text, " or ") {
		selector, err := metav1.ParseToLabelSelector(one)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, selector)
	}
	return all
}
