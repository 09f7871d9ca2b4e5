package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/cluster"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// row is one row of a table of a stage: an item in YAML at a path, what is around it, and what the stage makes of it.
type row struct {
	name    string
	profile actions.Profile // V1_18 where empty
	archive bool
	restore string   // a Restore's spec
	target  []string // objects
	side    side
	rules   string // resource modifiers
	actions []actions.Action
	volume  *Volume // what was decided before
	around  around
	ids     map[string]string // old volume -> new volume
	path    string            // below resources/; a PersistentVolume pv where empty
	item    string

	want     string // the item afterwards; as it was where empty
	outcome  report.Outcome
	reason   string // a part of it
	fails    string // the id of the failure
	field    string // its field
	warnings []string
	check    func(t *testing.T, it *Item)
}

// side is what stands beside the tarball, in YAML.
type side struct{ infos, native, podVolumes, csi string }

func (s side) read(t *testing.T) *tarball.Side {
	t.Helper()
	out := &tarball.Side{}
	for text, into := range map[*string]any{&s.infos: &out.VolumeInfos, &s.native: &out.VolumeSnapshots, &s.podVolumes: &out.PodVolumeBackups, &s.csi: &out.CSISnapshots} {
		unmarshal(t, *text, into)
	}
	return out
}

func unmarshal(t *testing.T, text string, into any) {
	t.Helper()
	if err := yaml.UnmarshalStrict([]byte(text), into); err != nil {
		t.Fatalf("YAML of the table: %v\n%s", err, text)
	}
}

// around is an Around for tests.
type around struct {
	barrier Barrier
	err     error
	again   bool // the item came up before
	volumes map[string]*Volume
	brought []*actions.Output
}

func (a *around) Namespace(*Item) (Barrier, error) { return a.barrier, a.err }

func (a *around) Exists(*Item) bool { return false }

func (a *around) Land(*Item) error { return nil }

func (a *around) Landed(ref layout.Address) bool { return ref.Name != "left-out" }

func (a *around) First(*Item) bool { return !a.again }

func (a *around) Volume(pv string) *Volume {
	if a.volumes[pv] == nil {
		return &Volume{}
	}
	return a.volumes[pv]
}

func (a *around) Bring(_ *Item, _ string, out *actions.Output) error {
	a.brought = append(a.brought, out)
	return a.err
}

func (a *around) Create(*Item) (Verdict, error) { return End(report.Create, "") }

