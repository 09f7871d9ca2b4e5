package transform_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// found writes a finding as "id subject [items]: message", shortened to the names of resources.
func found(f report.Finding) string {
	text := string(f.Severity) + " " + f.ID + " " + f.Subject + " [" + strings.Join(f.Items, " ") + "]: " + f.Message
	return strings.NewReplacer("persistentvolumeclaims/", "pvc/", "persistentvolumes/", "pv/", "volumesnapshots.snapshot.storage.k8s.io/", "vs/").Replace(text)
}

// onVolumes are the findings on data, which are all that this test looks at.
func onVolumes(s *report.Summary) []string {
	var list []string
	for _, f := range s.Findings {
		if strings.HasPrefix(f.ID, "volume-") || strings.HasPrefix(f.ID, "claim-") || strings.HasPrefix(f.ID, "pod-waits") ||
			strings.HasPrefix(f.ID, "ephemeral-") || strings.HasPrefix(f.ID, "backup-") {
			if f.ID != "claim-waits-for-class" {
				list = append(list, found(f))
			}
		}
	}
	return list
}

// ownedPod is pod shop/web, of ReplicaSet web-1 of Deployment web, with the given volumes.
func ownedPod(volumes string) string {
	return `
-- resources/pods/namespaces/shop/web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}, ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-1, uid: u, controller: true}]}
spec: {volumes: [` + volumes + `], containers: [{name: c, image: i}]}
-- resources/replicasets.apps/namespaces/shop/web-1.yaml --
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-1, namespace: shop, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: web, uid: u, controller: true}]}
spec: {replicas: 1}
`
}

const (
	filesVolume = "{name: files, persistentVolumeClaim: {claimName: data}}"
	withCSI     = "\n-- features --\nEnableCSI\n"
)

// claimWith is claim shop/data with more in its spec.
func claimWith(spec string) string {
	return strings.Replace(claimOf(""), "storageClassName: fast", spec, 1)
}

// replacingSet is StatefulSet shop/web, whose template a resource modifier changes.
const replacingSet = `
-- resources/statefulsets.apps/namespaces/shop/web.yaml --
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web, namespace: shop}
spec: {replicas: 1, podManagementPolicy: Parallel, template: {spec: {containers: [{name: c, image: i}]}}}
-- modifiers.yaml --
version: v1
resourceModifierRules:
- conditions: {groupResource: statefulsets.apps}
  patches: [{operation: add, path: /spec/template/spec/nodeSelector, value: '{"a":"b"}'}]
`

func targetOf(objects ...string) string {
	return "\n-- target.yaml --\n" + strings.Join(objects, "\n---\n") + "\n"
}

// targetPV is pv-1 in the target, of a claim.
func targetPV(claim, phase string) string {
	return "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv-1}\nspec: {persistentVolumeReclaimPolicy: Retain, claimRef: {" + claim + "}, csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}}\nstatus: {phase: " + phase + "}"
}

