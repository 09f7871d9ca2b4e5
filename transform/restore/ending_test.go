package restore

import (
	"fmt"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/cluster"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

func endingItem(resource, namespace, target string, ids ...string) *pipeline.Item {
	it := &pipeline.Item{Key: layout.Address{Resource: resource, Namespace: namespace, Name: "x"}.Key(), Namespace: target}
	for _, id := range ids {
		it.Report.Error(id, "", "")
	}
	return it
}

// Each line stands where Velero's results have it: with the namespace in the target, with the cluster, or with Velero.
func TestTheResultsOfARestore(t *testing.T) {
	e := newEnding()
	e.see(endingItem("configmaps", "shop", "store", "action-failed"))
	e.see(endingItem("secrets", "shop", "store", "modifier-failed", "modifier-failed"))
	e.see(endingItem("persistentvolumes", "", "", "action-failed"))
	e.see(endingItem("pods", "gone", "gone", "namespace-terminating"))
	e.see(endingItem("serviceaccounts", "shop", "store", "merge-failed"))
	e.see(endingItem("pods", "shop", "store", "wrong-path", "volume-id-not-written", "volume-taken-from-claim"))
	e.see(endingItem("namespaces", "", "", "namespace-refused")) // comes with an item, which has the error
	wrong := endingItem("pods", "shop", "store")
	wrong.Report.Error("wrong-item", "metadata.name", "")
	e.see(wrong)
	warned := endingItem("services", "shop", "store")
	warned.Warned = []pipeline.Warned{{Sort: pipeline.AlreadyExists, Namespace: "store"}, {Sort: "additional-item-missing"}}
	e.see(warned)
	e.seeNamespace(layout.Address{Resource: "namespaces", Name: "bad"}.Key(), pipeline.Barrier{ID: "namespace-refused"})
	e.seeNamespace(layout.Address{Resource: "namespaces", Name: "good"}.Key(), pipeline.Barrier{})
	var s report.Summary
	s.Told().Hooks = []report.Hook{{Pod: "store/web", From: "pods/shop/web", Fate: report.HookFails}, {Fate: report.HookRuns}, {Fate: report.HookBlocks, Why: "no container c"}}
	e.conclude(&s)
	got := s.Told().Ending
	const want = "PartiallyFailed no container c\n" +
		"[{action-failed 2 [configmaps/shop/x persistentvolumes/x] map[cluster:1 namespaces/store:1]} {modifier-failed 2 [secrets/shop/x] map[namespaces/store:2]} " +
		"{hook-failed 1 [pods/shop/web] map[namespaces/store:1]} {namespace-refused 1 [namespaces/bad] map[velero:1]} {namespace-terminating 1 [pods/gone/x] map[velero:1]}]\n" +
		"[{additional-item-missing 1 [services/shop/x] map[cluster:1]} {already-exists 1 [services/shop/x] map[namespaces/store:1]} {merge-failed 1 [serviceaccounts/shop/x] map[namespaces/store:1]}]"
	if text := fmt.Sprintf("%s %s\n%v\n%v", got.Phase, got.Never, got.Errors, got.Warnings); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	e, s = newEnding(), report.Summary{}
	e.conclude(&s)
	if got := s.Told().Ending; got.Phase != "Completed" || got.Never != "" || got.Errors != nil || got.Warnings != nil {
		t.Errorf("nothing went wrong, and it ends as %+v", got)
	}
}

// Velero compares managedFields and empty values; kubectl does not print the former.
func TestWhenAnItemDiffersForVelero(t *testing.T) {
	const labels = `labels: {velero.io/backup-name: b, velero.io/restore-name: r}`
	item := `{kind: Thing, metadata: {name: x, ` + labels + `, managedFields: [{time: t1}]}, data: {a: b}}`
	for _, test := range []struct {
		name, target   string
		exact, retyped bool
		warned         bool
		finding        string
	}{
		{name: "the same", target: `{metadata: {name: x, managedFields: [{time: t1}]}, kind: Thing, data: {a: b}}`},
		{name: "the same at another time", target: `{metadata: {name: x, managedFields: [{time: t2}]}, kind: Thing, data: {a: b}}`, warned: true, finding: "exists-unchanged"},
		{name: "as kubectl shows it", target: `{metadata: {name: x}, kind: Thing, data: {a: b}}`},
		{name: "without managedFields", target: `{metadata: {name: x}, kind: Thing, data: {a: b}}`, exact: true, warned: true, finding: "exists-unchanged"},
		{name: "the same but for a type", target: `{metadata: {name: x}, kind: Thing, data: {a: b}}`, retyped: true, warned: true, finding: "exists-unchanged"},
		{name: "another one", target: `{metadata: {name: x}, kind: Thing, data: {a: c}}`, warned: true, finding: "exists-differently"},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := &walk{env: &pipeline.Env{}, o: &Options{Profile: actions.V1_18, ExactTarget: test.exact, Restore: &velero.Restore{}}}
			it := &pipeline.Item{Key: layout.Address{Resource: "things", Name: "x"}.Key(), Object: actiontest.Parse(t, item), Retyped: test.retyped}
			if v, err := w.meet(it, actiontest.Parse(t, test.target)); err != nil || v.Outcome != report.Exists {
				t.Fatalf("%+v, %v", v, err)
			}
			var found string
			for f := range it.Report.Findings() {
				found += f.ID
			}
			if (len(it.Warned) == 1) != test.warned || found != test.finding {
				t.Errorf("Velero warns: %v, want %v; findings %q, want %q", it.Warned, test.warned, found, test.finding)
			}
		})
	}
}

