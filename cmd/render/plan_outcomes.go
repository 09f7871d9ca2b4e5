package render

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/report"
)

// outcomeCounts are the outcomes by namespace and resource.
type outcomeCounts map[string]map[string]map[report.Outcome]int

func (c outcomeCounts) add(i *report.Item) {
	if c[i.Namespace] == nil {
		c[i.Namespace] = map[string]map[report.Outcome]int{}
	}
	if c[i.Namespace][i.Resource] == nil {
		c[i.Namespace][i.Resource] = map[report.Outcome]int{}
	}
	c[i.Namespace][i.Resource][i.Outcome]++
}

// used are the outcomes that occur, so that the table has no columns of nothing.
func (c outcomeCounts) used() []report.Outcome {
	seen := map[report.Outcome]bool{}
	for _, resources := range c {
		for _, counts := range resources {
			for outcome := range counts {
				seen[outcome] = true
			}
		}
	}
	var used []report.Outcome
	for _, row := range outcomes {
		if seen[row.outcome] {
			used = append(used, row.outcome)
		}
	}
	return used
}

// numberColumn is the width of a column of counts.
const numberColumn = 8

func (c outcomeCounts) write(p *page) {
	used := c.used()
	if len(used) == 0 {
		return
	}
	names := p.width - numberColumn*len(used)
	p.end()
	p.put(strong, padded("NAMESPACE AND RESOURCE", names))
	for _, outcome := range used {
		p.put(strong, rightAligned(strings.ToUpper(string(outcome))))
	}
	p.end()
	for _, namespace := range slices.Sorted(maps.Keys(c)) {
		c.writeNamespace(p, namespace, names, used)
	}
}

// writeNamespace writes a namespace's sums, and its resources unless nothing of them is touched.
func (c outcomeCounts) writeNamespace(p *page, namespace string, width int, used []report.Outcome) {
	sums := map[report.Outcome]int{}
	for _, counts := range c[namespace] {
		for outcome, n := range counts {
			sums[outcome] += n
		}
	}
	writeCounts(p, strong, cmp.Or(namespace, "(cluster-scoped)"), width, used, sums)
	if sums[report.Create]+sums[report.Update]+sums[report.Refused]+sums[report.Fail] == 0 {
		return
	}
	for _, resource := range slices.Sorted(maps.Keys(c[namespace])) {
		writeCounts(p, plain, "  "+cmp.Or(resource, "(not an item)"), width, used, c[namespace][resource])
	}
}

func writeCounts(p *page, i ink, title string, width int, used []report.Outcome, counts map[report.Outcome]int) {
	if p.cuts {
		title = shortened(title, width)
	}
	p.put(i, padded(title, width))
	if runes(title) > width { // in a file or a pipe no name is cut
		p.end()
		p.put(plain, padded("", width))
	}
	for n, outcome := range used {
		if allEmpty(used[n:], counts) {
			break
		}
		text := ""
		if counts[outcome] > 0 {
			text = strconv.Itoa(counts[outcome])
		}
		p.put(outcomeInk(outcome), rightAligned(text))
	}
	p.end()
}

func allEmpty(outcomes []report.Outcome, counts map[report.Outcome]int) bool {
	return !slices.ContainsFunc(outcomes, func(o report.Outcome) bool { return counts[o] > 0 })
}

func rightAligned(text string) string {
	return padded("", numberColumn-runes(text)) + text
}