func TestDataThatDoesNotComeBackIsTold(t *testing.T) {
	ofFiles, _, _ := strings.Cut(filesBackup, "- metadata: {name: b-2}")
	files := infoOf("backupMethod: PodVolumeBackup, pvbInfo: {podName: web, podNamespace: shop, volumeName: files, size: 9}") + ofFiles
	csi := infoOf("backupMethod: CSISnapshot, csiSnapshotInfo: {snapshotHandle: h1, driver: d, size: 7}")
	pod := ownedPod(filesVolume)
	snapshotOnly, _, _ := strings.Cut(csiSnapshot, "-- resources/volumesnapshotcontents")
	const all = "[deployments.apps/shop/web pvc/shop/data pv/pv-1 pods/shop/web]"
	for _, c := range []struct {
		name, text string
		fate       report.Fate // of shop/data
		want       []string    // each the beginning of a finding
	}{
		{"empty though it was bound", pvOf("Delete") + claimOf("") + pod + infoOf("skipped: true, skippedReason: 'podvolume: opted out due to annotation in pod web;volumeSnapshot: none;'") + restoreOf(""), report.DataLost, []string{
			"error volume-comes-back-empty pvc/shop/data " + all + ": pvc/shop/data: its data was not backed up (podvolume: opted out due to annotation in pod web, as requested at backup time; volumeSnapshot: none), " +
				"and the reclaim policy is Delete: the new volume is empty; used by deployments.apps/shop/web"}},
		{"only with the old volume", pvOf("Retain") + claimOf("") + pod + infoOf("skipped: true") + restoreOf(""), report.DataOld, []string{"warning volume-needs-old-volume pvc/shop/data " + all + ": "}},
		{"another volume in its place", pvOf("Retain") + claimOf("") + restoreOf("") + "\n-- ids --\nvol-1=vol-2\n", report.DataBack, nil},
		{"a healthy backup of files", pvOf("Delete") + claimOf("") + pod + files + restoreOf(""), report.DataBack, nil},
		{"a healthy CSI snapshot", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + csiSnapshot + restoreOf("") + withCSI, report.DataBack, nil},
		{"never bound", strings.Replace(claimOf(""), "volumeName: pv-1, ", "", 1) + restoreOf(""), report.DataNone, nil},
		{"bound to by name and still pending", pvOf("Retain") + strings.Replace(claimOf(""), "Bound", "Pending", 1) + restoreOf(""), report.DataNone, nil},
		{"the pod of a backup of files left out by resource", pvOf("Delete") + claimOf("") + pod + files + restoreOf("includedResources: [pvc, pv]"), report.DataLost,
			[]string{"error volume-data-left-out pvc/shop/data [pvc/shop/data pv/pv-1 pods/shop/web]: pvc/shop/data: pod shop/web is not part of this restore, and the files of volume files come back only through it: " +
				"includedResources (persistentvolumeclaims, persistentvolumes) does not name pods (--include-resources persistentvolumeclaims,persistentvolumes,pods)"}},
		{"the carrying pod of a shared volume left out by label", pvOf("Delete") + strings.Replace(claimOf(""), "namespace: shop,", "namespace: shop, labels: {app: other},", 1) + pod +
			"\n-- resources/pods/namespaces/shop/other.yaml --\napiVersion: v1\nkind: Pod\nmetadata: {name: other, namespace: shop, labels: {app: other}}\nspec: {volumes: [" + filesVolume + "], containers: [{name: c, image: i}]}\n" +
			files + restoreOf("labelSelector: {matchLabels: {app: other}}"), report.DataLost,
			[]string{"error volume-data-left-out pvc/shop/data [pvc/shop/data pv/pv-1 pods/shop/other pods/shop/web]: pvc/shop/data: pod shop/web is not part of this restore, and the files of volume files come back only through it: " +
				"the label selector does not match it (a label that the selector matches)"}},
		{"the same by the volume information alone", pvOf("Delete") + claimOf("") + strings.Replace(files, "{name: b-1, annotations: {velero.io/pvc-name: data}}", "{name: b-1}", 1) + restoreOf("excludedResources: [pods]"), report.DataLost,
			[]string{"error volume-backup-failed pvc/shop/data [pvc/shop/data pv/pv-1 pods/shop/web]: pvc/shop/data: pod shop/web is not in the backup, and the files of volume files come back only through it"}},
		{"the VolumeSnapshot left out", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + csiSnapshot + restoreOf("includedResources: [pvc, pv]") + withCSI, report.DataLost,
			[]string{"error volume-data-left-out pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: the claim waits for VolumeSnapshot shop/vs-1, which is not part of this restore: includedResources (persistentvolumeclaims, persistentvolumes) does not name volumesnapshots.snapshot.storage.k8s.io (--include-resources persistentvolumeclaims,persistentvolumes,volumesnapshots.snapshot.storage.k8s.io)"}},
		{"the VolumeSnapshotContent left out", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + csiSnapshot + restoreOf("includeClusterResources: false") + withCSI, report.DataLost,
			[]string{"error volume-data-left-out pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: VolumeSnapshot shop/vs-1 waits for its VolumeSnapshotContent vsc-1, which is not part of this restore: includeClusterResources is false (--include-cluster-resources)"}},
		{"the VolumeSnapshot absent", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + restoreOf("") + withCSI, report.DataLost, []string{"error volume-backup-failed pvc/shop/data"}},
		{"the VolumeSnapshotContent absent", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + snapshotOnly + restoreOf("") + withCSI, report.DataLost,
			[]string{"error volume-backup-failed pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: VolumeSnapshot shop/vs-1 waits for its VolumeSnapshotContent vsc-1, which the backup does not have"}},
		{"CSI snapshots without the feature", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + csiSnapshot + restoreOf(""), report.DataLost,
			[]string{"error volume-comes-back-empty pvc/shop/data", "warning backup-feature-off EnableCSI []: the backup has CSI snapshots"}},
		{"CSI snapshots and no volumes wanted", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + csiSnapshot + restoreOf("restorePVs: false") + withCSI, report.DataLost,
			[]string{"error volume-data-left-out pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: the Restore has restorePVs false"}},
		{"claims left out while a pod waits", pvOf("Delete") + claimOf("") + pod + files + restoreOf("excludedResources: [pvc]"), report.DataLost,
			[]string{"error volume-data-left-out pvc/shop/data " + all + ": pvc/shop/data: without persistentvolumes and persistentvolumeclaims Velero restores no pod volumes, and pod shop/web waits forever for volume files: " +
				"excludedResources (persistentvolumeclaims) leaves persistentvolumeclaims out (--exclude-resources without persistentvolumeclaims); used by deployments.apps/shop/web",
				"error pod-waits-forever pods/shop/web [deployments.apps/shop/web pvc/shop/data pods/shop/web]: pods/shop/web: its init container waits for the files of volume files"}},
		{"claims and volumes left out while a pod waits", pvOf("Delete") + claimOf("") + pod + files + restoreOf("excludedResources: [pvc, pv]"), report.DataLost,
			[]string{"error volume-data-left-out pvc/shop/data [deployments.apps/shop/web pvc/shop/data pods/shop/web]", "error pod-waits-forever pods/shop/web"}},
		{"the claim left out, and the pod has no backup of files", pvOf("Retain") + claimOf("") + pod + restoreOf("includedResources: [pods]"), report.DataLost,
			[]string{"error volume-data-left-out pvc/shop/data [pvc/shop/data pods/shop/web replicasets.apps/shop/web-1]: pvc/shop/data: its claim is not part of this restore, and the pods that mount it wait forever unless the target has it"}},
		{"the claim left out that the target has", pvOf("Retain") + claimOf("") + pod + restoreOf("includedResources: [pods]") + targetOf("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}"), report.DataKept, []string{}},
		{"the claim left out by its namespace, and its volume comes anyway", pvOf("Delete") + claimOf("") + "\n-- resources/configmaps/namespaces/other/c.yaml --\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: other}\n" +
			restoreOf("includedNamespaces: [other], includeClusterResources: true"), "", []string{}},
		{"volumes left out that the target may have", pvOf("Retain") + claimOf("") + pod + restoreOf("excludedResources: [pv]"), report.DataOld,
			[]string{"warning volume-needs-old-volume pvc/shop/data " + all + ": pvc/shop/data: the claim asks for PersistentVolume pv-1, which is not part of this restore: it waits until the target has one of this name, with the old volume; excludedResources (persistentvolumes) leaves persistentvolumes out"}},
		{"volumes left out that the target lacks", pvOf("Retain") + claimOf("") + pod + restoreOf("excludedResources: [pv]") + targetOf("apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: other}"), report.DataLost,
			[]string{"error volume-data-left-out pvc/shop/data " + all + ": pvc/shop/data: the claim asks for PersistentVolume pv-1, which is not part of this restore: it waits until the target has one of this name; excludedResources (persistentvolumes) leaves persistentvolumes out"}},
		{"a volume left out with its snapshot", pvOf("Delete") + claimOf("") + nativeBackup + restoreOf("excludedResources: [pv]"), report.DataLost, []string{"error volume-data-left-out pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: the claim asks for PersistentVolume pv-1"}},
		{"no class, and no default one", pvOf("Delete") + strings.Replace(claimOf(""), ", storageClassName: fast", "", 1) + pod + files + restoreOf("") + targetOf("apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: slow}\nprovisioner: d"), report.DataLost,
			[]string{"error claim-not-provisioned pvc/shop/data " + all + ": pvc/shop/data: the claim names no storage class, and the target has no default one: no volume is provisioned for it"}},
		{"no class, and a default one", pvOf("Delete") + strings.Replace(claimOf(""), ", storageClassName: fast", "", 1) + pod + files + restoreOf("") + targetOf("apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}\nprovisioner: d"), report.DataBack, nil},
		{"a volume that is nowhere, as far as is known", claimOf("") + restoreOf(""), report.DataOld, []string{"warning claim-volume-missing pvc/shop/data [pvc/shop/data pv/pv-1]"}},
		{"a volume that is nowhere", claimOf("") + restoreOf("") + targetOf("apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: other}"), report.DataOld, []string{"error claim-volume-missing pvc/shop/data [pvc/shop/data pv/pv-1]"}},
		{"a dataSource that is nowhere, as far as is known", pvOf("Delete") + claimWith("dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: old}") + pod + files + restoreOf(""), report.DataUnknown,
			[]string{"warning claim-source-missing pvc/shop/data " + all + ": pvc/shop/data: the claim's dataSource is vs/shop/old, which this restore does not bring: no volume is provisioned unless the target has it"}},
		{"a dataSource that is nowhere", pvOf("Delete") + claimWith("dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: old}") + pod + files + restoreOf("") + targetOf("apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\nmetadata: {name: other, namespace: shop}"), report.DataLost,
			[]string{"error claim-source-missing pvc/shop/data " + all + ": pvc/shop/data: the claim's dataSource is vs/shop/old, which is neither in the restore nor in the target"}},
		{"a dataSource that is nowhere, of a claim that was waiting for it already", strings.NewReplacer("volumeName: pv-1, ", "", "Bound", "Pending").Replace(claimWith("dataSource: {kind: PersistentVolumeClaim, name: old}")) + restoreOf(""), report.DataNone, nil},
		{"a dataSourceRef to a claim that is left out", pvOf("Delete") + claimWith("dataSourceRef: {kind: PersistentVolumeClaim, name: golden}") + files + restoreOf(""), report.DataLost, nil},
		{"a dataSource that the target has", pvOf("Delete") + claimWith("dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: old}") + pod + files + restoreOf("") +
			targetOf("apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\nmetadata: {name: old, namespace: shop}"), report.DataBack, nil},
		{"a dataSource that Velero renames", pvOf("Delete") + claimWith("dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: vs-1}") + pod + files + csiSnapshot + restoreOf("") + withCSI, report.DataUnknown,
			[]string{"warning claim-source-missing pvc/shop/data " + all + ": pvc/shop/data: the claim's dataSource is vs/shop/vs-1, which this restore does not bring (Velero restores it as "}},
		{"a selector that keeps a volume from being made", pvOf("Delete") + claimWith("selector: {matchLabels: {a: b}}") + pod + files + restoreOf(""), report.DataLost,
			[]string{"error claim-not-provisioned pvc/shop/data " + all + ": pvc/shop/data: the claim has a selector"}},
		{"no class that makes a volume", pvOf("Delete") + claimWith(`storageClassName: ""`) + pod + files + restoreOf(""), report.DataLost, []string{"error claim-not-provisioned pvc/shop/data " + all + ": pvc/shop/data: the claim has the empty storage class"}},
		{"a class without a provisioner", pvOf("Delete") + claimOf("") + pod + files + restoreOf("") + targetOf("apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: fast}\nprovisioner: kubernetes.io/no-provisioner"), report.DataLost,
			[]string{"error claim-not-provisioned pvc/shop/data " + all + ": pvc/shop/data: storage class fast has no provisioner"}},
		{"a retained volume that another claim of the target has", pvOf("Retain") + claimOf("") + pod + restoreOf("namespaceMapping: {shop: store}") + targetOf(targetPV("namespace: shop, name: data, uid: u", "Bound")), report.DataLost,
			[]string{"error claim-never-binds pvc/shop/data " + all + ": pvc/shop/data: the target's PersistentVolume pv-1 is bound to claim shop/data: claim store/data never binds"}},
		{"a retained volume that the update takes away", pvOf("Retain") + claimOf("") + pod + restoreOf("namespaceMapping: {shop: store}, existingResourcePolicy: update") + targetOf(targetPV("namespace: shop, name: data, uid: u", "Bound")), report.DataLost, []string{}}, // the PersistentVolume has a finding of its own
		{"a retained volume whose claim was deleted", pvOf("Retain") + claimOf("") + restoreOf("") + targetOf(targetPV("namespace: shop, name: data, uid: u", "Released")), report.DataLost, []string{"error claim-volume-released pvc/shop/data"}},
		{"a retained volume that is free", pvOf("Retain") + claimOf("") + restoreOf("") + targetOf(targetPV("namespace: shop, name: data", "Available")), report.DataOld, []string{"warning volume-needs-old-volume"}},
		{"the target has the claim", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + csiSnapshot + restoreOf("") + withCSI + targetOf("apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}"), report.DataKept,
			[]string{"warning volume-kept-by-target pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: the target has the claim"}},
		{"the target has the pod", pvOf("Delete") + claimOf("") + pod + files + restoreOf("") + targetOf("apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}"), report.DataLost,
			[]string{"error volume-comes-back-empty pvc/shop/data [deployments.apps/shop/web pvc/shop/data pv/pv-1 pods/shop/web]: pvc/shop/data: the target has pod shop/web, and the files of volume files come back only through a new pod"}},
		{"the target has the pod and its claim", pvOf("Delete") + claimOf("") + pod + files + restoreOf("") + targetOf("apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}"), report.DataKept,
			[]string{"warning volume-kept-by-target pvc/shop/data [deployments.apps/shop/web pvc/shop/data pv/pv-1 pods/shop/web]: pvc/shop/data: the target has the claim"}},
		{"a zone that the target does not have", strings.Replace(pvOf("Retain"), "csi:", "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}, csi:", 1) + claimOf("") + restoreOf("") +
			targetOf("apiVersion: v1\nkind: Node\nmetadata: {name: node-1, labels: {zone: b}}"), report.DataLost,
			[]string{"error volume-fits-no-node pvc/shop/data [pvc/shop/data pv/pv-1]: pvc/shop/data: no Node of the target fits the PersistentVolume's nodeAffinity: zone In [a]"}},
		{"a zone that the target has", strings.Replace(pvOf("Retain"), "csi:", "nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: zone, operator: In, values: [a]}]}]}}, csi:", 1) + claimOf("") + restoreOf("") +
			targetOf("apiVersion: v1\nkind: Node\nmetadata: {name: node-1, labels: {zone: a}}"), report.DataOld, []string{"warning volume-needs-old-volume"}},
		{"a snapshot in a pod's annotation", pvOf("Delete") + claimOf("") + strings.Replace(pod, "labels: {app: web}", "annotations: {snapshot.velero.io/files: r1}", 1) + restoreOf(""), report.DataUnknown,
			[]string{"warning pod-waits-for-old-snapshot pvc/shop/data " + all + ": pvc/shop/data: annotation snapshot.velero.io/files of pod shop/web names snapshot r1"}},
		{"a failed backup of files", pvOf("Delete") + claimOf("") + pod + strings.Replace(strings.Replace(files, "phase: Completed, snapshotID: k1", "phase: Failed, message: no space", 1), "snapshotID: k1", "", 1) + restoreOf(""), report.DataLost,
			[]string{"error volume-backup-failed pvc/shop/data " + all + ": pvc/shop/data: the backup of volume files of pod shop/web has no snapshot (phase Failed: no space)"}},
		{"a pod whose restore-wait never starts", pvOf("Delete") + claimOf("") + strings.Replace(pod, "containers: [{name: c, image: i}]", "containers: [{name: c, image: i, securityContext: {runAsNonRoot: true, runAsUser: 0}}]", 1) + files + restoreOf(""), report.DataLost, []string{}}, // the pod has a finding of its own
		{"a pod that its StatefulSet replaces while it waits", pvOf("Delete") + claimOf("") + strings.NewReplacer("apps/v1, kind: ReplicaSet, name: web-1", "apps/v1, kind: StatefulSet, name: web").Replace(pod) + replacingSet + files + restoreOf(""), report.DataLost, []string{}},
		{"an ephemeral claim", strings.NewReplacer("shop/data", "shop/web-tmp", "name: data", "name: web-tmp", "volumeName: pv-1, ", "").Replace(claimOf("")) + ownedPod("{name: tmp, ephemeral: {volumeClaimTemplate: {spec: {}}}}") + restoreOf(""), report.DataNone,
			[]string{"error ephemeral-claim-restored pvc/shop/web-tmp [deployments.apps/shop/web pvc/shop/web-tmp pods/shop/web]"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, ids, _ := strings.Cut(c.text, "\n-- ids --\n")
			folder, o := volumeCase(t, text)
			if old, to, ok := strings.Cut(strings.TrimSpace(ids), "="); ok {
				o.VolumeIDs = map[string]string{old: to}
			}
			_, summary := previewVolumes(t, folder, o)
			wantFate(t, summary, c.fate)
			got := onVolumes(summary)
			if c.want == nil && (c.fate == report.DataBack || c.fate == report.DataNone) && len(got) > 0 {
				t.Errorf("nothing is wrong, and got\n%s", strings.Join(got, "\n"))
			}
			for _, want := range c.want {
				if !slices.ContainsFunc(got, func(line string) bool { return strings.HasPrefix(line, want) }) {
					t.Errorf("want %s\ngot\n%s", want, strings.Join(got, "\n"))
				}
			}
			if c.want != nil && len(got) != len(c.want) {
				t.Errorf("want %d findings, got\n%s", len(c.want), strings.Join(got, "\n"))
			}
		})
	}
}

