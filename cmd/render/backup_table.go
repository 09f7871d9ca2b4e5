package render

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// maxLeftOut is how many items that stay out are told of one by one.
const maxLeftOut = 20

// backupTable is the plan for somebody who has a minute: a headline, findings, what comes in beside what was selected
// and by whom, and counts by resource. Of included items it keeps counts only.
type backupTable struct {
	page      *page
	about     *About
	findings  findingGroups
	resources map[string]*resourceTally
	bringers  map[bringer]*bringTally
	leftOut   []string
}

type resourceTally struct{ items, selected, brought int }

// bringer is an action and the resources that it relates.
type bringer struct{ action, of, resource string }

type bringTally struct {
	items    int
	examples []string
}

func newBackupTable(p *page, about *About) *backupTable {
	return &backupTable{
		page: p, about: about, findings: findingGroups{}, resources: map[string]*resourceTally{}, bringers: map[bringer]*bringTally{},
	}
}

// Item implements report.Sink.
func (t *backupTable) Item(i *report.Item) error {
	t.findings.add(i)
	if i.Outcome != report.Include {
		t.addLeftOut(i)
		return nil
	}
	of := tally(t.resources, i.Resource)
	of.items++
	if i.Why == report.WhySelected {
		of.selected++
		return nil
	}
	of.brought++
	t.addBringer(i)
	return nil
}

func (t *backupTable) addLeftOut(i *report.Item) {
	if i.Outcome == report.Skip && len(t.leftOut) < maxLeftOut {
		t.leftOut = append(t.leftOut, title(i)+": "+i.Reason)
	}
}

func (t *backupTable) addBringer(i *report.Item) {
	of, _, _ := strings.Cut(i.BroughtBy, "/")
	brought := tally(t.bringers, bringer{action: cmp.Or(i.Action, i.Why), of: of, resource: i.Resource})
	brought.items++
	if len(brought.examples) < maxExamples {
		brought.examples = append(brought.examples, i.Name)
	}
}

// Finish implements Preview.
func (t *backupTable) Finish(s *report.Summary) error {
	t.headline(s)
	for _, f := range s.Findings {
		t.findings.addOne(f, "")
	}
	t.findings.write(t.page, findings.Backup, t.about.Notes)
	t.writeBringers()
	t.writeLeftOut(s.Outcomes[report.Skip])
	t.writeResources()
	return t.page.flush()
}

func (t *backupTable) headline(s *report.Summary) {
	t.page.fact("From", t.about.Source+" ("+t.about.Format+")")
	t.page.fact("Backup", t.about.profile())
	if with := plugins(s.Plugins); with != "" {
		t.page.fact("Plugins", with)
	}
	t.page.fact("Plan", SummaryLine(s))
	if left := leftOut(s); left != "" {
		t.page.fact("Left out", left)
	}
}

func (t *backupTable) writeBringers() {
	if len(t.bringers) == 0 {
		return
	}
	t.page.section(strong, "INCLUDED AS DEPENDENCIES")
	keys := slices.SortedFunc(maps.Keys(t.bringers), func(a, b bringer) int {
		return cmp.Or(cmp.Compare(a.action, b.action), cmp.Compare(a.of, b.of), cmp.Compare(a.resource, b.resource))
	})
	for _, k := range keys {
		tally := t.bringers[k]
		by := k.action
		if k.of != "" {
			by += " of " + k.of
		}
		t.page.put(plain, "  "+by)
		t.page.wrapped(plain, 2+runes(by), 4, ": "+strconv.Itoa(tally.items)+" "+k.resource+": "+someOf(tally.examples, tally.items))
	}
}

func (t *backupTable) writeLeftOut(all int) {
	if all == 0 {
		return
	}
	t.page.section(strong, "SKIPPED")
	for _, line := range t.leftOut {
		t.page.hanging(plain, 2, 4, line)
	}
	if rest := all - len(t.leftOut); rest > 0 {
		t.page.line(faint, "  and "+strconv.Itoa(rest)+" more: see -o wide")
	}
}

func (t *backupTable) writeResources() {
	if len(t.resources) == 0 {
		return
	}
	t.page.section(strong, "IN THE BACKUP")
	table := &table{page: t.page, indent: "  ", right: map[int]bool{1: true, 2: true, 3: true}, fits: true}
	table.header("RESOURCE", "ITEMS", "SELECTED", "BROUGHT IN")
	for _, resource := range slices.Sorted(maps.Keys(t.resources)) {
		tally := t.resources[resource]
		table.texts(resource, strconv.Itoa(tally.items), strconv.Itoa(tally.selected), strconv.Itoa(tally.brought))
	}
	table.write()
}
