package render

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// maxEdits is how many different edits of one step are told apart, and shownEdits how many are shown: names of
// annotations come from the backup, so there may be any number. A table shows fewer than a page for a browser.
const (
	maxEdits   = 500
	shownEdits = 8
	tableEdits = 2
)

// The steps that do the same to each item, by the names that reports have for them.
const (
	pipelineReset  = "metadata-reset"
	pipelineLabels = "restore-labels"
)

// changeGroups are the changes by the action or stage that made them.
type changeGroups map[string]*changeGroup

type changeGroup struct {
	items     int
	resources map[string]int // items by resource
	edits     map[edit]int
	others    int // edits past maxEdits
	last      int // order of the last item counted

	kept     map[string]int // items by what they keep
	lastKept map[string]int // order of the last item counted, by what it keeps
}

type edit struct{ op, path string }

// add counts the changes of an item that Velero would send; what happens to others has no effect.
func (g changeGroups) add(i *report.Item) {
	if i.Outcome != report.Create && i.Outcome != report.Update {
		return
	}
	for _, c := range i.Changes {
		g.of(c.By).add(i, c)
	}
	for _, n := range i.Notes {
		if n.Keeps != "" {
			g.of(n.By).keep(i, n.Keeps)
		}
	}
}

func (g changeGroups) of(by string) *changeGroup {
	if g[by] == nil {
		g[by] = &changeGroup{resources: map[string]int{}, edits: map[edit]int{}, kept: map[string]int{}, lastKept: map[string]int{}}
	}
	return g[by]
}

// keep counts the item once for what it keeps.
func (g *changeGroup) keep(i *report.Item, what string) {
	if g.lastKept[what] != i.Order {
		g.lastKept[what] = i.Order
		g.kept[what]++
	}
}

func (g *changeGroup) add(i *report.Item, c report.Change) {
	if g.last != i.Order {
		g.last = i.Order
		g.items++
		g.resources[i.Resource]++
	}
	e := edit{c.Op, withoutIndexes(c.Path)}
	if g.edits[e] == 0 && len(g.edits) >= maxEdits {
		g.others++
		return
	}
	g.edits[e]++
}

// withoutIndexes puts * in the place of positions in lists, so that edits of the same field count as one.
func withoutIndexes(path string) string {
	if !strings.ContainsAny(path, "0123456789") {
		return path
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if s != "" && strings.IndexFunc(s, func(r rune) bool { return !isDigit(r) }) < 0 {
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/")
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// stageRank puts the steps into the order of an item's way: the stages before the actions, the actions, those after.
func stageRank(by string) int {
	switch {
	case by == pipelineReset:
		return 0
	case strings.Contains(by, "/"): // an action
		return 1
	case strings.HasPrefix(by, "resource-modifier"):
		return 3
	case by == "namespace-mapping":
		return 4
	case by == pipelineLabels:
		return 5
	}
	return 2
}

func compareSteps(a, b string) int {
	return cmp.Or(cmp.Compare(stageRank(a), stageRank(b)), cmp.Compare(a, b))
}

func (g changeGroups) write(p *page) {
	if len(g) == 0 {
		return
	}
	p.section(strong, "CHANGES")
	var always []string
	for _, by := range slices.SortedFunc(maps.Keys(g), compareSteps) {
		if isMechanical(by) {
			always = append(always, by)
			continue
		}
		g[by].write(p, by)
	}
	if len(always) > 0 {
		p.hanging(faint, 2, 4, "in every restore: "+strings.Join(always, ", ")+"; --diff=full shows them")
	}
}

// isMechanical says that a step does the same to each item of any restore.
func isMechanical(by string) bool {
	return by == pipelineReset || by == pipelineLabels
}

func (g *changeGroup) write(p *page, by string) {
	p.put(plain, "  ")
	p.put(strong, by)
	p.put(plain, ": ")
	parts := append([]string{g.what()}, g.summary(tableEdits)...)
	for n := range parts[:len(parts)-1] {
		parts[n] += ","
	}
	p.flow(plain, 2+runes(by)+2, 4, parts)
}

// what is "1 service", "12 services", or "340 items of 25 resources".
func (g *changeGroup) what() string {
	if g.items == 0 {
		return "nothing"
	}
	if len(g.resources) > 1 {
		return fmt.Sprintf("%d items of %d resources", g.items, len(g.resources))
	}
	for resource := range g.resources {
		return report.CountOf(g.items, resource)
	}
	return ""
}

// summary lists the edits, the most frequent first.
func (g *changeGroup) summary(shown int) []string {
	edits := slices.SortedFunc(maps.Keys(g.edits), func(a, b edit) int {
		return cmp.Or(cmp.Compare(g.edits[b], g.edits[a]), cmp.Compare(a.path, b.path), cmp.Compare(a.op, b.op))
	})
	var parts []string
	for _, e := range edits[:min(len(edits), shown)] {
		parts = append(parts, fmt.Sprintf("%s %s ×%d", e.op, fieldOf(e.path), g.edits[e]))
	}
	rest := g.others
	for _, e := range edits[len(parts):] {
		rest += g.edits[e]
	}
	if rest > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", rest))
	}
	for _, what := range slices.Sorted(maps.Keys(g.kept)) {
		parts = append(parts, fmt.Sprintf("keep %s ×%d", what, g.kept[what]))
	}
	return parts
}