// wantFate looks at the claim's line, and at its place in the counts.
func wantFate(t *testing.T, s *report.Summary, want report.Fate) {
	t.Helper()
	var fates []report.Fate
	volumes := 0
	for _, v := range s.Volumes {
		if v.Claim != "" {
			fates = append(fates, v.Fate)
		}
		if v.Fate != "" {
			volumes++
		}
	}
	if !slices.Equal(fates, []report.Fate{want}) {
		t.Errorf("the claim's fate: got %v, want %s\n%+v", fates, want, s.Volumes)
	}
	if d := s.Told().Data; d.Volumes != volumes || want != "" && d.Fates[want] == 0 {
		t.Errorf("the counts are %+v", d)
	}
}

// What is to be done is a command, but not one with a name that means something to a shell.
func TestTasksOnVolumesAreCommands(t *testing.T) {
	folder, o := volumeCase(t, pvOf("Retain")+claimOf("")+restoreOf("")+targetOf(targetPV("namespace: shop, name: data, uid: u", "Released")))
	_, summary := previewVolumes(t, folder, o)
	want := []report.Task{{
		Finding: "claim-volume-released", Text: "Release the PersistentVolume from the deleted claim",
		Command: `kubectl patch persistentvolume pv-1 --type merge --patch '{"spec":{"claimRef":{"uid":null,"resourceVersion":null}}}'`,
	}}
	if got := summary.Told().Before; !slices.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
	for pod, command := range map[string]string{"web": "kubectl delete persistentvolumeclaim --namespace shop web-tmp", "web;x": ""} {
		claim := strings.NewReplacer("shop/data", "shop/"+pod+"-tmp", "name: data", `name: "`+pod+`-tmp"`, "volumeName: pv-1, ", "").Replace(claimOf(""))
		folder, o := volumeCase(t, claim+strings.NewReplacer("shop/web.yaml", "shop/"+pod+".yaml", "{name: web,", `{name: "`+pod+`",`).Replace(ownedPod("{name: tmp, ephemeral: {}}"))+restoreOf(""))
		_, summary := previewVolumes(t, folder, o)
		if got := summary.Told().After; len(got) != 1 || got[0].Command != command {
			t.Errorf("%s: got %+v", pod, got)
		}
	}
}

