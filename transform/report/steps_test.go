package report_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

func TestAnItemTellsWhatItsStepsDo(t *testing.T) {
	before, after := object.MustParse(`{"a":1,"b":2}`), object.MustParse(`{"a":3}`)
	var i report.Item
	i.Record("one", object.Diff(before, after), true)
	i.Record("two", object.Diff(before, after), false)
	want := []report.Change{
		{By: "one", Op: "replace", Path: "/a", Old: []byte("1"), New: []byte("3")}, {By: "one", Op: "remove", Path: "/b", Old: []byte("2")},
		{By: "two", Op: "replace", Path: "/a"}, {By: "two", Op: "remove", Path: "/b"},
	}
	if len(i.Changes) != len(want) {
		t.Fatalf("got %+v, want %+v", i.Changes, want)
	}
	for n, w := range want {
		got := i.Changes[n]
		if got.By != w.By || got.Op != w.Op || got.Path != w.Path || string(got.Old) != string(w.Old) || string(got.New) != string(w.New) {
			t.Errorf("change %d: got %+v, want %+v", n, got, w)
		}
	}
	i.Note("three", []actions.Note{{Text: "kept", Keeps: "ports"}, {Level: actions.Warning, ID: "node-unknown", Path: "spec", Text: "careful"}})
	if len(i.Notes) != 1 || i.Notes[0] != (report.Note{By: "three", Text: "kept", Keeps: "ports"}) {
		t.Errorf("notes: %+v", i.Notes)
	}
	if w := (report.Finding{ID: "node-unknown", Severity: report.Warning, By: "three", Path: "spec", Message: "careful"}); len(i.Warnings) != 1 || !reflect.DeepEqual(i.Warnings[0], w) {
		t.Errorf("warnings: %+v, want %+v", i.Warnings, w)
	}
	i.Fail("not-json", "spec", errors.New("broken"))
	if w := (report.Finding{ID: "not-json", Severity: report.Error, Path: "spec", Message: "broken"}); i.Outcome != report.Fail || i.Reason != "broken" || len(i.Errors) != 1 || !reflect.DeepEqual(i.Errors[0], w) {
		t.Errorf("failed: %+v", i)
	}
}
