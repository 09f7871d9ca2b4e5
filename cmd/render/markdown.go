package render

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// maxMarkdown is how many bytes a plan in Markdown has at most, so that it fits a comment of a pull request, which may
// have 65,536 characters, with what a pipeline writes above it.
const maxMarkdown = 64_000

// planMarkdown is the plan for a comment or the summary of a job: a headline, findings, outcomes. It keeps counts only,
// and leaves out, with counts, what does not fit.
type planMarkdown struct {
	markdownText

	out      io.Writer
	about    *About
	failed   failedItems
	outcomes outcomeCounts
}

func newPlanMarkdown(out io.Writer, about *About) *planMarkdown {
	return &planMarkdown{markdownText: markdownText{area: about.area(), findings: findingGroups{}}, out: out, about: about, outcomes: outcomeCounts{}}
}

// Item implements report.Sink.
func (m *planMarkdown) Item(i *report.Item) error {
	m.findings.add(i)
	m.failed.add(i)
	m.outcomes.add(i)
	return nil
}

// Finish implements Preview.
func (m *planMarkdown) Finish(s *report.Summary) error {
	for _, f := range s.Findings {
		m.findings.addOne(f, "")
	}
	what := m.about.what()
	fmt.Fprintf(&m.text, "## %s of %s\n\n", strings.ToUpper(what[:1])+what[1:], code(m.about.subject()))
	if s.Foretold != nil && s.Foretold.Verdict != "" {
		fmt.Fprintf(&m.text, "**%s**\n\n", marked(s.Foretold.Verdict))
	}
	if m.about.Restore != nil {
		m.text.WriteString(marked(m.about.Restore.Name) + ": ")
	}
	fmt.Fprintf(&m.text, "%s, as Velero %s (%s).\n\n", marked(SummaryLine(s)), m.about.VeleroVersion, m.about.release())
	if with := plugins(s.Plugins); with != "" {
		fmt.Fprintf(&m.text, "Plugins: %s.\n\n", marked(with))
	}
	if target := targetSources(s.Target, time.Time{}); target != "" {
		fmt.Fprintf(&m.text, "Target: %s.\n\n", marked(target))
	}
	if left := leftOut(s); left != "" {
		fmt.Fprintf(&m.text, "Left out: %s.\n\n", marked(left))
	}
	for _, p := range withRequest(foretold(s, &m.failed, shownOfAPart), m.about, s) {
		m.fits(markdownPart(&p))
	}
	m.severity(report.Error, "Errors")
	m.severity(report.Warning, "Warnings")
	m.volumes(s.Volumes)
	m.table()
	_, err := io.WriteString(m.out, m.text.String())
	return err
}

func (m *findingMessage) markdown() string {
	if len(m.ofPlan) > 0 {
		return marked(m.text) + ": " + someOf(codes(m.ofPlan[:min(markdownItems, len(m.ofPlan))]), len(m.ofPlan)) + acceptedOthers(m.accepted)
	}
	if len(m.items) == 0 {
		return marked(m.text)
	}
	return someOf(codes(m.items), m.total) + ": " + marked(m.text)
}

// markdownItems is how many items of a finding of the whole plan are named.
const markdownItems = 20

func codes(names []string) []string {
	var all []string
	for _, name := range names {
		all = append(all, code(name))
	}
	return all
}

func acceptedOthers(n int) string {
	if n == 0 {
		return ""
	}
	return " (" + strconv.Itoa(n) + " accepted)"
}

// markdownPart is a part of what a preview foretells. A command stands in a block of its own, from which it can be copied.
func markdownPart(p *part) string {
	var b strings.Builder
	b.WriteString("### " + p.title[:1] + strings.ToLower(p.title[1:]) + "\n\n")
	for _, line := range p.lines {
		b.WriteString(strings.Repeat(" ", leading(line.text)) + "- " + marked(strings.TrimSpace(line.text)) + "\n")
		for _, more := range line.more {
			b.WriteString("    - " + marked(more) + "\n")
		}
		if line.command != "" {
			b.WriteString("\n  ```\n  " + Clean(line.command) + "\n  ```\n")
		}
	}
	return b.String() + "\n"
}

// volumes has the volume plan.
func (m *planMarkdown) volumes(all []report.Volume) {
	if len(all) == 0 || !m.fits("<details><summary>Volumes</summary>\n\n") {
		return
	}
	for _, row := range volumeMethods {
		same, _ := ofMethod(all, row.method)
		if len(same) == 0 {
			continue
		}
		m.fits("- " + marked(row.words) + " ×" + strconv.Itoa(len(same)) + "\n")
		for n, v := range same {
			text := "  - " + marked(volumeLine(v)) + "\n"
			for _, why := range v.Missing {
				text += "    - missing: " + marked(why) + "\n"
			}
			if !m.fits(text) {
				m.text.WriteString("  - … and " + strconv.Itoa(len(same)-n) + " more\n")
				break
			}
		}
	}
	m.text.WriteString("\n</details>\n\n")
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
	places  map[findingKey]place // of the first finding of each sort
}

// NewGitHub returns an empty one.
func NewGitHub(about *About) *GitHub {
	g := &GitHub{places: map[findingKey]place{}}
	g.summary = newPlanMarkdown(&g.text, about)
	return g
}

// Item implements report.Sink.
func (g *GitHub) Item(i *report.Item) error {
	for f := range i.Findings() {
		g.place(f, i)
	}
	return g.summary.Item(i)
}

func (g *GitHub) place(f *report.Finding, i *report.Item) {
	key := findingKey{f.Severity, f.ID}
	if _, known := g.places[key]; !known && !f.Accepted {
		g.places[key] = g.summary.about.placeOf(f, i)
	}
}

// Finish implements Preview.
func (g *GitHub) Finish(s *report.Summary) error {
	for n := range s.Findings {
		g.place(&s.Findings[n], nil)
	}
	return g.summary.Finish(s)
}

// Summary is the summary of the job's step in Markdown.
func (g *GitHub) Summary() string { return g.text.String() }

// Annotate writes workflow commands, one for each sort of finding, the errors first. GitHub's runner obeys them on
// standard error as well as on standard output.
func (g *GitHub) Annotate(out io.Writer) error {
	for _, severity := range []report.Severity{report.Error, report.Warning} {
		keys := g.summary.findings.keys(severity, findings.Restore)
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
		line := m.line()
		if len(m.ofPlan) > 0 {
			line += ": " + someOf(m.ofPlan[:min(markdownItems, len(m.ofPlan))], len(m.ofPlan)) + acceptedOthers(m.accepted)
		}
		lines = append(lines, Clean(line))
	}
	if todo := advice(key.id); todo != "" {
		lines = append(lines, "-> "+todo)
	}
	name := "veltx: " + key.id
	if group.total > 1 {
		name += " (" + Count(group.total, "time") + ")"
	}
	return annotation(key.severity, g.places[key], name, strings.Join(lines, "\n"))
}

// annotation is a workflow command that shows a text at a place.
func annotation(severity report.Severity, at place, title, text string) string {
	where := ""
	if at.file != "" {
		where = "file=" + property(Clean(at.file)) + ",line=" + strconv.Itoa(at.line) + ","
	}
	return "::" + string(severity) + " " + where + "title=" + property(title) + "::" + data(text) + "\n"
}

// data escapes the text of a workflow command.
func data(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// property escapes a property of a workflow command.
func property(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
