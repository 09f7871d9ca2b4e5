package render

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// maxMarkdown is how many bytes a plan in Markdown has at most, so that it fits a comment of a pull request, which may
// have 65,536 characters, with what a pipeline writes above it.
const maxMarkdown = 64_000

// planMarkdown is the plan for a comment or the summary of a job: a headline, findings, outcomes. It keeps counts only,
// and leaves out, with counts, what does not fit.
type planMarkdown struct {
	out      io.Writer
	about    *About
	findings findingGroups
	outcomes outcomeCounts
	text     strings.Builder
}

func newPlanMarkdown(out io.Writer, about *About) *planMarkdown {
	return &planMarkdown{out: out, about: about, findings: findingGroups{}, outcomes: outcomeCounts{}}
}

// Item implements report.Sink.
func (m *planMarkdown) Item(i *report.Item) error {
	m.findings.add(i)
	m.outcomes.add(i)
	return nil
}

// Finish implements Preview.
func (m *planMarkdown) Finish(s *report.Summary) error {
	for _, f := range s.Findings {
		m.findings.addOne(f, "")
	}
	fmt.Fprintf(&m.text, "## Restore of %s\n\n", code(m.about.Restore.Spec.BackupName))
	fmt.Fprintf(&m.text, "%s: %s, as Velero %s (%s).\n\n", marked(m.about.Restore.Name), marked(SummaryLine(s)), m.about.VeleroVersion, m.about.Release)
	if left := leftOut(s.LeftOut); left != "" {
		fmt.Fprintf(&m.text, "Left out: %s.\n\n", left)
	}
	m.severity(report.Error, "Errors")
	m.severity(report.Warning, "Warnings")
	m.table()
	_, err := io.WriteString(m.out, m.text.String())
	return err
}

// fits adds text if there is room for it and for a last line.
func (m *planMarkdown) fits(text string) bool {
	const lastLine = 200
	if m.text.Len()+len(text)+lastLine > maxMarkdown {
		return false
	}
	m.text.WriteString(text)
	return true
}

func (m *planMarkdown) severity(severity report.Severity, heading string) {
	keys := m.findings.keys(severity)
	if len(keys) == 0 || !m.fits("### "+heading+"\n\n") {
		return
	}
	for n, key := range keys {
		if !m.fits(m.group(key)) {
			left := 0
			for _, k := range keys[n:] {
				left += m.findings[k].total
			}
			m.text.WriteString("- … and " + Count(left, "more finding") + " of " + Count(len(keys)-n, "sort") + "\n")
			break
		}
	}
	m.text.WriteString("\n")
}

func (m *planMarkdown) group(key findingKey) string {
	g := m.findings[key]
	var b strings.Builder
	fmt.Fprintf(&b, "- [**%s**](%s#%s)", key.id, findingsPage, anchor(key.id))
	if g.total > 1 {
		fmt.Fprintf(&b, " ×%d", g.total)
	}
	if todo := advice(key.id); todo != "" {
		b.WriteString(": " + marked(todo))
	}
	b.WriteString("\n")
	shown := 0
	for _, message := range g.messages {
		b.WriteString("  - " + message.markdown() + "\n")
		shown += message.total
	}
	if rest := g.total - shown; rest > 0 {
		fmt.Fprintf(&b, "  - … and %d more\n", rest)
	}
	return b.String()
}

func (m *findingMessage) markdown() string {
	if len(m.items) == 0 {
		return marked(m.text)
	}
	var names []string
	for _, name := range m.items {
		names = append(names, code(name))
	}
	return someOf(names, m.total) + ": " + marked(m.text)
}

// table has the outcomes by namespace and resource.
func (m *planMarkdown) table() {
	used := m.outcomes.used()
	if len(used) == 0 {
		return
	}
	head, line := "| namespace | resource |", "|---|---|"
	for _, outcome := range used {
		head += " " + string(outcome) + " |"
		line += "--:|"
	}
	if !m.fits("<details><summary>Outcomes by namespace and resource</summary>\n\n" + head + "\n" + line + "\n") {
		return
	}
	rows := m.rows(used)
	for n, row := range rows {
		if !m.fits(row) {
			m.text.WriteString("\n… and " + Count(len(rows)-n, "more row") + "\n")
			break
		}
	}
	m.text.WriteString("\n</details>\n")
}

func (m *planMarkdown) rows(used []report.Outcome) []string {
	var rows []string
	for _, namespace := range slices.Sorted(maps.Keys(m.outcomes)) {
		for _, resource := range slices.Sorted(maps.Keys(m.outcomes[namespace])) {
			row := "| " + tableCell(cmp.Or(namespace, "(cluster-scoped)")) + " | " + tableCell(cmp.Or(resource, "(not an item)")) + " |"
			for _, outcome := range used {
				number := ""
				if n := m.outcomes[namespace][resource][outcome]; n > 0 {
					number = strconv.Itoa(n)
				}
				row += " " + number + " |"
			}
			rows = append(rows, row+"\n")
		}
	}
	return rows
}

// tableCell is code in a table, where even in code a bar would end the cell.
func tableCell(name string) string { return strings.ReplaceAll(code(name), "|", `\|`) }

// code is a name as code, in which nothing is markup, a mention or a link.
func code(name string) string {
	return "`" + strings.ReplaceAll(Clean(name), "`", `\x60`) + "`"
}

// marked is text in which nothing is markup, a mention or a link to an issue.
func marked(text string) string {
	var b strings.Builder
	for _, r := range Clean(text) {
		switch r {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '@', '#':
			b.WriteString(string(r) + "<!-- -->")
		case '\\', '`', '*', '_', '[', ']', '|', '~', '!':
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return strings.ReplaceAll(b.String(), "://", ":<!-- -->//")
}

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
