package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// pvOf, claimOf and podOf write items of one backup: volume pv-1 is claimed by shop/data, which pod shop/web mounts.
func pvOf(policy string) string {
	return `
-- resources/persistentvolumes/cluster/pv-1.yaml --
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv-1}
spec: {persistentVolumeReclaimPolicy: ` + policy + `, claimRef: {namespace: shop, name: data}, csi: {driver: ebs.csi.aws.com, volumeHandle: vol-1}}
`
}

func claimOf(annotations string) string {
	return `
-- resources/persistentvolumeclaims/namespaces/shop/data.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop, annotations: {` + annotations + `}}
spec: {volumeName: pv-1, storageClassName: fast}
status: {phase: Bound}
`
}

const webPod = `
-- resources/pods/namespaces/shop/web.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, annotations: {backup.velero.io/backup-volumes: "files,cache,tmp"}}
spec:
  volumes: [{name: files, persistentVolumeClaim: {claimName: data}}, {name: cache, emptyDir: {}}, {name: tmp, emptyDir: {}}]
  containers: [{name: c, image: i, volumeMounts: [{name: files, mountPath: /f}, {name: cache, mountPath: /c}]}]
`

const filesBackup = `
-- podvolumebackups.yaml --
- metadata: {name: b-1, annotations: {velero.io/pvc-name: data}}
  spec: {pod: {namespace: shop, name: web}, volume: files}
  status: {phase: Completed, snapshotID: k1}
- metadata: {name: b-2}
  spec: {pod: {namespace: shop, name: web}, volume: cache}
  status: {phase: Completed, snapshotID: k2}
`

const nativeBackup = `
-- volumesnapshots.yaml --
- spec: {backupName: b, location: default, persistentVolumeName: pv-1, providerVolumeID: vol-1, volumeType: io2, volumeAZ: a, volumeIOPS: 100}
  status: {providerSnapshotID: snap-1, phase: Completed}
`

// csiSnapshot is the VolumeSnapshot of shop/data, with its content.
const csiSnapshot = `
-- resources/volumesnapshots.snapshot.storage.k8s.io/namespaces/shop/vs-1.yaml --
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: {name: vs-1, namespace: shop, annotations: {a: b}}
spec: {source: {persistentVolumeClaimName: data}}
status: {boundVolumeSnapshotContentName: vsc-1}
-- resources/volumesnapshotcontents.snapshot.storage.k8s.io/cluster/vsc-1.yaml --
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshotContent
metadata: {name: vsc-1}
spec: {driver: d, deletionPolicy: Retain, source: {volumeHandle: h}, volumeSnapshotRef: {name: vs-1, namespace: shop}}
status: {snapshotHandle: h1}
`

func infoOf(text string) string {
	return "\n-- volumeinfo.yaml --\n- {pvName: pv-1, pvcNamespace: shop, pvcName: data, " + text + "}\n"
}

func restoreOf(spec string) string { return "\n-- restore.yaml --\nspec: {" + spec + "}\n" }

