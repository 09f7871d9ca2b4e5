package render

import (
	"io"
	"maps"
	"slices"
	"strconv"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// How much of a group of findings is shown: a backup of 200,000 items must not make a page of 200,000 lines.
const (
	maxMessages = 5
	maxExamples = 3
)

type findingKey struct {
	severity report.Severity
	id       string
}

// findingGroups are the findings by severity and id.
type findingGroups map[findingKey]*findingGroup

type findingGroup struct {
	total    int
	messages []*findingMessage // the first different ones
}

type findingMessage struct {
	text     string
	total    int
	items    []string // the first ones
	ofPlan   []string // of a finding of the whole plan: all items that it is about and that are not accepted
	accepted int      // of a finding of the whole plan: its other items
}

func (g findingGroups) add(i *report.Item) {
	if len(i.Errors)+len(i.Warnings)+len(i.Notices) == 0 {
		return
	}
	name := title(i)
	for f := range i.Findings() {
		g.addOne(*f, name)
	}
}

// addOne adds a finding of an item, or of the whole plan where the name is empty.
func (g findingGroups) addOne(f report.Finding, item string) {
	if f.Accepted {
		return
	}
	group := tally(g, findingKey{f.Severity, f.ID})
	group.total++
	message := group.message(at(f))
	if message == nil {
		return
	}
	message.total++
	message.ofPlan, message.accepted = f.NewItems(), len(f.AcceptedItems)
	if item != "" && len(message.items) < maxExamples {
		message.items = append(message.items, item)
	}
}

// message finds or adds a message; it is nil where there are enough of them.
func (g *findingGroup) message(text string) *findingMessage {
	for _, m := range g.messages {
		if m.text == text {
			return m
		}
	}
	if len(g.messages) == maxMessages {
		return nil
	}
	m := &findingMessage{text: text}
	g.messages = append(g.messages, m)
	return m
}

// write writes the findings, each with what to do about it, and notes if they are wanted.
func (g findingGroups) write(p *page, area findings.Area, notes bool) {
	g.writeSeverity(p, report.Error, bad, "ERRORS", area)
	g.writeSeverity(p, report.Warning, caution, "WARNINGS", area)
	if notes {
		g.writeNotes(p, area)
	}
}

// writeNotes writes the notes, a line each.
func (g findingGroups) writeNotes(p *page, area findings.Area) {
	for n, key := range g.keys(report.Notice, area) {
		if n == 0 {
			p.section(strong, "NOTES")
		}
		shown := 0
		for _, m := range g[key].messages {
			p.hanging(plain, 2, 4, key.id+": "+m.line())
			shown += m.total
		}
		if rest := g[key].total - shown; rest > 0 {
			p.line(faint, "    and "+strconv.Itoa(rest)+" more: --show "+key.id)
		}
	}
}

// Findings collects what is found where the result itself has no place for it.
type Findings struct {
	Notes bool // are shown

	groups findingGroups
	failed failedItems
}

// NewFindings returns an empty collection.
func NewFindings() *Findings { return &Findings{groups: findingGroups{}} }

// Item implements report.Sink.
func (f *Findings) Item(i *report.Item) error {
	f.groups.add(i)
	f.failed.add(i)
	return nil
}

// Write writes what a restore comes to, and the findings of the items and of the summary.
func (f *Findings) Write(out io.Writer, s *report.Summary, style Style) error {
	for _, finding := range s.Findings {
		f.groups.addOne(finding, "")
	}
	p := newPage(out, style)
	writeVerdict(p, s)
	writeParts(p, foretold(s, &f.failed, shownOfAPart))
	f.groups.write(p, areaOf(s), f.Notes)
	writeModifierRules(p, s.ModifierRules)
	writeVolumePlan(p, s.Volumes, shownVolumes)
	return p.flush()
}

// keys are the sorts of findings of a severity, those that cost the user most first.
func (g findingGroups) keys(severity report.Severity, area findings.Area) []findingKey {
	keys := slices.SortedFunc(maps.Keys(g), func(a, b findingKey) int {
		return findings.Compare(area, a.severity, b.severity, a.id, b.id)
	})
	return slices.DeleteFunc(keys, func(k findingKey) bool { return k.severity != severity })
}

func (g findingGroups) writeSeverity(p *page, severity report.Severity, i ink, title string, area findings.Area) {
	for n, key := range g.keys(severity, area) {
		if n == 0 {
			p.section(i, title)
		}
		g[key].write(p, key.id, i, findings.Remedy(area, key.id))
	}
}

func (g *findingGroup) write(p *page, id string, i ink, todo string) {
	p.put(plain, "  ")
	p.put(i, id)
	if g.total > 1 {
		p.put(plain, " ×"+strconv.Itoa(g.total))
	}
	p.end()
	shown := 0
	for _, m := range g.messages {
		p.hanging(plain, 4, 6, m.line())
		m.writeItems(p, id)
		shown += m.total
	}
	if rest := g.total - shown; rest > 0 {
		p.line(faint, "    and "+strconv.Itoa(rest)+" more: --show "+id)
	}
	p.remedy(todo)
}

// writeItems names the items of a finding of the whole plan, as many as fit two lines.
func (m *findingMessage) writeItems(p *page, id string) {
	fit, used := 0, 0
	for _, name := range m.ofPlan {
		if used += runes(name) + 2; fit > 0 && used > 2*(p.width-8) {
			break
		}
		fit++
	}
	parts := slices.Clone(m.ofPlan[:fit])
	if rest := len(m.ofPlan) - fit; rest > 0 {
		parts = append(parts, "… and "+strconv.Itoa(rest)+" more: --show "+id)
	}
	if m.accepted > 0 {
		parts = append(parts, strconv.Itoa(m.accepted)+" accepted")
	}
	if len(parts) > 0 {
		p.put(plain, "        ")
		p.list(8, parts)
	}
}

// line is the message behind the items that it is about.
func (m *findingMessage) line() string {
	if len(m.items) == 0 {
		return m.text
	}
	return someOf(m.items, m.total) + ": " + m.text
}

// advice says what to do about a finding of a restore, by its id. What is not in the catalogue says so in its own message.
func advice(id string) string { return findings.Remedy(findings.Restore, id) }

// areaOf is the area whose findings a plan has.
func areaOf(s *report.Summary) findings.Area {
	if ofBackup(s) {
		return findings.Backup
	}
	return findings.Restore
}
