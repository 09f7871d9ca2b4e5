package rewrite

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// environment is that of a rewriting with a mapping of shop to store, and what else is asked for.
func environment(t *testing.T, mapping map[string]string, rules string, list ...actions.Action) *pipeline.Env {
	t.Helper()
	chain, err := actions.NewChain(list, func(string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	parsed := &modifiers.Rules{}
	if rules != "" {
		if parsed, err = modifiers.Parse([]byte(rules)); err != nil {
			t.Fatal(err)
		}
	}
	return &pipeline.Env{
		Profile: actions.V1_18, Restore: &velero.Restore{Spec: velero.RestoreSpec{NamespaceMapping: mapping}}, Chain: chain, Modifiers: parsed,
		Target: actiontest.NewTarget(t, nil), Volumes: &pipeline.Volumes{}, Backup: &actions.Backup{}, Archive: true,
	}
}

func key(address, version string) layout.ItemKey {
	parts := strings.Split(address, "/")
	k := layout.Address{Resource: parts[0], Name: parts[len(parts)-1]}.Key()
	if len(parts) == 3 {
		k.Namespace = parts[1]
	}
	k.VersionDir = version
	return k
}

const twin = "v1-preferredversion"

func TestTheLedgerCountsAnItemOfTwoCopiesOnce(t *testing.T) {
	var fates []string
	l := newLedger(environment(t, nil, ""), func(k layout.ItemKey, kept bool) { fates = append(fates, fmt.Sprint(k, kept)) })
	l.count(key("pods/shop/p", ""), true)
	l.count(key("pods/shop/p", twin), true)
	l.count(key("pods/shop/q", ""), false)
	l.count(key("storageclasses.storage.k8s.io/fast", ""), true)
	l.count(key("storageclasses.storage.k8s.io/slow", ""), false)
	if want := []string{"pods/shop/p true", "pods/shop/q false", "storageclasses.storage.k8s.io/fast true", "storageclasses.storage.k8s.io/slow false"}; !slices.Equal(fates, want) {
		t.Errorf("fates %v", fates)
	}
	if want := map[layout.Address]bool{{Resource: "storageclasses.storage.k8s.io", Name: "fast"}: true}; l.written != 2 || !reflect.DeepEqual(l.classes, want) {
		t.Errorf("written %d, classes %v", l.written, l.classes)
	}
}

func TestTheLedgerTellsOfItemsWithFindingsInOrder(t *testing.T) {
	l := newLedger(environment(t, nil, ""), func(layout.ItemKey, bool) {})
	fast := layout.Address{Resource: "storageclasses.storage.k8s.io", Name: "fast"}
	see := func(address, version string, warnings ...report.Finding) {
		it := pipeline.New(l.env, key(address, version), object.New())
		it.Report.Outcome, it.Report.Warnings = report.Create, warnings
		l.see(it)
	}
	see("pods/shop/z", "", report.Finding{ID: "w"}, report.Finding{ID: "x"})
	see("pods/shop/z", twin, report.Finding{ID: "w"})
	see("pods/shop/quiet", "")
	see("persistentvolumeclaims/shop/c", "", report.Finding{ID: "storage-class-unknown", Unless: fast})
	l.fail(key("pods/shop/a", ""), "wrong-item", errors.New("no"))
	l.fail(key("pods/shop/a", twin), "wrong-item", errors.New("no"))
	l.count(fast.Key(), true)
	summary := &report.Summary{Outcomes: map[report.Outcome]int{}}
	var told []string
	sink := report.SinkFunc(func(i *report.Item) error {
		told = append(told, fmt.Sprint(i.OriginalName, " ", i.Outcome, len(i.Warnings), len(i.Errors), i.Reason))
		return nil
	})
	if err := l.tell(summary, sink); err != nil {
		t.Fatal(err)
	}
	if want := []string{"a fail0 1no", "z create2 0"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if want := (report.Summary{Items: 1, Warnings: 2, Errors: 1, Outcomes: map[report.Outcome]int{report.Create: 1, report.Fail: 1}}); !reflect.DeepEqual(*summary, want) {
		t.Errorf("summary %+v", summary)
	}
	full := errors.New("the disk is full")
	if err := l.tell(summary, report.SinkFunc(func(*report.Item) error { return full })); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

const rules = "version: v1\nresourceModifierRules:\n- conditions: {groupResource: configmaps}\n  patches:\n  - {operation: add, path: /data, value: '{}'}\n"

// edited is what a batch makes of the entries, "path kept body".
func edited(t *testing.T, e *editor, entries ...[2]string) (lines []string) {
	t.Helper()
	edit := e.batch()
	for _, in := range entries {
		entry := &pack.Entry{Path: in[0], Body: []byte(in[1])}
		keep, err := edit(entry)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprint(entry.Path, " ", keep, " ", string(entry.Body)))
	}
	return lines
}

func TestTheEditOfABatch(t *testing.T) {
	runs := 0
	counting := actions.Action{Name: "velero.io/a", Archive: true, AppliesTo: actions.Selector{Resources: []string{"pods"}}, Execute: func(in *actions.Input) (*actions.Output, error) {
		runs++
		if in.Item.Has("bad") {
			return nil, &actions.Failure{ID: "own", Err: errors.New("no")}
		}
		in.Item.Set("edited", object.Text("x"))
		return nil, nil
	}}
	env := environment(t, map[string]string{"shop": "store"}, rules, counting)
	fates := map[string]bool{}
	l := newLedger(env, func(k layout.ItemKey, kept bool) { fates[k.String()] = kept })
	e := &editor{env: env, stages: pipeline.StagesAhead(), ledger: l, takes: func(k layout.ItemKey) bool { return k.Resource != "secrets" }}
	pod := func(rest string) string {
		return `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"data"` + rest + `}}`
	}
	const at, copied = "resources/pods/namespaces/data/p.json", "resources/pods/v1-preferredversion/namespaces/data/p.json"
	const done = `{"apiVersion":"v1","edited":"x","kind":"Pod","metadata":{"name":"p","namespace":"data"}}`
	const service = "resources/services/namespaces/"
	for _, test := range []struct {
		name    string
		entries [][2]string
		want    []string
		runs    int
	}{
		{"what is no item passes", [][2]string{{"metadata/version", "1.1.0\n"}}, []string{"metadata/version true 1.1.0\n"}, 0},
		{"a path that is none is left out", [][2]string{{"resources/pods/namespaces/data", "x"}}, []string{"resources/pods/namespaces/data false x"}, 0},
		{"what is not taken is left out", [][2]string{{"resources/secrets/namespaces/data/s.json", "x"}}, []string{"resources/secrets/namespaces/data/s.json false x"}, 0},
		{"what no stage concerns is not even parsed", [][2]string{{service + "data/s.json", "x"}}, []string{service + "data/s.json true x"}, 0},
		{"what moves", [][2]string{{service + "shop/s.json", `{"apiVersion":"v1","metadata":{"name":"s","namespace":"shop"}}`}}, []string{service + `store/s.json true {"apiVersion":"v1","metadata":{"name":"s","namespace":"store"}}`}, 0},
		{"a Namespace moves", [][2]string{{"resources/namespaces/cluster/shop.json", `{"apiVersion":"v1","metadata":{"name":"shop"}}`}}, []string{`resources/namespaces/cluster/store.json true {"apiVersion":"v1","metadata":{"name":"store"}}`}, 0},
		{"a twin is edited with its item", [][2]string{{at, pod("")}, {copied, pod("")}}, []string{at + " true " + done, copied + " true " + done}, 1},
		{"a copy of other bytes by itself", [][2]string{{at, pod("")}, {copied, pod(`,"labels":{}`)}}, []string{at + " true " + done, copied + ` true {"apiVersion":"v1","edited":"x","kind":"Pod","metadata":{"name":"p","namespace":"data","labels":{}}}`}, 2},
		{"one that fails is left out with its twin", [][2]string{{at, `{"bad":1,` + pod("")[1:]}, {copied, `{"bad":1,` + pod("")[1:]}}, []string{at + " false ", copied + " false "}, 1},
		{"one that is no JSON", [][2]string{{at, "{"}}, []string{at + " false {"}, 0},
		{"one at a wrong path", [][2]string{{at, `{"apiVersion":"v1","metadata":{"name":"q","namespace":"data"}}`}}, []string{at + " false "}, 0},
		{"another item of the same bytes is no twin", [][2]string{{at, pod("")}, {"resources/pods/namespaces/data/q.json", pod("")}}, []string{at + " true " + done, "resources/pods/namespaces/data/q.json false "}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			runs = 0
			got := edited(t, e, test.entries...)
			for i := range got {
				if !strings.HasPrefix(got[i], test.want[i]) {
					t.Errorf("got  %s\nwant %s", got[i], test.want[i])
				}
			}
			if runs != test.runs {
				t.Errorf("%d runs of the action, want %d", runs, test.runs)
			}
		})
	}
	if kept, told := fates["secrets/data/s"]; !told || kept || !fates["services/shop/s"] {
		t.Errorf("fates %v", fates)
	}
	var failed []string
	for _, i := range l.found {
		failed = append(failed, i.OriginalName+" "+i.Errors[0].ID)
	}
	if want := []string{"resources/pods/namespaces/data wrong-path", "p own", "p wrong-item", "p wrong-item", "q wrong-item"}; !slices.Equal(failed, want) {
		t.Errorf("failures %q, want %q", failed, want)
	}
}

func TestWhichItemsAStageMayChange(t *testing.T) {
	mapping := map[string]string{"shop": "store"}
	for _, test := range []struct {
		item    string
		mapping map[string]string
		ids     map[string]string
		want    bool
	}{
		{"services/shop/s", mapping, nil, true},
		{"services/data/s", mapping, nil, false},
		{"namespaces/shop", mapping, nil, true},
		{"configmaps/data/c", nil, nil, true},
		{"persistentvolumes/pv", nil, nil, false},
		{"persistentvolumes/pv", mapping, nil, true},
		{"persistentvolumes/pv", nil, map[string]string{"a": "b"}, true},
		{"nodes/n", mapping, map[string]string{"a": "b"}, false},
	} {
		env := environment(t, test.mapping, rules)
		env.VolumeIDs = test.ids
		if got := (&editor{env: env}).concerns(key(test.item, "")); got != test.want {
			t.Errorf("%s with %v %v: %v", test.item, test.mapping, test.ids, got)
		}
	}
}

func TestModifiersOfARewritingAreCounted(t *testing.T) {
	env := environment(t, nil, rules)
	l := newLedger(env, func(layout.ItemKey, bool) {})
	e := &editor{env: env, stages: pipeline.StagesAhead(), ledger: l, takes: func(layout.ItemKey) bool { return true }}
	edited(t, e, [2]string{"resources/configmaps/namespaces/shop/c.json", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"shop"}}`})
	var summary report.Summary
	l.conclude(&summary)
	if len(summary.ModifierRules) != 1 || summary.ModifierRules[0].Hits != 1 || summary.ModifierRules[0].Patched != 1 || len(summary.Findings) != 0 {
		t.Errorf("got %+v", summary)
	}
}

// Near misses would be those of the items that move alone, and so are not looked for.
func TestARewritingLooksForNoNearMisses(t *testing.T) {
	env := environment(t, map[string]string{"shop": "store"}, strings.Replace(rules, "configmaps", "Services", 1))
	l := newLedger(env, func(layout.ItemKey, bool) {})
	e := &editor{env: env, stages: pipeline.StagesAhead(), ledger: l, takes: func(layout.ItemKey) bool { return true }}
	edited(t, e, [2]string{"resources/services/namespaces/shop/s.json", `{"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"shop"}}`})
	var summary report.Summary
	l.conclude(&summary)
	if len(summary.ModifierRules) != 1 || len(summary.ModifierRules[0].NearMisses) > 0 {
		t.Errorf("got %+v", summary.ModifierRules)
	}
}

// What is wrong with an item that stays is told at its new address.
func TestAnItemWithAWarningIsReportedAsItIsWritten(t *testing.T) {
	env := environment(t, map[string]string{"shop": "store"}, "")
	l := newLedger(env, func(layout.ItemKey, bool) {})
	e := &editor{env: env, stages: pipeline.StagesAhead(), ledger: l, takes: func(layout.ItemKey) bool { return true }}
	edited(t, e, [2]string{"resources/namespaces/cluster/shop.json", "{\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"shop\"},\"a\":\"\xff\"}"})
	if len(l.found) != 1 || l.found[0].Name != "store" || l.found[0].OriginalName != "shop" || l.found[0].Outcome != report.Create {
		t.Errorf("found %+v", l.found)
	}
}

func TestOptionsThatAnArchiveCannotHold(t *testing.T) {
	for spec, want := range map[string][]string{
		`{}`:                               nil,
		`{preserveNodePorts: true}`:        {"--preserve-nodeports"},
		`{preserveNodePorts: false}`:       nil,
		`{restorePVs: false}`:              {"--restore-volumes=false"},
		`{restorePVs: true}`:               nil,
		`{existingResourcePolicy: update}`: {"--existing-resource-policy"},
		`{restoreStatus: {}}`:              {"--status-include-resources"},
		`{hooks: {resources: [{postHooks: [{init: {}}]}]}}`:         nil,
		`{hooks: {resources: [{}, {postHooks: [{}, {exec: {}}]}]}}`: {"the exec hooks of the Restore"},
	} {
		var restore velero.RestoreSpec
		if err := yaml.Unmarshal([]byte(spec), &restore); err != nil {
			t.Fatal(err)
		}
		var s report.Summary
		warnOfLostOptions(&s, &restore)
		var got []string
		for _, f := range s.Findings {
			got = append(got, f.Subject)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", spec, got, want)
		}
	}
}

func TestACensusCountsItemsAndNamespaces(t *testing.T) {
	c := census{namespaces: map[string]bool{}}
	for _, address := range []string{"pods/shop/p", "pods/shop/q", "namespaces/data", "nodes/n"} {
		c.count(key(address, ""))
	}
	c.count(layout.ItemKey{})
	if want := map[string]bool{"shop": true, "data": true, "": true}; c.items != 4 || !reflect.DeepEqual(c.namespaces, want) {
		t.Errorf("items %d, namespaces %v", c.items, c.namespaces)
	}
}