func (r *row) env(t *testing.T) *Env {
	t.Helper()
	restore := &velero.Restore{}
	restore.Name, restore.Namespace, restore.UID = "r", "velero", "u"
	unmarshal(t, r.restore, &restore.Spec)
	var given []*object.Value
	for _, text := range r.target {
		given = append(given, actiontest.Parse(t, text))
	}
	view, err := cluster.New(cluster.Options{Given: given, VeleroNamespace: "velero"}, discovery.New())
	if err != nil {
		t.Fatal(err)
	}
	chain, err := actions.NewChain(r.actions, func(string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	env := &Env{
		Profile: r.profile, Restore: restore, Chain: chain, Modifiers: &modifiers.Rules{}, VolumeIDs: r.ids, Target: view, Volumes: NewVolumes(r.side.read(t)), Archive: r.archive,
		Backup: &actions.Backup{Get: func(actions.ItemRef) *object.Value { return nil }},
	}
	if env.Profile == 0 {
		env.Profile = actions.V1_18
	}
	if r.rules != "" {
		if env.Modifiers, err = modifiers.Parse([]byte(r.rules)); err != nil {
			t.Fatal(err)
		}
	}
	return env
}

func (r *row) run(t *testing.T, stage func(*Env, Around, *Item) (Verdict, error)) {
	t.Helper()
	if r.path == "" {
		r.path = "persistentvolumes/cluster/pv"
	}
	key, err := layout.Parse("resources/" + r.path + ".json")
	if err != nil {
		t.Fatal(err)
	}
	env := r.env(t)
	it := New(env, key, actiontest.Parse(t, r.item))
	it.FromBackup, it.Volume = it.Object.Clone(), r.volume
	verdict, err := stage(env, &r.around, it)
	if err != nil {
		t.Fatal(err)
	}
	checkVerdict(t, r, verdict)
	if r.want == "" {
		r.want = r.item
	}
	if want := actiontest.Parse(t, r.want); r.fails == "" && !object.Equal(it.Object, want) {
		t.Errorf("the item afterwards\n got %s\nwant %s", it.Object.JSON(), want.JSON())
	}
	var warnings []string
	for _, w := range slices.Concat(it.Report.Notices, it.Report.Warnings, it.Report.Errors) {
		warnings = append(warnings, w.ID)
	}
	if !slices.Equal(warnings, r.warnings) {
		t.Errorf("notes, warnings and errors: got %v, want %v", warnings, r.warnings)
	}
	if r.check != nil {
		r.check(t, it)
	}
}

func checkVerdict(t *testing.T, r *row, got Verdict) {
	t.Helper()
	if r.fails != "" {
		if f := got.Failure; got.Outcome != report.Fail || !got.Ends || f == nil || f.ID != r.fails || f.Path != r.field || !strings.Contains(f.Err.Error(), r.reason) {
			t.Errorf("got %+v %+v, want the failure %s: %s", got, got.Failure, r.fails, r.reason)
		}
		return
	}
	if got.Outcome != r.outcome || got.Failure != nil || got.Ends != (r.outcome != "") || !strings.Contains(got.Reason, r.reason) {
		t.Errorf("got %+v %+v, want outcome %q with reason %q", got, got.Failure, r.outcome, r.reason)
	}
}

func runRows(t *testing.T, stage func(*Env, Around, *Item) (Verdict, error), rows []row) {
	t.Helper()
	for i := range rows {
		t.Run(rows[i].name, func(t *testing.T) { rows[i].run(t, stage) })
	}
}

func TestAnItemIsWhatItsPathSays(t *testing.T) {
	const path = "configmaps/namespaces/shop/c"
	runRows(t, checkIdentity, []row{
		{name: "it is", path: path, item: `{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: shop}}`},
		{name: "of the cluster", item: `{apiVersion: v1, metadata: {name: pv}}`},
		{name: "a namespace of null is none", item: `{apiVersion: v1, metadata: {name: pv, namespace: null}}`},
		{name: "no object", path: path, item: `[a]`, fails: "wrong-item", reason: "resources/configmaps/namespaces/shop/c.json: is array, not an object"},
		{name: "no metadata", path: path, item: `{apiVersion: v1}`, fails: "wrong-item", reason: "metadata: is missing"},
		{name: "metadata of another type", path: path, item: `{apiVersion: v1, metadata: [a]}`, fails: "wrong-item", reason: "metadata: is array, not an object"},
		{name: "no apiVersion", path: path, item: `{metadata: {name: c, namespace: shop}}`, fails: "wrong-item", reason: "apiVersion: is missing"},
		{name: "another name", path: path, item: `{apiVersion: v1, metadata: {name: d, namespace: shop}}`, fails: "wrong-item", field: "metadata.name", reason: `metadata.name: is "d", and the path says "c"`},
		{name: "another namespace", path: path, item: `{apiVersion: v1, metadata: {name: c, namespace: data}}`, fails: "wrong-item", field: "metadata.namespace", reason: `metadata.namespace: is "data", and the path says "shop"`},
		{name: "a namespace in vain", item: `{apiVersion: v1, metadata: {name: pv, namespace: shop}}`, fails: "wrong-item", field: "metadata.namespace", reason: "metadata.namespace"},
	})
}

func TestBytesThatAreNoTextAreReplaced(t *testing.T) {
	env := (&row{}).env(t)
	for text, want := range map[string]string{
		`{"apiVersion":"v1","metadata":{"name":"pv"},"a":"ä"}`:    `{"apiVersion":"v1","metadata":{"name":"pv"},"a":"ä"}`,
		`{"apiVersion":"v1","metadata":{"name":"pv"},"a":"\xff"}`: `{"apiVersion":"v1","metadata":{"name":"pv"},"a":"` + "\uFFFD" + `"}`,
	} {
		if text[len(text)-3] == 'f' {
			text = strings.ReplaceAll(text, `\xff`, "\xff")
		}
		it := New(env, layout.Address{Resource: layout.PersistentVolumes, Name: "pv"}.Key(), object.MustParse(text))
		if v, err := checkIdentity(env, &around{}, it); err != nil || v.Ends {
			t.Fatalf("%s: %+v, %v", text, v, err)
		}
		if got := string(it.Object.JSON()); got != want || (len(it.Report.Warnings) == 1) != (text != want) {
			t.Errorf("got %s with warnings %v, want %s", got, it.Report.Warnings, want)
		}
	}
}

func TestANamespaceThatCannotBeThereKeepsItemsOut(t *testing.T) {
	const path, item = "configmaps/namespaces/shop/c", `{apiVersion: v1, metadata: {name: c, namespace: shop}}`
	barrier := around{barrier: Barrier{ID: "namespace-refused", Why: "it is no name"}}
	runRows(t, targetNamespace, []row{
		{name: "it is there", path: path, item: item},
		{name: "it cannot be", path: path, item: item, around: barrier, restore: `{namespaceMapping: {shop: Store}}`, fails: "namespace-refused", reason: "namespace Store: it is no name"},
		{name: "an item of the cluster needs none", item: `{apiVersion: v1, metadata: {name: pv}}`, around: barrier},
	})
	failing := &around{err: errors.New("the spool is gone")}
	it := New((&row{}).env(t), layout.ItemKey{Address: layout.Address{Resource: "configmaps", Namespace: "shop", Name: "c"}}, object.New())
	if v, err := targetNamespace(nil, failing, it); !errors.Is(err, failing.err) || v.Ends {
		t.Errorf("got %+v, %v", v, err)
	}
}

func TestWhatHasCompletedAndWhatCameUpBefore(t *testing.T) {
	pod := func(rest string) string {
		return `{apiVersion: v1, metadata: {name: p, namespace: shop}` + rest + `}`
	}
	const pods, jobs = "pods/namespaces/shop/p", "jobs.batch/namespaces/shop/p"
	runRows(t, once, []row{
		{name: "a pod that runs", path: pods, item: pod(`, status: {phase: Running}`)},
		{name: "a pod without a status", path: pods, item: pod("")},
		{name: "a status of null", path: pods, item: pod(", status: null")},
		{name: "a pod that is through", path: pods, item: pod(`, status: {phase: Succeeded}`), outcome: report.Skip, reason: "completed"},
		{name: "a pod that failed", path: pods, item: pod(`, status: {phase: Failed}`), outcome: report.Skip, reason: "it has failed"},
		{name: "a phase that is no string", path: pods, item: pod(`, status: {phase: 1}`), fails: "wrong-type", reason: "status.phase: is number, not a string"},
		{name: "a phase of null", path: pods, item: pod(`, status: {phase: null}`), fails: "wrong-type", reason: "status.phase: is null, not a string"},
		{name: "a status that is no object", path: pods, item: pod(`, status: [a]`), fails: "wrong-type", reason: "status: is array, not an object"},
		{name: "a job that runs", path: jobs, item: pod(`, status: {active: 1}`)},
		{name: "a job that is through", path: jobs, item: pod(`, status: {completionTime: "2024-01-01T00:00:00Z"}`), outcome: report.Skip, reason: "completed"},
		{name: "others have no such status", path: "widgets.example.org/namespaces/shop/p", item: pod(`, status: {phase: Failed, completionTime: x}`)},
	})
	env := (&row{}).env(t)
	it := New(env, layout.Address{Resource: "cronjobs.batch", Namespace: "shop", Name: "c"}.Key(), object.MustParse(`{"apiVersion":"batch/v1beta1"}`))
	if v, err := once(env, &around{}, it); err != nil || v.Ends || it.Report.Version != "v1beta1" || it.FromBackup == nil || it.FromBackup == it.Object || it.Original() != it.FromBackup {
		t.Errorf("its version is %q, and how it stands in the backup is %v", it.Report.Version, it.FromBackup)
	}
	for _, text := range []string{`{}`, `{"status":{"phase":"Failed"}}`} {
		it := New(env, layout.Address{Resource: layout.Pods, Namespace: "shop", Name: "p"}.Key(), object.MustParse(text))
		if v, err := once(env, &around{again: true}, it); err != nil || !v.Ends || v.Outcome != "" {
			t.Errorf("%s, which came up before: got %+v, %v; want that nothing is told of it", text, v, err)
		}
	}
}

func TestMirrorPodsStayWithTheirKubelet(t *testing.T) {
	const path = "pods/namespaces/shop/p"
	runRows(t, leaveMirrorPod, []row{
		{name: "a pod", path: path, item: `{metadata: {name: p, annotations: {a: b}}}`},
		{name: "a mirror pod", path: path, item: `{metadata: {name: p, annotations: {kubernetes.io/config.mirror: x}}}`, outcome: report.Skip, reason: "a mirror pod"},
	})
}

func TestMetadataOfAServerAreDropped(t *testing.T) {
	const item = `{metadata: {name: p, uid: u, finalizers: [f], labels: {a: b}}, status: {phase: Running}}`
	noted := func(t *testing.T, it *Item) {
		t.Helper()
		if string(it.Status.JSON()) != `{"phase":"Running"}` {
			t.Errorf("status %s", it.Status.JSON())
		}
	}
	edits := []actions.Action{act("velero.io/a", nil)}
	putBack := func(t *testing.T, it *Item) {
		t.Helper()
		if err := it.PutBack(); err != nil {
			t.Fatal(err)
		}
		if want := actiontest.Parse(t, item); !object.Equal(it.Object, want) {
			t.Errorf("put back: %s", it.Object.JSON())
		}
	}
	const path = "pods/namespaces/shop/p"
	runRows(t, resetMetadata, []row{
		{name: "in a restore", path: path, item: item, want: `{metadata: {name: p, finalizers: [f], labels: {a: b}}}`, check: noted},
		{name: "in Velero 1.6", profile: actions.V1_6, path: path, item: item, want: `{metadata: {name: p, labels: {a: b}}}`, check: noted},
		{name: "ahead of a restore, for the eyes of actions", archive: true, actions: edits, path: path, item: item, want: `{metadata: {name: p, finalizers: [f], labels: {a: b}}}`, check: putBack},
		{name: "ahead of one of Velero 1.6", archive: true, profile: actions.V1_6, actions: edits, path: path, item: item, want: `{metadata: {name: p, labels: {a: b}}}`, check: putBack},
		{name: "ahead of a restore where no action looks", archive: true, path: path, item: item, check: putBack},
		{name: "what stands there anew stays", archive: true, actions: edits, path: path, item: item, want: `{metadata: {name: p, finalizers: [f], labels: {a: b}}}`, check: func(t *testing.T, it *Item) {
			for _, path := range [][]string{{"metadata", "uid"}, {"status"}} {
				if err := it.Object.Put(object.Text("new"), path...); err != nil {
					t.Fatal(err)
				}
			}
			if err := it.PutBack(); err != nil {
				t.Fatal(err)
			}
			if !it.Object.Get("metadata", "uid").Is("new") || !it.Object.Get("status").Is("new") {
				t.Errorf("put back: %s", it.Object.JSON())
			}
		}},
		{name: "where a rule has made something else of the metadata", archive: true, actions: edits, path: path, item: item, want: `{metadata: {name: p, finalizers: [f], labels: {a: b}}}`, check: func(t *testing.T, it *Item) {
			it.Object.Set("metadata", object.Text("x"))
			if err := it.PutBack(); err == nil {
				t.Errorf("put back: %s", it.Object.JSON())
			}
		}},
		{name: "no metadata", path: path, item: `{}`, fails: "wrong-type", reason: "metadata: is missing"},
		{name: "metadata of another type", path: path, item: `{metadata: a}`, fails: "wrong-type", reason: "metadata: is string, not an object"},
	})
}

// Work is counted by allocations: each key that is looked for among those that stand unsorted makes an index of them.
func TestMetadataAreTakenAndPutBackWithWorkThatGrowsAsTheyDo(t *testing.T) {
	allocs := func(n int) float64 {
		var unknown strings.Builder
		for i := range n {
			fmt.Fprintf(&unknown, `"k%06d":1,`, n-i)
		}
		text := []byte(`{"metadata":{` + unknown.String() + `"name":"x"}}`)
		return testing.AllocsPerRun(1, func() {
			item, err := object.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			it := &Item{Object: item, aside: takeAside(item, actions.V1_6)}
			if err := ResetMetadata(item, actions.V1_6); err != nil || string(item.JSON()) != `{"metadata":{"name":"x"}}` {
				t.Fatalf("got %d bytes, %v", len(item.JSON()), err)
			}
			if err := it.PutBack(); err != nil || item.Get("metadata").Len() != n+1 {
				t.Fatalf("got %d keys, %v", item.Get("metadata").Len(), err)
			}
		})
	}
	if few, many := allocs(20_000), allocs(40_000); many > 3*few {
		t.Errorf("20,000 keys take %.0f allocations, 40,000 take %.0f", few, many)
	}
}

func TestTheLabelsOfARestore(t *testing.T) {
	const restore = `{backupName: b}`
	const labels = `velero.io/backup-name: b, velero.io/restore-name: r`
	runRows(t, addLabels, []row{
		{name: "beside others", restore: restore, item: `{metadata: {labels: {a: b}}}`, want: `{metadata: {labels: {a: b, ` + labels + `}}}`},
		{name: "where there are none", restore: restore, item: `{metadata: {}}`, want: `{metadata: {labels: {` + labels + `}}}`},
		{name: "alone, where one is no string", restore: restore, item: `{metadata: {labels: {a: 1}}}`, want: `{metadata: {labels: {` + labels + `}}}`},
		{name: "no metadata to put them into", restore: restore, item: `{metadata: a}`, fails: "wrong-type", field: "metadata"},
	})
}

func TestAnItemGetsItsTargetNamespace(t *testing.T) {
	const mapping = `{namespaceMapping: {shop: store}}`
	runRows(t, moveToTarget, []row{
		{name: "mapped", restore: mapping, path: "pods/namespaces/shop/p", item: `{metadata: {namespace: shop}}`, want: `{metadata: {namespace: store}}`},
		{name: "not mapped", restore: mapping, path: "pods/namespaces/data/p", item: `{metadata: {namespace: data}}`},
		{name: "changed on its way", path: "pods/namespaces/data/p", item: `{metadata: {namespace: other}}`, want: `{metadata: {namespace: data}}`},
		{name: "of the cluster", restore: mapping, item: `{metadata: {name: pv}}`},
		{name: "a Namespace gets its name", restore: mapping, path: "namespaces/cluster/shop", item: `{metadata: {name: shop}}`, want: `{metadata: {name: store}}`},
		{name: "metadata that cannot hold it", restore: mapping, path: "pods/namespaces/shop/p", item: `{metadata: a}`, fails: "wrong-type", field: "metadata"},
	})
}

func TestANewItemIsReportedAtItsTarget(t *testing.T) {
	env := (&row{restore: `{namespaceMapping: {shop: store, "": nowhere}}`}).env(t)
	got := New(env, layout.Address{Resource: "pods", Namespace: "shop", Name: "p"}.Key(), nil)
	if got.Report.Namespace != "store" || got.Report.OriginalNamespace != "shop" || got.Report.Name != "p" || got.Report.OriginalName != "p" || got.Original() != nil {
		t.Errorf("got %+v", got.Report)
	}
	if got := New(env, layout.Address{Resource: "nodes", Name: "n"}.Key(), nil); got.Namespace != "" || got.Report.Namespace != "" {
		t.Errorf("an item of the cluster goes into namespace %q", got.Namespace)
	}
}

// What Run makes of stages: each takes what it is for, is recorded under its name unless it is silent, and may end the
// way of the item, which ahead of a restore goes on through the stages that always run.
func TestRunTakesAnItemThroughItsStages(t *testing.T) {
	var ran []string
	stage := func(name string, s Stage, verdict Verdict) Stage {
		s.Name = name
		s.Run = func(_ *Env, _ Around, it *Item) (Verdict, error) {
			ran = append(ran, name)
			it.Object.Set(name, object.Text("x"))
			it.Report.Note(it.Report.Step, []actions.Note{{Text: name}})
			return verdict, nil
		}
		return s
	}
	skip := Ended(report.Skip, "so")
	for _, test := range []struct {
		name                   string
		archive                bool
		stages                 []Stage
		ran, changed, reported string
		outcome                report.Outcome
	}{
		{
			name:   "one after the other",
			stages: []Stage{stage("a", Stage{}, Verdict{}), stage("b", Stage{Silent: true}, Verdict{}), stage("c", Stage{}, Verdict{})},
			ran:    "a b c", changed: "a /a c /b c /c", reported: "a  c",
		},
		{
			name:   "only those for its resource",
			stages: []Stage{stage("a", Stage{Of: []string{"pods"}}, Verdict{}), stage("b", Stage{Of: []string{"services", "pods"}}, Verdict{}), stage("c", Stage{Of: []string{"services"}}, Verdict{})},
			ran:    "a b", changed: "a /a b /b", reported: "a b",
		},
		{
			name:   "until one ends its way",
			stages: []Stage{stage("a", Stage{}, skip), stage("b", Stage{Ahead: Always}, Verdict{})},
			ran:    "a", reported: "a", outcome: report.Skip,
		},
		{
			name: "ahead of a restore, what it will skip still moves", archive: true,
			stages: []Stage{stage("a", Stage{}, skip), stage("b", Stage{Ahead: Restored}, Verdict{}), stage("c", Stage{Ahead: Always}, Verdict{})},
			ran:    "a c", changed: "c /a c /c", reported: "a c",
		},
		{
			name: "ahead of a restore, a failure ends its way", archive: true,
			stages: []Stage{stage("a", Stage{}, Failed("wrong-type", "", errors.New("no"))), stage("b", Stage{Ahead: Always}, Verdict{})},
			ran:    "a", reported: "a", outcome: report.Fail,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			ran = nil
			env := &Env{Archive: test.archive}
			env.Restore = &velero.Restore{}
			it := New(env, layout.Address{Resource: "pods", Namespace: "shop", Name: "p"}.Key(), object.MustParse(`{}`))
			verdict, err := Run(test.stages, env, Alone{}, it)
			if err != nil || verdict.Outcome != test.outcome {
				t.Errorf("got %+v, %v", verdict, err)
			}
			var changed, reported []string
			for _, c := range it.Report.Changes {
				changed = append(changed, c.By+" "+c.Path)
			}
			for _, n := range it.Report.Notes {
				reported = append(reported, n.By)
			}
			for what, pair := range map[string][2]string{
				"ran":      {strings.Join(ran, " "), test.ran},
				"changed":  {strings.Join(changed, " "), test.changed},
				"reported": {strings.Join(reported, " "), test.reported},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s: got %q, want %q", what, pair[0], pair[1])
				}
			}
		})
	}
	failing := []Stage{{Run: func(*Env, Around, *Item) (Verdict, error) { return Verdict{}, errors.ErrUnsupported }}, stage("b", Stage{}, Verdict{})}
	if _, err := Run(failing, &Env{}, Alone{}, &Item{}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("an error of the run: got %v", err)
	}
}

