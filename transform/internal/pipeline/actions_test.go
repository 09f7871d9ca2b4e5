package pipeline

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// act is an action of pods that marks the item with its name.
func act(name string, out *actions.Output) actions.Action {
	return actions.Action{
		Name: name, Archive: true, AppliesTo: actions.Selector{Resources: []string{layout.Pods}},
		Execute: func(in *actions.Input) (*actions.Output, error) {
			in.Item.Set(strings.TrimPrefix(name, "velero.io/"), object.Text("x"))
			return out, nil
		},
	}
}

func failing(err error) actions.Action {
	a := act("velero.io/failing", nil)
	a.Execute = func(*actions.Input) (*actions.Output, error) { return nil, err }
	return a
}

func selecting(a actions.Action, labels string) actions.Action {
	a.AppliesTo.LabelSelector = labels
	return a
}

func TestActionsRunInTheirOrder(t *testing.T) {
	const path, item = "pods/namespaces/shop/p", `{metadata: {name: p, namespace: shop}}`
	a, b := act("velero.io/a", nil), act("velero.io/b", nil)
	other := selecting(act("velero.io/a", nil), "no=match")
	skipping := act("velero.io/a", &actions.Output{Skip: "not needed"})
	remarking := act("velero.io/a", &actions.Output{Notes: []actions.Note{{Text: "so"}, {Level: actions.Warning, ID: "node-unknown"}}, Used: []string{"k", "l"}})
	retyping, keeping := act("velero.io/a", nil), act("velero.io/b", nil)
	retyping.Retypes, keeping.Retypes = actions.Always, func(*actions.Input) bool { return false }
	lossy := act("velero.io/a", nil)
	lossy.Typed, lossy.Retypes = typed.Pod, actions.Always
	retyped := func(want bool) func(*testing.T, *Item) {
		return func(t *testing.T, it *Item) {
			t.Helper()
			if it.Retyped != want {
				t.Errorf("retyped: %v", it.Retyped)
			}
		}
	}
	runRows(t, runActions, []row{
		{name: "two", path: path, item: item, actions: []actions.Action{a, b}, want: `{metadata: {name: p, namespace: shop}, a: x, b: x}`, check: func(t *testing.T, it *Item) {
			if !slices.Equal(it.Report.Actions, []string{"velero.io/a", "velero.io/b"}) || len(it.Report.Changes) != 2 || it.Report.Changes[1].By != "velero.io/b" || it.Retyped {
				t.Errorf("actions %v, changes %+v", it.Report.Actions, it.Report.Changes)
			}
		}},
		{name: "none of another resource", path: "services/namespaces/shop/p", item: item, actions: []actions.Action{a}},
		{name: "those that take its labels", path: path, item: item, actions: []actions.Action{other, b}, want: `{metadata: {name: p, namespace: shop}, b: x}`},
		{name: "Velero 1.6 drops it over labels", profile: actions.V1_6, path: path, item: item, actions: []actions.Action{other, b},
			outcome: report.Skip, reason: "label selector", warnings: []string{"velero-1.6-drops-item"},
			check: func(t *testing.T, it *Item) {
				if by := it.Report.Warnings[0].By; by != "velero.io/a" {
					t.Errorf("the warning is by %q", by)
				}
			}},
		{name: "ahead of a restore of Velero 1.6 it goes on", profile: actions.V1_6, archive: true, path: path, item: item, actions: []actions.Action{other, b}, want: `{metadata: {name: p, namespace: shop}, b: x}`},
		{name: "one skips it", path: path, item: item, actions: []actions.Action{skipping, b}, want: `{metadata: {name: p, namespace: shop}, a: x}`, outcome: report.Skip, reason: "not needed"},
		{name: "ahead of a restore none does", archive: true, path: path, item: item, actions: []actions.Action{skipping, b}, want: `{metadata: {name: p, namespace: shop}, a: x, b: x}`},
		{name: "one fails it", path: path, item: item, actions: []actions.Action{failing(errors.New("no")), b}, fails: "action-failed", reason: "velero.io/failing: no"},
		{name: "with an id of its own", path: path, item: item, actions: []actions.Action{failing(&actions.Failure{ID: "own", Err: errors.New("no")})}, fails: "own", reason: "velero.io/failing: no"},
		{name: "one remarks", path: path, item: item, actions: []actions.Action{remarking}, want: `{metadata: {name: p, namespace: shop}, a: x}`, warnings: []string{"node-unknown"}, check: func(t *testing.T, it *Item) {
			used := []Row{{"velero.io/a", "k"}, {"velero.io/a", "l"}}
			if len(it.Report.Notes) != 1 || it.Report.Notes[0].By != "velero.io/a" || !slices.Equal(it.Used, used) || it.Report.Step != "velero.io/a" {
				t.Errorf("notes %+v, used %v, step %q", it.Report.Notes, it.Used, it.Report.Step)
			}
		}},
		{name: "one writes it back from its type", path: path, item: item, actions: []actions.Action{retyping, keeping}, want: `{metadata: {name: p, namespace: shop}, a: x, b: x}`, check: retyped(true)},
		{name: "one does not", path: path, item: item, actions: []actions.Action{keeping}, want: `{metadata: {name: p, namespace: shop}, b: x}`, check: retyped(false)},
		{name: "a field that Velero would lose", path: path, item: `{metadata: {name: p}, spec: {newField: 1}}`, actions: []actions.Action{lossy}, want: `{metadata: {name: p}, spec: {newField: 1}, a: x}`, warnings: []string{"field-lost"}},
	})
}

