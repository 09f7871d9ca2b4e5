package render

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/report"
)

// shownSARIF is what is looked at of a log.
type shownSARIF struct {
	Runs []struct {
		Results []struct {
			Level               string
			Message             sarifText
			Locations           []json.RawMessage
			PartialFingerprints map[string]string
		}
		Invocations []sarifInvocation
	}
}

func sarifOf(t *testing.T, s *planSARIF, out *strings.Builder, items []*report.Item, summary *report.Summary) *shownSARIF {
	t.Helper()
	for _, i := range items {
		if err := s.Item(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Finish(summary); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	log := &shownSARIF{}
	if err := json.Unmarshal([]byte(out.String()), log); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return log
}

// GitHub refuses a result with more than 1,000 locations.
func TestAFindingOfManyItemsHasSeveralResults(t *testing.T) {
	var named []string
	for i := range 2500 {
		named = append(named, fmt.Sprintf("pods/shop/p%04d", i))
	}
	summary := &report.Summary{}
	summary.Add(report.Finding{ID: "crd-missing", Severity: report.Warning, Subject: "x", Message: "m", Items: named})
	var out strings.Builder
	results := sarifOf(t, newPlanSARIF(&out, testAbout()), &out, nil, summary).Runs[0].Results
	var texts []string
	fingerprints := map[string]bool{}
	for _, r := range results {
		texts = append(texts, fmt.Sprintf("%s: %d", r.Message.Text, len(r.Locations)))
		fingerprints[r.PartialFingerprints["veltxFinding/v1"]] = true
	}
	want := "m (items 1 to 1000 of 2500): 1000, m (items 1001 to 2000 of 2500): 1000, m (items 2001 to 2500 of 2500): 500"
	if got := strings.Join(texts, ", "); got != want || len(fingerprints) != 3 {
		t.Errorf("%d fingerprints, got  %s\nwant %s", len(fingerprints), got, want)
	}
}

// GitHub refuses a run with more than 25,000 results. What weighs less is left out, with a word.
func TestTheErrorsAreNeverLeftOutForNotes(t *testing.T) {
	var items []*report.Item
	for i := range 4 {
		item := &report.Item{Resource: "pods", Namespace: "shop", Name: fmt.Sprint(i), OriginalNamespace: "shop", OriginalName: fmt.Sprint(i), Outcome: report.Create}
		item.Notice("volume-id-unknown", "", "a note")
		item.Warn("node-unknown", "", "a warning")
		items = append(items, item)
	}
	summary := &report.Summary{}
	summary.Find(report.Error, "backup-empty", "an error")
	var out strings.Builder
	s := newPlanSARIF(&out, testAbout())
	s.most = 3
	run := sarifOf(t, s, &out, items, summary).Runs[0]
	var levels []string
	for _, r := range run.Results {
		levels = append(levels, r.Level)
	}
	if got := strings.Join(levels, " "); got != "error warning warning" {
		t.Errorf("got %s", got)
	}
	const want = "6 results of lower severity left out, as GitHub takes 3 in a run: -o json lists all"
	if len(run.Invocations) != 1 || !run.Invocations[0].ExecutionSuccessful || run.Invocations[0].ToolExecutionNotifications[0].Message.Text != want {
		t.Errorf("got %+v", run.Invocations)
	}
}
