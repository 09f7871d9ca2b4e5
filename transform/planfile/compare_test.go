package planfile

import (
	"testing"

	"github.com/veltx/veltx/transform/report"
)

func TestPlansAreComparedItemByItem(t *testing.T) {
	item := func(order int, name string, outcome report.Outcome, digest, reason string, found ...string) Result {
		return Result{Order: order, Outcome: outcome, Resource: "pods", Namespace: "n", Name: name, Digest: digest, Reason: reason, Findings: found}
	}
	older := &File{Head: Head{Input: Input{Digest: "a", Files: map[string]string{"x": "1", "gone": "2"}}}, Results: []Result{
		item(1, "same", report.Create, "d", ""), item(2, "written", report.Create, "d", ""), item(3, "gone", report.Create, "d", ""),
		item(4, "skipped", report.Create, "d", ""), item(5, "reason", report.Skip, "", "one"), item(6, "found", report.Create, "d", "", "warning a"),
	}}
	newer := &File{Head: Head{Input: Input{Digest: "b", Files: map[string]string{"x": "1"}}}, Results: []Result{
		item(1, "added", report.Create, "d", ""), item(2, "found", report.Create, "d", "", "warning b"), item(3, "same", report.Create, "d", ""),
		item(4, "written", report.Create, "e", ""), item(5, "skipped", report.Skip, "", "why"), item(6, "reason", report.Skip, "", "two"),
	}}
	newer.Options.Features = []string{"EnableCSI"}
	c, err := Compare(older, newer)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		change, name string
		written      bool
	}{{Added, "added", false}, {Changed, "found", false}, {Changed, "written", true}, {Changed, "skipped", true}, {Changed, "reason", false}, {Removed, "gone", false}}
	if len(c.Items) != len(want) {
		t.Fatalf("%+v", c.Items)
	}
	for i, w := range want {
		if got := c.Items[i]; got.Change != w.change || got.Name != w.name || got.Written != w.written {
			t.Errorf("%d: got %+v, want %+v", i, got, w)
		}
	}
	if len(c.Input) != 2 || c.Input[0].Field != "digest" || c.Input[1].Field != "files.gone" || c.Input[1].New != nil {
		t.Errorf("%s", c.Input)
	}
	if len(c.Options) != 1 || c.Options[0].Field != "features" || string(c.Options[0].New) != `["EnableCSI"]` {
		t.Errorf("%s", c.Options)
	}
	if same, err := Compare(newer, newer); err != nil || same.Differ() {
		t.Errorf("a plan differs from itself: %+v %v", same, err)
	}
}
