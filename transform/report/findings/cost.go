package findings

import (
	"cmp"
	"slices"
	"sync"

	"github.com/veltx/veltx/transform/report"
)

// Cost is what a finding costs the user.
type Cost string

// The costs.
const (
	Data      Cost = "data"       // data are lost
	NeverEnds Cost = "never-ends" // the restore, or a pod, waits for ever
	Refused   Cost = "refused"    // an item is not restored
	Broken    Cost = "broken"     // something will not work
	Manual    Cost = "manual"     // somebody has to do something
	Cosmetic  Cost = "cosmetic"
)

// Costs are all costs, worst first.
var Costs = []Cost{Data, NeverEnds, Refused, Broken, Manual, Cosmetic}

// severities are all severities, worst first.
var severities = []report.Severity{report.Error, report.Warning, report.Notice}

// costs are the places among Costs by area and id; those of no area are of the first that has the id.
var costs = sync.OnceValue(func() map[[2]string]int {
	byID := map[[2]string]int{}
	for _, e := range slices.Backward(catalogue()) {
		at := slices.Index(Costs, e.Cost)
		byID[[2]string{string(e.Area), e.ID}] = at
		byID[[2]string{"", e.ID}] = at
	}
	return byID
})

// costOf is the place among Costs; what has no page comes last.
func costOf(area Area, id string) int {
	if at, ok := costs()[[2]string{string(area), id}]; ok {
		return at
	}
	if at, ok := costs()[[2]string{"", id}]; ok {
		return at
	}
	return len(Costs)
}

// Compare orders sorts of findings: by severity, by what they cost the user, by id.
func Compare(area Area, severityA, severityB report.Severity, idA, idB string) int {
	return cmp.Or(
		cmp.Compare(slices.Index(severities, severityA), slices.Index(severities, severityB)),
		cmp.Compare(costOf(area, idA), costOf(area, idB)),
		cmp.Compare(idA, idB),
	)
}

// Sort sorts findings by Compare; those of one id stay in their order.
func Sort(area Area, list []report.Finding) {
	if len(list) < 2 {
		return
	}
	slices.SortStableFunc(list, func(a, b report.Finding) int { return Compare(area, a.Severity, b.Severity, a.ID, b.ID) })
}