func TestChangesThatAreNotReadAreNotMade(t *testing.T) {
	for unread, want := range map[report.Parts]string{0: `"x"`, report.Values: "", report.Changes: "none"} {
		env := &Env{Unread: unread, Restore: &velero.Restore{}}
		it := New(env, layout.Address{Resource: "nodes", Name: "n"}.Key(), object.MustParse(`{}`))
		it.Object.Set("a", object.Text("x"))
		it.Record("step")
		got := "none"
		if len(it.Report.Changes) == 1 {
			got = string(it.Report.Changes[0].New)
		}
		if got != want {
			t.Errorf("unread %b: got %s, want %s", unread, got, want)
		}
	}
}

func TestStagesAheadAreThoseThatDoNotWait(t *testing.T) {
	var got []string
	for _, s := range StagesAhead() {
		got = append(got, s.Name)
	}
	const want = "identity once volume-decision namespace-mapping volume-id-mapping metadata-reset item-actions resource-modifiers namespace-mapping reference-rewriting"
	if strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestAheadOfARestoreNothingIsAround(t *testing.T) {
	var alone Around = Alone{}
	barrier, err := alone.Namespace(nil)
	verdict, failed := alone.Create(nil)
	if barrier != (Barrier{}) || err != nil || !alone.First(nil) || alone.Volume("pv") == nil || alone.Bring(nil, "", nil) != nil || verdict.Ends || failed != nil {
		t.Error("something is around an item ahead of a restore")
	}
}
