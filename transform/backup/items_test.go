package backup_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// lines are "outcome item (why, by whom)", in order.
func lines(items []report.Item) []string {
	var all []string
	for i := range items {
		line := string(items[i].Outcome) + " " + short(&items[i]) + " (" + items[i].Why
		if items[i].BroughtBy != "" {
			line += ": " + items[i].Action + " of " + items[i].BroughtBy
		}
		all = append(all, line+")")
	}
	return all
}

func checkLines(t *testing.T, items []report.Item, want string) {
	t.Helper()
	var wanted []string
	for line := range strings.Lines(strings.TrimSpace(want)) {
		wanted = append(wanted, strings.TrimSpace(line))
	}
	if got := lines(items); !slices.Equal(got, wanted) {
		t.Errorf("\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(wanted, "\n     "))
	}
}

func TestEachItemSaysWhyItIsThere(t *testing.T) {
	items, summary := plan(t, shop, options(actions.V1_18, velero.BackupSpec{LabelSelector: selector(t, "tier=db")}))
	checkLines(t, items, `
		include persistentvolumes/pv-data (additional-item: velero.io/pv of persistentvolumeclaims/shop/data)
		include shop:persistentvolumeclaims/data (selected)
		include priorityclasses/critical (additional-item: velero.io/pod of pods/shop/web)
		include shop:pods/web (item-block: velero.io/pvc of persistentvolumeclaims/shop/data)
		include namespaces/shop (selected)`)
	if got := items[1].Reason; got != "labels match tier=db" {
		t.Errorf("reason %q", got)
	}
	if got := items[4].Reason; got != "it has items in the backup" {
		t.Errorf("reason %q", got)
	}
	if summary.LeftOut.Selector == 0 || summary.Why[report.WhyBlock] != 1 {
		t.Errorf("%+v", summary)
	}
}

func TestItemsStayOut(t *testing.T) {
	const cluster = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: a-labelled, namespace: shop, labels: {velero.io/exclude-from-backup: "true"}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b-going, namespace: shop, deletionTimestamp: "2026-01-01T00:00:00Z"}}
---
{apiVersion: v1, kind: Pod, metadata: {name: c-skipped, namespace: shop, annotations: {velero.io/skip-from-backup: ""}}, spec: {}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: d-no-action-looks, namespace: shop, annotations: {velero.io/skip-from-backup: ""}}}
---
apiVersion: v1
kind: Pod
metadata: {name: e-asks, namespace: shop}
spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: left}}, {name: w, persistentVolumeClaim: {claimName: gone}}]}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: left, namespace: shop, labels: {velero.io/exclude-from-backup: "true"}}}
`
	items, _ := plan(t, cluster, options(actions.V1_18, velero.BackupSpec{}))
	checkLines(t, items, `
		skip shop:pods/c-skipped (selected)
		skip shop:persistentvolumeclaims/left (selected)
		include shop:pods/e-asks (selected)
		skip shop:configmaps/a-labelled (selected)
		skip shop:configmaps/b-going (selected)
		include shop:configmaps/d-no-action-looks (selected)`)
	if w := items[2].Warnings; len(w) != 1 || w[0].ID != "additional-item-missing" || !strings.Contains(w[0].Message, "persistentvolumeclaims/shop/gone") {
		t.Errorf("warnings %+v", w)
	}
}

func TestAnItemThatFailsFailsTheOnesThatAskedForIt(t *testing.T) {
	const cluster = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec: {volumes: [{name: v, persistentVolumeClaim: {claimName: data}}]}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop}, spec: {volumeName: 7}, status: {phase: Bound}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: fine, namespace: shop}, spec: {}}
`
	items, summary := plan(t, cluster, options(actions.V1_18, velero.BackupSpec{}))
	checkLines(t, items, `
		fail shop:persistentvolumeclaims/data (selected)
		fail shop:pods/web (selected)
		include shop:persistentvolumeclaims/fine (selected)`)
	// Velero counts the item block action of the claim as well.
	if summary.Errors != 3 || !strings.Contains(items[1].Reason, "persistentvolumeclaims/shop/data, which fails: velero.io/pv: spec.volumeName: is number, not a string") {
		t.Errorf("%d errors, %s", summary.Errors, items[1].Reason)
	}
}

