package render

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

func TestMarkdownFitsACommentAndCountsTheRest(t *testing.T) {
	var items []*report.Item
	s := &report.Summary{}
	for n := range 2000 {
		i := &report.Item{Resource: "pods", Namespace: fmt.Sprintf("%s-%d", strings.Repeat("n", 200), n), Name: strings.Repeat("x", 250), Outcome: report.Create}
		i.Warn(fmt.Sprintf("sort-%d", n), "", strings.Repeat("long ", 200))
		s.Count(i)
		items = append(items, i)
	}
	text := shown(t, Markdown, items, s)
	if n := utf8.RuneCountInString(text); n > 65536 || n < 30000 {
		t.Errorf("got %d characters; a comment has at most 65,536", n)
	}
	if !strings.Contains(text, "more findings of") {
		t.Errorf("what is left out is not counted: …%s", text[len(text)-300:])
	}
}

func TestMarkdownLeavesNothingOfANameToObey(t *testing.T) {
	items, s := hostilePlan()
	for line := range strings.Lines(shown(t, Markdown, items, s)) {
		outside := ""
		for n, part := range strings.Split(strings.ReplaceAll(line, "``", "`"), "`") {
			if n%2 == 0 {
				outside += part
			}
		}
		for _, bad := range []string{" @team", "](http://x", "<b>", "\x1b", "\u202e"} {
			if strings.Contains(outside, bad) {
				t.Errorf("%q stands in %q", bad, line)
			}
		}
	}
}

func TestAnnotationsAreOneLineEach(t *testing.T) {
	items, s := hostilePlan()
	g := NewGitHub(&About{Restore: &velero.Restore{}})
	for _, i := range items {
		_ = g.Item(i)
	}
	_ = g.Finish(s)
	var out strings.Builder
	if err := g.Annotate(&out); err != nil {
		t.Fatal(err)
	}
	ours := regexp.MustCompile(`^::(error|warning) file=[^,:]*,line=[0-9]+,title=veltx%3A [a-z0-9 ()-]+::`)
	for line := range strings.Lines(out.String()) {
		if !ours.MatchString(line) {
			t.Errorf("not an annotation of ours: %q", line)
		}
	}
}
