package report_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/veltx/veltx/transform/report"
)

func TestTextsOfItemsAreCut(t *testing.T) {
	long := strings.Repeat("é", 1<<20)
	var item report.Item
	var summary report.Summary
	item.Warn("a", long, "x"+long)
	item.Error("a", long, long)
	summary.Find(report.Warning, "a", long)
	item.Reason, item.Notes = long, []report.Note{{Path: long, Text: long}}
	item.Shorten()
	for _, text := range []string{item.Reason, item.Notes[0].Path, item.Notes[0].Text} {
		if len(text) > 1030 || !utf8.ValidString(text) {
			t.Errorf("got %d bytes", len(text))
		}
	}
	for _, f := range append(append(item.Warnings, item.Errors...), summary.Findings...) {
		for _, text := range []string{f.Message, f.Path} {
			if len(text) > 1030 || !utf8.ValidString(text) {
				t.Errorf("got %d bytes", len(text))
			}
		}
	}
	if got := report.Cut("short"); got != "short" {
		t.Errorf("got %q", got)
	}
}
