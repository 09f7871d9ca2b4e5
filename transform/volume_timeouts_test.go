package transform_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

// filesOf is a backup of the files of claim shop/data through pod shop/web, which is of a controller.
func filesOf(controller, labels string) string {
	ofFiles, _, _ := strings.Cut(filesBackup, "- metadata: {name: b-2}")
	pod := strings.NewReplacer("apps/v1, kind: ReplicaSet, name: web-1", controller, "labels: {app: web}", "labels: {app: web"+labels+"}").Replace(ownedPod(filesVolume))
	return pvOf("Delete") + claimOf("") + pod + infoOf("backupMethod: PodVolumeBackup, pvbInfo: {podName: web, podNamespace: shop, volumeName: files, size: 9}") + ofFiles + restoreOf("")
}

// A workload of the target removes restored pods that it takes for its own, and Velero waits for their files in vain.
func TestPodsThatTheTargetRemovesWhileFilesAreRestored(t *testing.T) {
	const deployed, hash = "apps/v1, kind: ReplicaSet, name: web-1", `, pod-template-hash: "1"`
	workload := func(apiVersion, kind, name, spec string) string {
		return targetOf("apiVersion: " + apiVersion + "\nkind: " + kind + "\nmetadata: {name: " + name + ", namespace: shop}\nspec: {" + spec + "}")
	}
	const selector = "selector: {matchLabels: {app: web}}"
	for _, c := range []struct {
		name, text string
		by         string // what removes the pod, "" for nothing
	}{
		{"nothing of it in the target", filesOf(deployed, hash), ""},
		{"the Deployment", filesOf(deployed, hash) + workload("apps/v1", "Deployment", "web", selector), "Deployment web"},
		{"the Deployment, scaled down", filesOf(deployed, hash) + workload("apps/v1", "Deployment", "web", "replicas: 0, "+selector), "Deployment web"},
		{"a paused Deployment", filesOf(deployed, hash) + workload("apps/v1", "Deployment", "web", "paused: true, "+selector), ""},
		{"a Deployment of the name for other pods", filesOf(deployed, hash) + workload("apps/v1", "Deployment", "web", "selector: {matchLabels: {app: other}}"), ""},
		{"another Deployment", filesOf(deployed, hash) + workload("apps/v1", "Deployment", "api", selector), ""},
		{"a ReplicaSet without a hash", filesOf(deployed, "") + workload("apps/v1", "Deployment", "web", selector), ""},
		{"the ReplicaSet", filesOf(deployed, "") + workload("apps/v1", "ReplicaSet", "web-1", "selector: {matchExpressions: [{key: app, operator: In, values: [web]}]}"), "ReplicaSet web-1"},
		{"the ReplicationController", filesOf("v1, kind: ReplicationController, name: rc", "") + workload("v1", "ReplicationController", "rc", "selector: {app: web}"), "ReplicationController rc"},
		{"a ReplicationController of other pods", filesOf("v1, kind: ReplicationController, name: rc", "") + workload("v1", "ReplicationController", "rc", "selector: {app: other}"), ""},
		{"the DaemonSet", filesOf("apps/v1, kind: DaemonSet, name: each", "") + workload("apps/v1", "DaemonSet", "each", selector), "DaemonSet each"},
		{"a StatefulSet that does not ask for the pod", filesOf("apps/v1, kind: StatefulSet, name: set", "") + workload("apps/v1", "StatefulSet", "set", "replicas: 0, "+selector), "StatefulSet set of 0 replicas"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder, o := volumeCase(t, c.text)
			_, s := previewVolumes(t, folder, o)
			var want []string
			ending, fate := report.Ending{Phase: "Completed"}, report.DataBack
			if c.by != "" {
				want = []string{"error pod-removed-by-target pvc/shop/data "}
				ending, fate = report.Ending{Phase: "PartiallyFailed", Errors: timedOut("pods/shop/web")}, report.DataLost
			}
			wantFate(t, s, fate)
			got := onVolumes(s)
			got = append(got, podsRemoved(s)...)
			if len(got) != len(want) || len(got) == 1 && (!strings.HasPrefix(got[0], want[0]) || !strings.Contains(got[0], "the target's "+c.by+" has its own pods, and removes pod shop/web")) {
				t.Errorf("got %q", got)
			}
			wantEnding(t, s, ending)
		})
	}
}

