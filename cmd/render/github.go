package render

import (
	"io"
	"slices"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// maxAnnotations is how many annotations of one severity GitHub shows of a step.
const maxAnnotations = 10

// GitHub is what a job of GitHub Actions shows of a plan: annotations and a summary.
type GitHub struct {
	summary *planMarkdown
	text    strings.Builder
}

// NewGitHub returns an empty one.
func NewGitHub(about *About) *GitHub {
	g := &GitHub{}
	g.summary = newPlanMarkdown(&g.text, about)
	return g
}

// Item implements report.Sink.
func (g *GitHub) Item(i *report.Item) error { return g.summary.Item(i) }

// Finish implements Preview.
func (g *GitHub) Finish(s *report.Summary) error { return g.summary.Finish(s) }

// Summary is the summary of the job's step in Markdown.
func (g *GitHub) Summary() string { return g.text.String() }

// Annotate writes workflow commands, one for each sort of finding, the errors first. GitHub's runner obeys them on
// standard error as well as on standard output.
func (g *GitHub) Annotate(out io.Writer) error {
	for _, severity := range []report.Severity{report.Error, report.Warning} {
		keys := g.summary.findings.keys(severity)
		slices.SortFunc(keys, func(a, b findingKey) int { return strings.Compare(a.id, b.id) })
		for _, key := range keys[:min(len(keys), maxAnnotations)] {
			if _, err := io.WriteString(out, g.annotation(key)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *GitHub) annotation(key findingKey) string {
	group := g.summary.findings[key]
	var lines []string
	for _, m := range group.messages {
		lines = append(lines, Clean(m.line()))
	}
	if todo := advice(key.id); todo != "" {
		lines = append(lines, "-> "+todo)
	}
	name := "veltx: " + key.id
	if group.total > 1 {
		name += " (" + Count(group.total, "time") + ")"
	}
	return "::" + string(key.severity) + " title=" + property(name) + "::" + data(strings.Join(lines, "\n")) + "\n"
}

// data escapes the text of a workflow command.
func data(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// property escapes a property of a workflow command.
func property(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