func TestWhatAnActionAsksForIsBrought(t *testing.T) {
	out := &actions.Output{Additional: []actions.ItemRef{{Resource: "configmaps", Namespace: "shop", Name: "c"}}, Skip: "not needed"}
	r := row{actions: []actions.Action{act("velero.io/a", out), act("velero.io/b", nil)}}
	env := r.env(t)
	key := layout.Address{Resource: layout.Pods, Namespace: "shop", Name: "p"}.Key()
	around := &around{}
	if v, err := runActions(env, around, New(env, key, object.MustParse(`{}`))); err != nil || v.Outcome != report.Skip || len(around.brought) != 1 || around.brought[0] != out {
		t.Errorf("got %+v, %v; brought %v", v, err, around.brought)
	}
	around.err = errors.New("the spool is gone")
	if v, err := runActions(env, around, New(env, key, object.MustParse(`{}`))); !errors.Is(err, around.err) || v.Ends {
		t.Errorf("got %+v, %v", v, err)
	}
}

func TestAnItemWaitsForWhatItsActionAskedFor(t *testing.T) {
	asked := []actions.ItemRef{{Resource: "configmaps", Name: "c"}, {Resource: "configmaps", Name: "left-out"}}
	broken := &actions.Broken{Err: errors.New("it hangs")}
	for name, test := range map[string]struct {
		archive, wait bool
		timeout       time.Duration
		ready         bool
		err           error
		want          string // findings, or the error that ends the run
	}{
		"they are ready":            {wait: true, ready: true},
		"it does not wait":          {err: errors.New("not asked")},
		"ahead of a restore":        {wait: true, archive: true, err: errors.New("not asked")},
		"they are not ready":        {wait: true, want: "additional-items-awaited"},
		"not within its time":       {wait: true, timeout: time.Minute, want: "asks each second for 1m0s"},
		"it cannot tell":            {wait: true, err: errors.New("no"), want: "additional-items-not-ready"},
		"what asks ends the run":    {wait: true, err: broken, want: "it hangs"},
		"not before its timeout is": {wait: true, want: "its resource timeout"},
	} {
		var got []actions.ItemRef
		a := act("velero.io/a", &actions.Output{Additional: asked, Wait: test.wait, Timeout: test.timeout, Operation: "op"})
		a.Ready = func(_ *actions.Input, items []actions.ItemRef) (bool, error) {
			got = items
			return test.ready, test.err
		}
		env := (&row{actions: []actions.Action{a}, archive: test.archive}).env(t)
		it := New(env, layout.Address{Resource: layout.Pods, Name: "p"}.Key(), object.MustParse(`{}`))
		verdict, err := runActions(env, &around{}, it)
		if asks := test.wait && !test.archive; asks != (len(got) == 1) {
			t.Errorf("%s: it is asked for %v", name, got)
		}
		if told := fmt.Sprint(it.Report.Notices, it.Report.Errors, err); verdict.Ends || !strings.Contains(told, test.want) || test.want == "" && told != "[] [] <nil>" {
			t.Errorf("%s: got %s, want %s", name, told, test.want)
		}
		if len(it.Operations) != 1 || it.Operations[0].ID != "op" || it.Operations[0].Of.Name != a.Name {
			t.Errorf("%s: operations %+v", name, it.Operations)
		}
	}
}

