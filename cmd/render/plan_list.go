package render

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// planList lists every item in its order, after what comes of a restore as a whole and what was found. Of a restore it shows the actions, of a
// backup the item blocks.
type planList struct {
	shelf

	findings findingGroups
	table    *table
	ofBackup bool
}

func newPlanList(p *page, about *About) *planList {
	ofBackup := about.Restore == nil
	l := &planList{findings: findingGroups{}, table: &table{page: p, right: map[int]bool{0: true, 5: ofBackup}}, ofBackup: ofBackup, shelf: shelf{dir: about.TempDir}}
	return l
}

func (l *planList) header() {
	column := "ACTIONS"
	if l.ofBackup {
		column = "BLOCK"
	}
	l.table.header("ORDER", "OUTCOME", "RESOURCE", "NAMESPACE", "NAME", column, "REASON")
}

// Item implements report.Sink.
func (l *planList) Item(i *report.Item) error {
	l.findings.add(i)
	by := shortActions(i.Actions)
	if l.ofBackup {
		by = blockNumber(i)
	}
	row := []string{strconv.Itoa(i.Order), string(i.Outcome), orDash(i.Resource), orDash(i.Namespace), i.Name, orDash(by), reasons(i)}
	for n := range row {
		row[n] = Clean(row[n]) // so that no cell has the separator
	}
	return l.add(i, []byte(strings.Join(row, cellSeparator)))
}

// cellSeparator stands between the cells of a row on the shelf.
const cellSeparator = "\x00"

// write writes a row, with the findings of the whole plan that name the item.
func (l *planList) write(record []byte, found []report.PlanFinding) error {
	texts := strings.Split(string(record), cellSeparator)
	row := make([]cell, len(texts))
	for n, text := range texts {
		row[n].text = text
	}
	row[1].ink = outcomeInk(report.Outcome(texts[1]))
	reasons := &row[len(row)-1].text
	all := slices.DeleteFunc([]string{*reasons}, func(s string) bool { return s == "" })
	for _, f := range found {
		all = append(all, string(f.Severity)+": "+f.ID+accepted(f.Accepted))
	}
	*reasons = strings.Join(all, "; ")
	l.table.add(row...)
	return nil
}

// Finish implements Preview.
func (l *planList) Finish(s *report.Summary) error {
	page := l.table.page
	writeVerdict(page, s)
	writeParts(page, foretold(s, &failedItems{}, math.MaxInt))
	for _, f := range s.Findings {
		l.findings.addOne(f, "")
	}
	l.findings.write(page, areaOf(s), true)
	page.gap()
	l.header()
	if err := l.each(s, l.write); err != nil {
		return err
	}
	l.table.write()
	writeVolumePlan(l.table.page, s.Volumes, len(s.Volumes))
	return l.table.page.flush()
}

func orDash(s string) string { return cmp.Or(s, "-") }

// blockNumber is the item block of an item, "" for none.
func blockNumber(i *report.Item) string {
	if i.Block == 0 {
		return ""
	}
	return strconv.Itoa(i.Block)
}

// shortActions leaves Velero's prefix out.
func shortActions(names []string) string {
	short := make([]string, len(names))
	for i, name := range names {
		short[i] = strings.TrimPrefix(name, "velero.io/")
	}
	return strings.Join(short, ",")
}

// reasons is why the item comes out as it does, and what to know about it.
func reasons(i *report.Item) string {
	var all []string
	if i.Reason != "" {
		all = append(all, i.Reason)
	}
	for _, e := range i.Errors {
		if e.Message != i.Reason {
			all = append(all, "error: "+at(e))
		}
	}
	for _, w := range i.Warnings {
		all = append(all, "warning: "+at(w))
	}
	for _, n := range i.Notices {
		all = append(all, "note: "+at(n))
	}
	return strings.Join(all, "; ")
}

// at is a finding's message behind its field.
func at(f report.Finding) string {
	if f.Path == "" {
		return f.Message
	}
	return f.Path + ": " + f.Message
}

// planNames lists what a restore would write, or what is in a backup, one name a line.
type planNames struct{ page *page }

// Item implements report.Sink.
func (n *planNames) Item(i *report.Item) error {
	switch i.Outcome {
	case report.Create, report.Update, report.Include:
		n.page.line(plain, title(i))
	}
	return nil
}

// Finish implements Preview.
func (n *planNames) Finish(*report.Summary) error { return n.page.flush() }
