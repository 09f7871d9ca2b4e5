package render

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// planList lists every item in its order. Of a restore it shows the actions, of a backup the item blocks.
type planList struct {
	table    *table
	ofBackup bool
}

func newPlanList(p *page, ofBackup bool) *planList {
	l := &planList{table: &table{page: p, right: map[int]bool{0: true, 5: ofBackup}}, ofBackup: ofBackup}
	column := "ACTIONS"
	if ofBackup {
		column = "BLOCK"
	}
	l.table.header("ORDER", "OUTCOME", "RESOURCE", "NAMESPACE", "NAME", column, "REASON")
	return l
}

// Item implements report.Sink.
func (l *planList) Item(i *report.Item) error {
	by := shortActions(i.Actions)
	if l.ofBackup {
		by = blockNumber(i)
	}
	l.table.add(
		cell{text: strconv.Itoa(i.Order)},
		cell{string(i.Outcome), outcomeInk(i.Outcome)},
		cell{text: orDash(i.Resource)},
		cell{text: orDash(i.Namespace)},
		cell{text: i.Name},
		cell{text: orDash(by)},
		cell{text: reasons(i)},
	)
	return nil
}

// Finish implements Preview.
func (l *planList) Finish(s *report.Summary) error {
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
