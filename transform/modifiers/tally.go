package modifiers

import (
	"slices"

	"github.com/veltx/veltx/tarball/layout"
)

// maxExamples is how many failures a report keeps of each rule.
const maxExamples = 3

// Tally counts what the rules did over a run, and what they nearly did. A Tally is for one goroutine. The
// report doesn't depend on the order of Add.
type Tally struct {
	rules *Rules
	// targets maps original to target namespaces, where they differ.
	targets map[string]string
	counts  []ruleCount
	// resources has, for each resource seen, how each rule's groupResource stands to it.
	resources map[string][]resourceFit
}

type ruleCount struct {
	hits, patched, skipped, failed, clusterScoped int
	failures                                      []Failure
	partial                                       missCount
	misses                                        map[missKey]*missCount
}

// NewTally starts a count. The mapping is the restore's, original to target namespace; it may be nil.
func (r *Rules) NewTally(namespaceMapping map[string]string) *Tally {
	return &Tally{
		rules:     r,
		targets:   namespaceMapping,
		counts:    make([]ruleCount, len(r.rules)),
		resources: map[string][]resourceFit{},
	}
}

// Add counts one item, named with its ORIGINAL namespace, and what Apply returned. Items that Apply was spared by
// MayMatch should be added too, with the zero Result: near misses are found among them.
func (t *Tally) Add(where layout.Address, result Result) {
	for _, index := range result.Hits {
		t.counts[index].hits++
		if where.Namespace == "" && !t.rules.rules[index].conditions.namespaces.all {
			t.counts[index].clusterScoped++
		}
		if !t.rules.rules[index].conditions.wholeName(where.Name) {
			t.counts[index].partial.add(1, where)
		}
	}
	for _, patched := range result.Patched {
		t.counts[patched.Index].patched++
	}
	for _, index := range result.Skipped {
		t.counts[index].skipped++
	}
	for _, failure := range result.Errors {
		if failure.Index < 0 {
			continue
		}
		count := &t.counts[failure.Index]
		count.failed++
		count.failures = keepFirst(append(count.failures, Failure{Address: where, Err: failure.Err}))
	}
	t.addMisses(where, result)
}

// keepFirst keeps the failures with the lowest addresses, so that the examples don't depend on the order of work.
func keepFirst(failures []Failure) []Failure {
	slices.SortStableFunc(failures, func(a, b Failure) int { return a.Address.Compare(b.Address) })
	return failures[:min(len(failures), maxExamples)]
}