func TestAPluginThatIsBrokenEndsTheRun(t *testing.T) {
	env := (&row{actions: []actions.Action{failing(&actions.Broken{Err: errors.New("it hangs")})}}).env(t)
	it := New(env, layout.Address{Resource: layout.Pods, Namespace: "shop", Name: "p"}.Key(), object.MustParse(`{}`))
	if v, err := runActions(env, &around{}, it); err == nil || err.Error() != "pods/shop/p: velero.io/failing: it hangs" || v.Ends {
		t.Errorf("got %+v, %v", v, err)
	}
}

func TestWhatAPluginDiscardsIsLeftOutOfAnArchive(t *testing.T) {
	for _, archive := range []bool{true, false} {
		a := act("velero.io/a", &actions.Output{Skip: "not needed"})
		a.Plugin = "/plugins/a"
		chain, err := actions.NewChain([]actions.Action{a}, nil)
		if err != nil {
			t.Fatal(err)
		}
		env := (&row{archive: archive}).env(t)
		env.Chain = chain.Within(func(actions.Selector) actions.Scope { return pods{} })
		for resource, discarded := range map[string]bool{layout.Pods: true, layout.Services: false} {
			it := New(env, layout.Address{Resource: resource, Namespace: "shop", Name: "p"}.Key(), object.MustParse(`{}`))
			v, err := runActions(env, &around{}, it)
			if err != nil || (v.Outcome == report.Skip) != discarded || it.Discarded != (archive && discarded) {
				t.Errorf("archive %v: %s: got %+v, %v, discarded %v", archive, resource, v, err, it.Discarded)
			}
		}
		it := New(env, layout.Address{Resource: layout.Pods, Namespace: "elsewhere", Name: "p"}.Key(), object.MustParse(`{}`))
		if v, err := runActions(env, &around{}, it); err != nil || v.Ends {
			t.Errorf("in another namespace: got %+v, %v", v, err)
		}
	}
}

// pods is the scope of pods in namespace shop.
type pods struct{}

func (pods) Resource(name string) bool { return name == layout.Pods }

func (pods) Namespace(name string) bool { return name == "shop" }

func TestActionsSeeTheItemAndWhatIsAroundIt(t *testing.T) {
	var got *actions.Input
	a := act("velero.io/a", nil)
	a.Execute = func(in *actions.Input) (*actions.Output, error) { got = in; return nil, nil }
	r := row{actions: []actions.Action{a}, restore: `{namespaceMapping: {shop: store}}`, archive: true, profile: actions.V1_6}
	env := r.env(t)
	env.VeleroImage = "velero:v1"
	it := New(env, layout.Address{Resource: layout.Pods, Namespace: "shop", Name: "p"}.Key(), object.MustParse(`{}`))
	it.FromBackup = it.Object.Clone()
	if _, err := runActions(env, &around{}, it); err != nil {
		t.Fatal(err)
	}
	want := actions.Input{
		Profile: actions.V1_6, Resource: "pods", Item: it.Object, ItemFromBackup: it.FromBackup, Namespace: "store", Restore: env.Restore,
		Backup: env.Backup, Target: env.Target, VeleroImage: "velero:v1", Archive: true,
	}
	if fmt.Sprintf("%+v", *got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got %+v, want %+v", *got, want)
	}
}

