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