func TestVolumePlan(t *testing.T) {
	native, files := infoOf("backupMethod: NativeSnapshot")+nativeBackup, infoOf("backupMethod: PodVolumeBackup")+filesBackup
	csi := infoOf("backupMethod: CSISnapshot, csiSnapshotInfo: {snapshotHandle: h1, driver: d, size: 7}")
	const noOptions = "\n-- restore.yaml --\nspec: {}\n"
	for _, c := range []struct {
		name, text string
		want       []string // a line each, as told writes it
	}{
		{"a native snapshot", pvOf("Delete") + claimOf("") + native + noOptions, []string{"native-snapshot shop/data pv-1 snap-1"}},
		{"a native snapshot, its claim mapped and its volume in the target", pvOf("Delete") + claimOf("") + native + restoreOf("namespaceMapping: {shop: store}") +
			"-- target.yaml --\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv-1}\nspec: {}\n", []string{"native-snapshot store/data pv-1 snap-1"}},
		{"restorePVs false", pvOf("Delete") + claimOf("") + native + restoreOf("restorePVs: false"), []string{"as-it-is shop/data pv-1 snap-1 !the Restore has restorePVs false: the PersistentVolume points to the old volume vol-1"}},
		{"a snapshot that the list does not have", pvOf("Delete") + claimOf("") + infoOf("backupMethod: NativeSnapshot") + noOptions, []string{"as-it-is shop/data pv-1 !the backup's volume information names a native snapshot"}},
		{"a snapshot without an id", pvOf("Delete") + claimOf("") + strings.Replace(native, "providerSnapshotID: snap-1, phase: Completed", "phase: Failed", 1) + noOptions, []string{"as-it-is shop/data pv-1 !its snapshot has no id (phase Failed)"}},
		{"a volume in the target", pvOf("Delete") + claimOf("") + native + noOptions + "-- target.yaml --\napiVersion: v1\nkind: PersistentVolume\nmetadata: {name: pv-1}\nspec: {}\n",
			[]string{"as-it-is shop/data pv-1 snap-1 !the target has a PersistentVolume of this name"}},
		{"files, with and without a claim", pvOf("Delete") + claimOf("") + webPod + files + noOptions,
			[]string{"pod-volume-backup shop web/cache=k2+", "dynamic-provisioning shop web/tmp= !pod shop/web asks for backups of volume tmp, and the backup has none", "pod-volume-backup shop/data pv-1 web/files=k1+"}},
		{"files whose pod is left out", pvOf("Delete") + claimOf("") + webPod + files + restoreOf("excludedResources: [pods]"),
			[]string{"pod-volume-backup shop/data pv-1 web/files=k1 !pod shop/web is not part of this restore"}},
		{"files whose pod has completed", pvOf("Delete") + claimOf("") + strings.TrimSpace(webPod) + "\nstatus: {phase: Succeeded}\n" + files + noOptions,
			[]string{"pod-volume-backup shop web/cache=k2 !pod shop/web is not created", "dynamic-provisioning shop web/tmp= !pod shop/web asks", "pod-volume-backup shop/data pv-1 web/files=k1 !pod shop/web is not created, and the files of volume files come back only through it: it has completed its work"}},
		{"files without a snapshot", pvOf("Delete") + claimOf("") + webPod + strings.Replace(files, ", snapshotID: k1", "", 1) + noOptions,
			[]string{"pod-volume-backup shop web/cache=k2+", "dynamic-provisioning shop web/tmp= !pod", "pod-volume-backup shop/data pv-1 web/files= !the backup of volume files of pod shop/web has no snapshot (phase Completed)"}},
		{"files of a pod that the backup does not have", pvOf("Delete") + claimOf("") + files + noOptions, []string{"pod-volume-backup shop/data pv-1 web/files=k1 !pod shop/web is not in the backup"}},
		{"files that the list does not have", pvOf("Delete") + claimOf("") + infoOf("backupMethod: PodVolumeBackup") + noOptions, []string{"pod-volume-backup shop/data pv-1 !the backup's volume information names a file system backup"}},
		{"no volumes in the restore", claimOf("") + webPod + files + restoreOf("excludedResources: [persistentvolumes]"),
			[]string{"pod-volume-backup shop web/cache=k2+ !without persistentvolumes", "dynamic-provisioning shop web/tmp= !pod", "as-it-is shop/data pv-1 web/files=k1+ !the claim asks for PersistentVolume pv-1, which is not part of this restore | without persistentvolumes and persistentvolumeclaims Velero restores no pod volumes"}},
		{"a CSI snapshot", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + csiSnapshot + noOptions + "-- features --\nEnableCSI\n", []string{"csi-snapshot shop/data pv-1 h1"}},
		{"a CSI snapshot that is not there", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + noOptions + "-- features --\nEnableCSI\n",
			[]string{"csi-snapshot shop/data pv-1 h1 !the claim waits for VolumeSnapshot shop/vs-1, which the backup does not have"}},
		{"a CSI snapshot without the feature", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + noOptions, []string{"dynamic-provisioning shop/data pv-1 h1 !Velero's feature EnableCSI is off"}},
		{"a CSI snapshot and restorePVs false", pvOf("Delete") + claimOf("velero.io/volume-snapshot-name: vs-1") + csi + restoreOf("restorePVs: false") + "-- features --\nEnableCSI\n", []string{"dynamic-provisioning shop/data pv-1 h1 !the Restore has restorePVs false"}},
		{"skipped, to be deleted", pvOf("Delete") + claimOf("") + infoOf("skipped: true, skippedReason: because;") + noOptions, []string{"dynamic-provisioning shop/data pv-1 !its data was not backed up (because), and the reclaim policy is Delete: the new volume is empty"}},
		{"skipped, retained", pvOf("Retain") + claimOf("") + infoOf("skipped: true") + noOptions, []string{"as-it-is shop/data pv-1 !its data was not backed up (no reason given): the data comes back only if the target can attach the old volume vol-1"}},
		{"no record", pvOf("Delete") + claimOf("") + noOptions, []string{"dynamic-provisioning shop/data pv-1 !the backup has no snapshot of its data, and the reclaim policy is Delete"}},
		{"no claim in the restore", pvOf("Delete") + noOptions, []string{"dynamic-provisioning shop/data pv-1 !its claim is not part of this restore, so no volume is provisioned for it"}},
		{"a claim that was never bound", strings.Replace(claimOf(""), "volumeName: pv-1, ", "", 1) + noOptions, []string{"dynamic-provisioning shop/data"}},
		{"a claim that the target has", pvOf("Retain") + claimOf("") + noOptions + "-- target.yaml --\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data, namespace: shop}\n",
			[]string{"as-it-is shop/data pv-1 !the target has the claim and keeps its volume"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder, o := volumeCase(t, c.text)
			_, summary := previewVolumes(t, folder, o)
			checkPlan(t, summary.Volumes, c.want)
		})
	}
}