func TestSnapshotsOfTheSourceComeAlong(t *testing.T) {
	const cluster = `
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: shop, annotations: {velero.io/volume-snapshot-name: snap}}, spec: {volumeName: pv}, status: {phase: Bound}}
---
{apiVersion: v1, kind: PersistentVolume, metadata: {name: pv}, spec: {csi: {driver: d}}}
---
{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, metadata: {name: snap, namespace: shop}, spec: {volumeSnapshotClassName: fast}, status: {boundVolumeSnapshotContentName: content}}
---
{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotContent, metadata: {name: content, annotations: {csi.storage.k8s.io/snapshotter-secret-name: s, csi.storage.k8s.io/snapshotter-secret-namespace: kube-system}}, spec: {deletionPolicy: Retain}}
---
{apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotClass, metadata: {name: fast}}
---
{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: kube-system}}
`
	o := options(actions.V1_18, velero.BackupSpec{IncludedNamespaces: []string{"shop"}})
	o.Features = []string{actions.FeatureCSI}
	items, _ := plan(t, cluster, o)
	checkLines(t, items, `
		include persistentvolumes/pv (additional-item: velero.io/pv of persistentvolumeclaims/shop/data)
		include volumesnapshotclasses/fast (additional-item: velero.io/csi-volumesnapshot-backupper of volumesnapshots.snapshot.storage.k8s.io/shop/snap)
		include kube-system:secrets/s (additional-item: velero.io/csi-volumesnapshotcontent-backupper of volumesnapshotcontents.snapshot.storage.k8s.io/content)
		include volumesnapshotcontents/content (additional-item: velero.io/csi-volumesnapshot-backupper of volumesnapshots.snapshot.storage.k8s.io/shop/snap)
		include shop:volumesnapshots/snap (additional-item: velero.io/csi-pvc-backupper of persistentvolumeclaims/shop/data)
		include shop:persistentvolumeclaims/data (selected)`)
}

func TestOrderedItemsComeFirstAndInOneBlock(t *testing.T) {
	const cluster = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}}
`
	o := options(actions.V1_18, velero.BackupSpec{OrderedResources: map[string]string{"configmaps": "shop/c,shop/none,shop/b"}})
	items, summary := plan(t, cluster, o)
	checkLines(t, items, `
		include shop:configmaps/c (selected)
		include shop:configmaps/b (selected)
		include shop:configmaps/a (selected)`)
	if items[0].Block != items[1].Block || items[1].Block == items[2].Block {
		t.Errorf("blocks %d, %d, %d", items[0].Block, items[1].Block, items[2].Block)
	}
	if len(summary.Findings) != 1 || summary.Findings[0].ID != "ordered-item-missing" {
		t.Errorf("findings %+v", summary.Findings)
	}
}

func TestTwinsAreBackedUpOnce(t *testing.T) {
	const cluster = `
{apiVersion: v1, kind: Event, metadata: {name: e, namespace: shop}}
---
{apiVersion: events.k8s.io/v1, kind: Event, metadata: {name: e, namespace: shop}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: net, namespace: shop}}
---
{apiVersion: crd.projectcalico.org/v1, kind: NetworkPolicy, metadata: {name: c, namespace: shop}}
`
	items, _ := plan(t, cluster, options(actions.V1_18, velero.BackupSpec{}))
	checkLines(t, items, `
		include shop:events/e (selected)
		include shop:networkpolicies/net (selected)
		include shop:networkpolicies/c (selected)`)
	items, _ = plan(t, cluster, options(actions.V1_6, velero.BackupSpec{}))
	checkLines(t, items, `
		include shop:events/e (selected)
		include shop:networkpolicies/net (selected)`)
}

func TestNamespacesThatTheirLabelExcludes(t *testing.T) {
	const cluster = `
{apiVersion: v1, kind: Namespace, metadata: {name: hidden, labels: {velero.io/exclude-from-backup: "true"}}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: in-hidden, namespace: hidden}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: leaving}, status: {phase: Terminating}}
`
	items, summary := plan(t, cluster, options(actions.V1_18, velero.BackupSpec{}))
	checkLines(t, items, ``)
	if summary.LeftOut.Namespace != 2 {
		t.Errorf("%+v", summary.LeftOut)
	}
	items, _ = plan(t, cluster, options(actions.V1_6, velero.BackupSpec{}))
	checkLines(t, items, `
		include hidden:configmaps/in-hidden (selected)
		skip namespaces/hidden (selected)
		include namespaces/leaving (selected)`)
}