func podsRemoved(s *report.Summary) (list []string) {
	for _, f := range s.Findings {
		if f.ID == "pod-removed-by-target" {
			list = append(list, found(f))
		}
	}
	return list
}

func timedOut(pods ...string) []report.Result {
	return []report.Result{{Sort: "pod-volume-restore-timed-out", Count: len(pods), Items: pods, Places: map[string]int{"velero": len(pods)}}}
}

// wantEnding compares the phase and the errors.
func wantEnding(t *testing.T, s *report.Summary, want report.Ending) {
	t.Helper()
	got := s.Told().Ending
	if got.Phase != want.Phase || len(got.Errors) != len(want.Errors) {
		t.Fatalf("the restore ends as %+v, want %+v", got, want)
	}
	for i, r := range want.Errors {
		if g := got.Errors[i]; g.Sort != r.Sort || g.Count != r.Count || !slices.Equal(g.Items, r.Items) || g.Places["velero"] != r.Places["velero"] {
			t.Errorf("got %+v, want %+v", g, r)
		}
	}
}

// A StatefulSet keeps the pods that it asks for, by their ordinals.
func TestPodsThatAStatefulSetAsksFor(t *testing.T) {
	for spec, removed := range map[string]bool{"replicas: 1": true, "replicas: 2": false, "": true, "replicas: 1, ordinals: {start: 1}": false, "replicas: 5, ordinals: {start: 2}": true} {
		text := strings.NewReplacer("shop/web.yaml", "shop/web-1.yaml", "{name: web, namespace", "{name: web-1, namespace", "pod: {namespace: shop, name: web}", "pod: {namespace: shop, name: web-1}").
			Replace(filesOf("apps/v1, kind: StatefulSet, name: web", ""))
		folder, o := volumeCase(t, text+targetOf("apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: web, namespace: shop}\nspec: {"+strings.Trim(spec+", selector: {matchLabels: {app: web}}", ", ")+"}"))
		_, s := previewVolumes(t, folder, o)
		if got := podsRemoved(s); len(got) > 0 != removed {
			t.Errorf("%s: got %q\n%+v", spec, got, s.Volumes)
		}
	}
}

// Velero waits for files until its time is over where a pod never starts, and counts an error for each such pod.
func TestVeleroWaitsForPodsThatNeverStart(t *testing.T) {
	const owner = "apps/v1, kind: ReplicaSet, name: web-1"
	never := []report.Result{}
	for _, c := range []struct {
		name, text string
		want       []report.Result
	}{
		{"all is well", filesOf(owner, ""), never},
		{"restore-wait cannot start", strings.Replace(filesOf(owner, ""), "image: i}]", "image: i, securityContext: {runAsNonRoot: true, runAsUser: 0}}]", 1), timedOut("pods/shop/web")},
		{"no node fits", strings.Replace(filesOf(owner, ""), "spec: {volumes", "spec: {nodeSelector: {zone: a}, volumes", 1) + targetOf("apiVersion: v1\nkind: Node\nmetadata: {name: node-1}"), timedOut("pods/shop/web")},
		{"the claim is never bound", strings.Replace(filesOf(owner, ""), "storageClassName: fast", "selector: {matchLabels: {a: b}}", 1), timedOut("pods/shop/web")},
		{"the claim may never be bound", strings.Replace(filesOf(owner, ""), "storageClassName: fast", "dataSource: {kind: PersistentVolumeClaim, name: old}", 1), never},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder, o := volumeCase(t, c.text)
			_, s := previewVolumes(t, folder, o)
			phase := "PartiallyFailed"
			if len(c.want) == 0 {
				phase = "Completed"
			}
			wantEnding(t, s, report.Ending{Phase: phase, Errors: c.want})
		})
	}
}