// told writes a line of the plan: method, claim, PersistentVolume, snapshot, pods (+ where one waits), what is missing.
func told(v report.Volume) string {
	parts := []string{string(v.Method), strings.TrimSuffix(v.Namespace+"/"+v.Claim, "/")}
	if v.PersistentVolume != "" {
		parts = append(parts, v.PersistentVolume)
	}
	if v.Data != nil && v.Data.Snapshot != "" {
		parts = append(parts, v.Data.Snapshot)
	}
	for _, p := range v.Pods {
		waits := ""
		if p.Waits {
			waits = "+"
		}
		parts = append(parts, p.Name+"/"+p.Volume+"="+p.Snapshot+waits)
	}
	if len(v.Missing) > 0 {
		parts = append(parts, "!"+strings.Join(v.Missing, " | "))
	}
	return strings.Join(parts, " ")
}

// checkPlan wants lines that begin as said; where nothing is said to be missing, nothing may be.
func checkPlan(t *testing.T, got []report.Volume, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		line, begin := "nothing", "nothing"
		if i < len(got) {
			line = told(got[i])
		}
		if i < len(want) {
			begin = want[i]
		}
		same := strings.HasPrefix(line, begin)
		if both := strings.Split(begin, " | "); len(both) == 2 {
			same = strings.HasPrefix(line, both[0]) && strings.Contains(line, " | "+both[1])
		}
		if !same || strings.Contains(line, "!") != strings.Contains(begin, "!") {
			t.Errorf("got  %s\nwant %s", line, begin)
		}
	}
}

func TestThePlanHasTheCallsToThePlugin(t *testing.T) {
	folder, o := volumeCase(t, pvOf("Delete")+claimOf("")+infoOf("backupMethod: NativeSnapshot")+nativeBackup+restoreOf("")+`
-- target.yaml --
apiVersion: velero.io/v1
kind: VolumeSnapshotLocation
metadata: {name: default, namespace: velero}
spec: {provider: aws, config: {region: r}}
`)
	_, summary := previewVolumes(t, folder, o)
	if len(summary.Volumes) != 1 || summary.Volumes[0].Data == nil {
		t.Fatalf("got %+v", summary.Volumes)
	}
	v := summary.Volumes[0]
	if v.Data.Provider != "aws" || v.Data.Type != "io2" || v.Data.Zone != "a" || v.Data.IOPS == nil || *v.Data.IOPS != 100 {
		t.Errorf("got %+v", v.Data)
	}
	var calls []string
	for _, c := range v.Calls {
		calls = append(calls, fmt.Sprint(c.Verb, c.Config, c.SnapshotID, c.VolumeType, c.VolumeAZ, c.PersistentVolume, c.VolumeID))
	}
	if iops := v.Calls[1].IOPS; iops == nil || *iops != 100 {
		t.Errorf("the call has not the recorded IOPS: %+v", v.Calls[1])
	}
	want := "Initmap[region:r] CreateVolumeFromSnapshotmap[]snap-1io2a SetVolumeIDmap[]pv-1"
	if got := strings.Join(calls, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestIOPSThatThePluginOfAWSDrops(t *testing.T) {
	for volumeType, dropped := range map[string]bool{"io1": false, "io2": false, "gp3": true, "": true} {
		text := pvOf("Delete") + claimOf("") + infoOf("backupMethod: NativeSnapshot") + strings.Replace(nativeBackup, "io2", `"`+volumeType+`"`, 1)
		for provider, says := range map[string]bool{"": dropped, "aws": dropped, "velero.io/aws": dropped, "acme.io/disks": false} {
			folder, o := volumeCase(t, text+restoreOf("")+`
-- target.yaml --
apiVersion: velero.io/v1
kind: VolumeSnapshotLocation
metadata: {name: default, namespace: velero}
spec: {provider: "`+provider+`"}
`)
			items, summary := previewVolumes(t, folder, o)
			notes := items["persistentvolumes/pv-1"].Notices
			if len(notes) != 1 || strings.Contains(notes[0].Message, "passes on IOPS of io1 and io2 only") != says {
				t.Errorf("%q of %q: got %+v", volumeType, provider, notes)
			}
			if calls := summary.Volumes[0].Calls; *calls[1].IOPS != 100 {
				t.Errorf("%q: Velero calls with what was recorded, whatever the plugin does: %+v", volumeType, calls[1])
			}
		}
	}
}

func TestTheVolumePlanOfVelero16(t *testing.T) {
	folder, o := volumeCase(t, pvOf("Delete")+claimOf("")+webPod+filesBackup+restoreOf("excludedResources: [persistentvolumes]"))
	_, summary := previewVolumes(t, folder, as16(t, o))
	checkPlan(t, summary.Volumes, []string{
		"pod-volume-backup shop web/cache=k2+", "dynamic-provisioning shop web/tmp= !pod shop/web asks",
		"as-it-is shop/data pv-1 web/files=k1+ !the claim asks for PersistentVolume pv-1",
	})
}

// as16 is the same restore by Velero 1.6.
func as16(t *testing.T, o *restore.Options) *restore.Options {
	t.Helper()
	old := &restore.Options{Profile: actions.V1_6, Restore: o.Restore, Target: o.Target, Actions: builtin.Restore(actions.V1_6), Secrets: true}
	if err := old.Complete("b"); err != nil {
		t.Fatal(err)
	}
	return old
}