// A tarball alone tells nothing of how data was saved: one finding says so, and no volume is called empty.
func TestABareTarballTellsNothingOfData(t *testing.T) {
	folder, o := volumeCase(t, pvOf("Delete")+claimOf("")+ownedPod(filesVolume)+restoreOf(""))
	_, summary := previewVolumes(t, filepath.Join(folder, "b.tar.gz"), o)
	wantFate(t, summary, report.DataUnknown)
	got := onVolumes(summary)
	if len(got) != 1 || !strings.HasPrefix(got[0], "warning volume-data-unknown  [deployments.apps/shop/web pvc/shop/data pv/pv-1 pods/shop/web]: how the data of 1 volume was saved is unknown from the tarball alone") ||
		!strings.Contains(got[0], "backups/b of the object store") {
		t.Errorf("got %q", got)
	}
	for _, v := range summary.Volumes {
		if text := strings.Join(v.Missing, " "); strings.Contains(text, "empty") || strings.Contains(text, "the backup has no") {
			t.Errorf("got %s", text)
		}
	}
}

// What a finding on data says is missing is not told of as a reference too. It is needed where the target may have it.
func TestWhatIsMissingForDataIsToldOnce(t *testing.T) {
	ofFiles, _, _ := strings.Cut(filesBackup, "- metadata: {name: b-2}")
	pod := ownedPod(filesVolume)
	source := claimWith("dataSource: {apiGroup: snapshot.storage.k8s.io, kind: VolumeSnapshot, name: old}")
	for _, c := range []struct {
		name, text string
		needs      []string
	}{
		{"a dataSource that is nowhere", pvOf("Delete") + source + pod + ofFiles + restoreOf(""), []string{"old"}},
		{"a claim that is left out while a pod mounts it", pvOf("Retain") + claimOf("") + pod + restoreOf("includedResources: [pods]"), nil},
		{"a PersistentVolume that is left out", pvOf("Retain") + claimOf("") + restoreOf("excludedResources: [pv]"), []string{"pv-1"}},
		{"a VolumeSnapshot that Velero leaves out and gives a name of this restore", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csiSnapshot + restoreOf("includedResources: [pvc, pv]") + withCSI, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder, o := volumeCase(t, c.text)
			_, s := previewVolumes(t, folder, o)
			if got := onVolumes(s); len(got) != 1 {
				t.Errorf("got %q", got)
			}
			for _, f := range s.Findings {
				if f.ID == "reference-missing" {
					t.Errorf("told twice: %s", f.Message)
				}
			}
			var needs []string
			for _, n := range s.Told().Needs {
				if n.Resource != layout.StorageClasses && n.Resource != layout.CRDs {
					needs = append(needs, n.Name)
				}
			}
			if !slices.Equal(needs, c.needs) {
				t.Errorf("needs: got %q, want %q", needs, c.needs)
			}
		})
	}
}

