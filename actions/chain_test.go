package actions_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

func on(features ...string) func(string) bool {
	return func(feature string) bool { return slices.Contains(features, feature) }
}

func pods(name string) actions.Action {
	return actions.Action{Name: name, AppliesTo: actions.Selector{Resources: []string{"pods"}}}
}

func names(links []*actions.Link) []string {
	var list []string
	for _, l := range links {
		list = append(list, l.Name)
	}
	return list
}

func TestAChainHasTheActionsThatVeleroRuns(t *testing.T) {
	always, csi, unless, ahead := pods("always"), pods("csi"), pods("unless"), pods("ahead")
	csi.Feature, unless.Unless, ahead.Archive = "EnableCSI", "EnableAPIGroupVersions", true
	always.Needs, ahead.Needs = []string{"secrets", "nodes"}, []string{"nodes", "configmaps"}
	list := []actions.Action{always, csi, unless, ahead}
	for _, c := range []struct {
		name string
		has  func(string) bool
		want []string
	}{
		{"no feature", nil, []string{"always", "unless", "ahead"}},
		{"with a feature that one needs", on("EnableCSI"), []string{"always", "csi", "unless", "ahead"}},
		{"with a feature that keeps one back", on("EnableAPIGroupVersions"), []string{"always", "ahead"}},
	} {
		chain, err := actions.NewChain(list, c.has)
		if err != nil {
			t.Fatal(err)
		}
		if got := names(chain.For("pods")); !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if chain.Runs("csi") != slices.Contains(c.want, "csi") || chain.For("secrets") != nil {
			t.Errorf("%s: the chain runs what it should not", c.name)
		}
		if want := []string{"configmaps", "nodes", "secrets"}; !slices.Equal(chain.Needs(), want) {
			t.Errorf("%s: needs %q, want %q", c.name, chain.Needs(), want)
		}
		if got := names(chain.Ahead().For("pods")); !slices.Equal(got, []string{"ahead"}) {
			t.Errorf("%s: ahead got %q", c.name, got)
		}
	}
}

func TestAnActionTakesItemsByTheirLabels(t *testing.T) {
	labelled := pods("labelled")
	labelled.AppliesTo.LabelSelector = "app=web"
	chain, err := actions.NewChain([]actions.Action{labelled, pods("all")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	web, other := object.MustParse(`{"metadata":{"labels":{"app":"web"}}}`), object.MustParse(`{}`)
	for i, want := range [][2]bool{{true, false}, {true, true}} {
		if link := chain.For("pods")[i]; link.Takes(web) != want[0] || link.Takes(other) != want[1] {
			t.Errorf("%s takes %v and %v, want %v", link.Name, link.Takes(web), link.Takes(other), want)
		}
	}
	labelled.AppliesTo.LabelSelector = "app in"
	if _, err := actions.NewChain([]actions.Action{labelled}, nil); err == nil {
		t.Error("a label selector that cannot be read is accepted")
	}
}

func TestAnItemIsCheckedAgainstTheTypeOfAnAction(t *testing.T) {
	const fine, wrong, newer = `{"spec":{"nodeName":"n"}}`, `{"spec":{"nodeName":1}}`, `{"spec":{"fromTheFuture":1}}`
	restore := &velero.Restore{}
	for _, c := range []struct {
		name         string
		backup       bool // TypedBackup
		item, stored string
		in           actions.Input
		err, lost    string
	}{
		{name: "fits", item: fine, stored: fine},
		{name: "does not fit", item: wrong, stored: wrong, err: "spec.nodeName: is number, not a string"},
		{name: "what stands in the backup is not looked at", item: fine, stored: wrong},
		{name: "what stands in the backup does not fit", backup: true, item: fine, stored: wrong, err: "spec.nodeName: is number, not a string"},
		{name: "a restore loses a field", item: newer, stored: newer, in: actions.Input{Restore: restore, Profile: actions.V1_18}, lost: "spec.fromTheFuture"},
		{name: "velero 1.6 loses it, too", item: newer, stored: newer, in: actions.Input{Restore: restore, Profile: actions.V1_6}, lost: "spec.fromTheFuture"},
		{name: "an archive keeps the field", item: newer, stored: newer, in: actions.Input{Restore: restore, Profile: actions.V1_18, Archive: true}},
		{name: "a backup keeps the field", item: newer, stored: newer, in: actions.Input{Profile: actions.V1_18}},
	} {
		t.Run(c.name, func(t *testing.T) {
			executed := false
			action := pods("typed")
			action.Typed, action.TypedBackup = typed.Pod, c.backup
			action.Execute = func(*actions.Input) (*actions.Output, error) { executed = true; return nil, nil }
			chain, err := actions.NewChain([]actions.Action{action}, nil)
			if err != nil {
				t.Fatal(err)
			}
			c.in.Resource, c.in.Item, c.in.ItemFromBackup = "pods", object.MustParse(c.item), object.MustParse(c.stored)
			var fit actions.Fit
			_, lost, err := chain.For("pods")[0].Run(&c.in, &fit)
			if got := message(err); got != c.err || executed != (c.err == "") {
				t.Errorf("error %q, executed %v, want error %q", got, executed, c.err)
			}
			if err != nil && actions.FailureID(err, "") != "wrong-type" {
				t.Errorf("the failure's id is %q", actions.FailureID(err, ""))
			}
			if lost != c.lost {
				t.Errorf("lost %q, want %q", lost, c.lost)
			}
			if _, again, _ := chain.For("pods")[0].Run(&c.in, &fit); err == nil && again != "" {
				t.Errorf("%q is told twice", again)
			}
		})
	}
}

func message(err error) string {
	if err == nil {
		return ""
	}
	var failure *actions.Failure
	if !errors.As(err, &failure) {
		return "not a Failure: " + err.Error()
	}
	return err.Error()
}

func TestAnItemThatFitsIsNotCheckedAgain(t *testing.T) {
	first, second := pods("first"), pods("second")
	first.Typed, second.Typed, second.TypedBackup = typed.Pod, typed.Pod, true
	nothing := func(*actions.Input) (*actions.Output, error) { return nil, nil }
	first.Execute, second.Execute = nothing, nothing
	chain, err := actions.NewChain([]actions.Action{first, second}, nil)
	if err != nil {
		t.Fatal(err)
	}
	in := &actions.Input{Resource: "pods", Item: object.MustParse(`{}`), ItemFromBackup: object.MustParse(`{"spec":{}}`)}
	var fit actions.Fit
	for _, link := range chain.For("pods") {
		if _, _, err := link.Run(in, &fit); err != nil {
			t.Errorf("%s: %v", link.Name, err)
		}
		in.Item, in.ItemFromBackup = object.MustParse(`[]`), object.MustParse(`[]`)
	}
}
