package report

import (
	"encoding/json"
	"reflect"
	"testing"
)

func TestASummaryCountsItemsAndFindings(t *testing.T) {
	var s Summary
	failed := Item{Outcome: Fail}
	failed.Error("its-error", "spec", "no")
	warned := Item{Outcome: Create, Step: "an action"}
	warned.Warn("its-warning", "spec.a", "odd")
	if want := (Finding{ID: "its-warning", Severity: Warning, By: "an action", Path: "spec.a", Message: "odd"}); !reflect.DeepEqual(warned.Warnings[0], want) {
		t.Errorf("got %+v", warned.Warnings[0])
	}
	for _, i := range []*Item{&failed, &warned, {Outcome: Create}} {
		s.Count(i)
	}
	s.Find(Error, "an-error", "bad")
	s.FindOn(Warning, "a-warning", "pods/a/x", "odd")
	s.Find(Warning, "another", "odd")
	if s.Items != 3 || !reflect.DeepEqual(s.Outcomes, map[Outcome]int{Create: 2, Fail: 1}) || s.Warnings != 3 || s.Errors != 2 {
		t.Errorf("got %+v", s)
	}
	want := []Finding{{ID: "an-error", Severity: Error, Message: "bad"}, {ID: "a-warning", Severity: Warning, Subject: "pods/a/x", Message: "odd"}, {ID: "another", Severity: Warning, Message: "odd"}}
	if !reflect.DeepEqual(s.Findings, want) {
		t.Errorf("got %+v", s.Findings)
	}
}

func TestTheSummaryOfABackupCountsWhyItemsAreInIt(t *testing.T) {
	s := Summary{Why: map[string]int{}}
	for _, i := range []Item{
		{Outcome: Include, Why: WhySelected}, {Outcome: Include, Why: WhySelected}, {Outcome: Include, Why: WhyBlock}, {Outcome: Skip, Why: WhyAdditional},
	} {
		s.Count(&i)
	}
	if want := map[string]int{WhySelected: 2, WhyBlock: 1}; !reflect.DeepEqual(s.Why, want) {
		t.Errorf("got %v, want %v", s.Why, want)
	}
	var restore Summary
	restore.Count(&Item{Outcome: Create, Why: WhySelected})
	if restore.Why != nil {
		t.Errorf("a restore counts %v", restore.Why)
	}
	var bare Summary
	bare.Count(&Item{Outcome: Include, Why: WhySelected})
	if bare.Why[WhySelected] != 1 {
		t.Errorf("got %v", bare.Why)
	}
}

func TestFindingsAreTheErrorsAndThenTheWarnings(t *testing.T) {
	var i Item
	i.Warn("w", "", "")
	i.Error("e", "", "")
	i.Error("f", "", "")
	var got []string
	for f := range i.Findings() {
		got = append(got, f.ID)
	}
	if want := []string{"e", "f", "w"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for f := range i.Findings() {
		if f.ID != "e" {
			t.Errorf("%s comes after the first one was all that was asked for", f.ID)
		}
		break
	}
}

func TestPartsAreHadAllOrNot(t *testing.T) {
	if p := Changes | Values; !p.Has(Changes) || !p.Has(Changes|Values) || p.Has(Objects) || p.Has(Changes|Objects) {
		t.Errorf("parts %b", p)
	}
}

// What a sink is shown is overwritten by the next item; a clone stays.
func TestACloneSharesNothingWithItsItem(t *testing.T) {
	fill := func() *Item {
		i := &Item{
			Actions: []string{"a"}, Notes: []Note{{}}, Warnings: []Finding{{ID: "w"}}, Errors: []Finding{{ID: "e"}},
			Patch: json.RawMessage("{}"), Status: json.RawMessage("[]"), Object: json.RawMessage("{}"),
			Changes: []Change{{Op: "add", Path: "/a", Old: json.RawMessage("1"), New: json.RawMessage("2")}},
		}
		return i
	}
	i := fill()
	c := i.Clone()
	i.Changes[0].Old[0], i.Changes[0].New[0] = '9', '9'
	i.Changes[0].Op, i.Actions[0], i.Warnings[0].ID, i.Errors[0].ID = "x", "x", "x", "x"
	i.Notes[0].Text = "x"
	for _, text := range []json.RawMessage{i.Patch, i.Status, i.Object} {
		text[0] = 'x'
	}
	if want := fill(); !reflect.DeepEqual(c, want) {
		t.Errorf("got %+v, want %+v", c, want)
	}
}