func TestResourceModifiersOfAnItem(t *testing.T) {
	const path, item = "pods/namespaces/shop/p", `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop, labels: {a: b}}}`
	rule := func(resource, patch string) string {
		return "- conditions: {groupResource: " + resource + "}\n  patches:\n  - " + patch + "\n"
	}
	const head = "version: v1\nresourceModifierRules:\n"
	add := func(name string) string { return `{operation: add, path: /` + name + `, value: '"x"'}` }
	const wrong = `{operation: remove, path: /spec/none}`
	tried := func(changed bool) func(*testing.T, *Item) {
		return func(t *testing.T, it *Item) {
			t.Helper()
			if !it.Modified.Tried || it.Modified.Changed != changed {
				t.Errorf("modified: %+v", it.Modified)
			}
		}
	}
	runRows(t, applyModifiers, []row{
		{name: "none", path: path, item: item, check: tried(false)},
		{name: "of another resource", path: path, item: item, rules: head + rule("services", add("a")), check: tried(false)},
		{name: "that change it", path: path, item: item, rules: head + rule("pods", add("a")) + rule("services", add("b")) + rule("pods", add("c")),
			want: `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop, labels: {a: b}}, a: x, c: x}`, check: func(t *testing.T, it *Item) {
				tried(true)(t, it)
				if len(it.Modified.Result.Patched) != 2 {
					t.Errorf("the result is not kept: %+v", it.Modified.Result)
				}
				var by []string
				for _, c := range it.Report.Changes {
					by = append(by, c.By+" "+c.Path)
				}
				if want := []string{"resource-modifier[0] /a", "resource-modifier[2] /c"}; !slices.Equal(by, want) {
					t.Errorf("changes %v, want %v", by, want)
				}
			}},
		{name: "of which one fails", path: path, item: item, rules: head + rule("pods", wrong) + rule("pods", add("a")),
			want: `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop, labels: {a: b}}, a: x}`, warnings: []string{"modifier-failed"}, check: func(t *testing.T, it *Item) {
				tried(true)(t, it)
				if by := it.Report.Errors[0].By; by != "resource-modifier[0]" {
					t.Errorf("the error is by %q", by)
				}
			}},
		{name: "that make a label of another type", path: path, item: item, rules: head + rule("pods", `{operation: replace, path: /metadata/labels/a, value: "1"}`),
			want: `{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop, labels: {a: 1}}}`, warnings: []string{"labels-unreadable"}, check: func(t *testing.T, it *Item) {
				tried(true)(t, it)
				for _, w := range it.Report.Warnings {
					if w.By != ByModifiers {
						t.Errorf("the warning is by %q", w.By)
					}
				}
			}},
		{name: "of Namespaces do nothing", path: "namespaces/cluster/shop", item: `{apiVersion: v1, kind: Namespace, metadata: {name: shop}}`, rules: head + rule("namespaces", add("a")), check: tried(false)},
	})
	env := (&row{rules: head + rule("pods", add("a"))}).env(t)
	env.Unread = report.Changes
	it := New(env, layout.Address{Resource: layout.Pods, Name: "p"}.Key(), object.MustParse(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}`))
	if _, err := applyModifiers(env, &around{}, it); err != nil || len(it.Report.Changes) > 0 || !it.Object.Has("a") {
		t.Errorf("changes that are not read: %+v, %v", it.Report.Changes, err)
	}
}

func TestRulesAreNamedByTheirNumber(t *testing.T) {
	for rule, want := range map[int]string{-1: "resource-modifiers", 0: "resource-modifier[0]", 7: "resource-modifier[7]"} {
		if got := ModifierStep(rule); got != want {
			t.Errorf("rule %d: got %s, want %s", rule, got, want)
		}
	}
}

func TestWhichResourcesAreEdited(t *testing.T) {
	r := row{
		actions: []actions.Action{act("velero.io/a", nil)},
		rules:   "version: v1\nresourceModifierRules:\n- conditions: {groupResource: services}\n- conditions: {groupResource: namespaces}\n",
	}
	for resource, want := range map[string]bool{"pods": true, "services": true, "namespaces": false, "secrets": false} {
		if got := r.env(t).Edits(resource); got != want {
			t.Errorf("%s is edited: %v", resource, got)
		}
	}
}

func TestWhatARestoreAsksFor(t *testing.T) {
	for spec, want := range map[string]bool{`{}`: false, `{restorePVs: true}`: false, `{restorePVs: false}`: true} {
		if got := (&row{restore: spec}).env(t).RestorePVsIsFalse(); got != want {
			t.Errorf("%s: restorePVs is false: %v", spec, got)
		}
	}
	env := Env{Features: []string{"EnableCSI"}}
	if !env.Has("EnableCSI") || env.Has("EnableAPIGroupVersions") {
		t.Error("it has other features")
	}
}