func TestAnIncompleteBackupSaysWhy(t *testing.T) {
	const errors = `{"errors":{"cluster":[" resource: /persistentvolumes name: /pv-data message: /Error getting volume snapshotter error: /rpc error"],` +
		`"namespaces":{"shop":[" resource: /pods name: /web-0 message: /Error backing up item","  resource: /pods name: /web-0 message: /Error backing up item",` +
		`" resource: /secrets name: /creds message: /the value hunter2 is odd"]},"velero":["plain"]},"warnings":{}}`
	for phase, want := range map[string]string{
		"PartiallyFailed": "warning backup-partially-failed  [pv/pv-data pods/shop/web-0 secrets/shop/creds]: the backup is PartiallyFailed: plain; pv/pv-data: Error getting volume snapshotter: rpc error; pods/shop/web-0: Error backing up item;",
		"Failed":          "error backup-failed  [pv/pv-data pods/shop/web-0 secrets/shop/creds]: the backup is Failed: plain",
		"Completed":       "",
	} {
		b := backuptest.New("b")
		b.Object = strings.Replace(b.Object, `"phase":"Completed"`, `"phase":"`+phase+`"`, 1)
		b.Side["-results.gz"] = errors
		_, o := volumeCase(t, restoreOf(""))
		got := summaryOf(t, b.Write(t, t.TempDir()), o)
		if (want == "") != (len(got) == 0) || want != "" && !strings.HasPrefix(got[0], want) {
			t.Errorf("%s: got %q, want %s", phase, got, want)
		}
		if strings.Contains(strings.Join(got, ""), "hunter2") {
			t.Errorf("%s: the text on a Secret is told: %q", phase, got)
		}
	}
	b := backuptest.New("b")
	b.Object = strings.Replace(b.Object, `"phase":"Completed"`, `"phase":"PartiallyFailed"`, 1)
	folder := b.Write(t, t.TempDir())
	if err := os.Remove(filepath.Join(folder, "b-results.gz")); err != nil {
		t.Fatal(err)
	}
	_, o := volumeCase(t, restoreOf(""))
	if got := summaryOf(t, folder, o); len(got) != 1 || !strings.Contains(got[0], "the reason is unknown") {
		t.Errorf("without results: got %q", got)
	}
}

// summaryOf are the findings on a backup that did not complete.
func summaryOf(t *testing.T, folder string, o *restore.Options) []string {
	t.Helper()
	_, summary := previewVolumes(t, folder, o)
	return slices.DeleteFunc(onVolumes(summary), func(line string) bool {
		return !strings.Contains(line, "backup-failed ") && !strings.Contains(line, "backup-partially-failed")
	})
}

// TestTwoPersistentVolumesThatNameOneClaimAreToldApart shows that a baseline can tell their findings from each other.
func TestTwoPersistentVolumesThatNameOneClaimAreToldApart(t *testing.T) {
	folder, o := volumeCase(t, pvOf("Retain")+strings.ReplaceAll(pvOf("Retain"), "pv-1", "pv-2")+claimOf("")+restoreOf(""))
	_, summary := previewVolumes(t, folder, o)
	var subjects []string
	for _, f := range summary.Findings {
		if f.ID == "volume-needs-old-volume" {
			subjects = append(subjects, f.Subject)
		}
	}
	if want := []string{"persistentvolumeclaims/shop/data", "persistentvolumes/pv-2"}; !slices.Equal(subjects, want) {
		t.Errorf("got %q, want %q", subjects, want)
	}
}