func TestHowANamespaceDiffers(t *testing.T) {
	for _, test := range []struct{ has, gets, want string }{
		{`{name: ns, labels: {kubernetes.io/metadata.name: n}}`, `{name: ns, labels: {kubernetes.io/metadata.name: m}}`, ""},
		{`{name: ns, labels: {a: b}}`, `{name: ns, labels: {a: c}}`, "warning metadata.labels: the target's Namespace ns differs in label a, and Velero leaves it unchanged\n"},
		{`{name: ns, labels: {a: b, e: f}}`, `{name: ns, labels: {a: b, c: d}}`, "warning metadata.labels: the target's Namespace ns differs in labels c, e, and Velero leaves it unchanged\n"},
		{`{name: ns, annotations: {a: "", b: "", c: "", d: "", e: ""}}`, `{name: ns}`, "note metadata.annotations: the target's Namespace ns differs in annotations a, b, c and 2 more, and Velero leaves it unchanged\n"},
	} {
		it := &pipeline.Item{Object: actiontest.Parse(t, "{metadata: "+test.gets+"}")}
		tellNamespaceDiffers(it, actiontest.Parse(t, "{metadata: "+test.has+"}"))
		got := ""
		for f := range it.Report.Findings() {
			got += fmt.Sprintf("%s %s: %s\n", f.Severity, f.Path, f.Message)
		}
		if got != test.want {
			t.Errorf("%s to %s:\ngot  %s\nwant %s", test.has, test.gets, got, test.want)
		}
	}
}

// The last thing that Velero does fails for a claim whose class the target is known to lack.
func TestClaimsWhoseClassIsMissingAreErrors(t *testing.T) {
	class := func(name string) *object.Value {
		return actiontest.Parse(t, "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: "+name+"}}")
	}
	for _, test := range []struct {
		name, claim, method string
		target              []*object.Value
		outcome             report.Outcome
		want                int
	}{
		{name: "a class that is missing", claim: "{storageClassName: fast}", method: "PodVolumeBackup", target: []*object.Value{class("slow")}, want: 2},
		{name: "one of a CSI snapshot", claim: "{storageClassName: fast}", method: "CSISnapshot", target: []*object.Value{class("slow")}, want: 2},
		{name: "a class that is there", claim: "{storageClassName: slow}", method: "CSISnapshot", target: []*object.Value{class("slow")}},
		{name: "a class that is restored", claim: "{storageClassName: restored}", method: "CSISnapshot", target: []*object.Value{class("slow")}},
		{name: "a target that is not described", claim: "{storageClassName: fast}", method: "CSISnapshot"},
		{name: "a native snapshot", claim: "{storageClassName: fast}", method: "NativeSnapshot", target: []*object.Value{class("slow")}},
		{name: "a claim with its volume", claim: "{storageClassName: fast, volumeName: pv}", method: "CSISnapshot", target: []*object.Value{class("slow")}},
		{name: "a claim that exists", claim: "{storageClassName: fast}", method: "CSISnapshot", target: []*object.Value{class("slow")}, outcome: report.Exists},
	} {
		t.Run(test.name, func(t *testing.T) {
			view, err := cluster.New(cluster.Options{Given: test.target}, discovery.New())
			if err != nil {
				t.Fatal(err)
			}
			info := velero.VolumeInfo{PVCName: "c", PVCNamespace: "shop", PVName: "pv", BackupMethod: test.method, PVInfo: &velero.PVInfo{}}
			p := newVolumePatches(&pipeline.Env{Target: view, Volumes: &pipeline.Volumes{Infos: map[string]velero.VolumeInfo{"pv": info}}})
			it := &pipeline.Item{Key: layout.Address{Resource: layout.PersistentVolumeClaims, Namespace: "shop", Name: "c"}.Key(), Namespace: "store", Object: actiontest.Parse(t, "{spec: "+test.claim+"}")}
			it.Report.Outcome = report.Create
			if test.outcome != "" {
				it.Report.Outcome = test.outcome
			}
			p.see(it)
			e := newEnding()
			p.conclude(e, func(key layout.ItemKey) bool { return key.Name == "restored" })
			got := 0
			if r := e.errors["claim-waits-for-class"]; r != nil {
				got = r.Places["namespaces/store"]
			}
			if got != test.want {
				t.Errorf("%d errors, want %d", got, test.want)
			}
		})
	}
}

func TestANumberIsInASetOnceItIsAdded(t *testing.T) {
	var s numbers
	for _, n := range []int{0, 63, 64, 700} {
		s.add(n)
	}
	for n, want := range map[int]bool{0: true, 1: false, 63: true, 64: true, 65: false, 700: true, 701: false, 10000: false} {
		if s.has(n) != want {
			t.Errorf("%d: %v", n, s.has(n))
		}
	}
}
