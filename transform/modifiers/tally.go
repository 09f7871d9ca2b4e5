package modifiers

import (
	"cmp"
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
	reports []RuleReport
	misses  []map[NearMiss]int // of each rule, items by near misses that have no Items
	// resources has, for each resource seen, how each rule's groupResource stands to it.
	resources map[string][]resourceFit
}

// RuleReport is what one rule did.
type RuleReport struct {
	Index         int
	GroupResource string
	// Hits are the items that met the rule's conditions. Of these, Patched were changed, Skipped had a "test"
	// operation fail, and the others were left as they were or are among Failed.
	Hits, Patched, Skipped int
	// Failed are the items on which the rule failed, in its conditions or its patches.
	Failed int
	// ClusterScopedHits are the hits on cluster-scoped items of a rule that names namespaces: Velero ignores the
	// condition there (internal/resourcemodifiers/resource_modifiers.go:114-120).
	ClusterScopedHits int
	// PartialHits are the hits of which an unanchored resourceNameRegex matches only a part of the name, as "web" does
	// of "my-web-2"; PartialExample is the first by address.
	PartialHits    int
	PartialExample layout.Address
	// Failures are the first failures by address.
	Failures []Failure
	// NearMisses are what the rule may have been meant for.
	NearMisses []NearMiss
}

// NeverMatched tells that the rule met no item, not even to fail on it. Velero says nothing of this.
func (r *RuleReport) NeverMatched() bool { return r.Hits == 0 && r.Failed == 0 }

// Failure is one rule's failure on one item.
type Failure struct {
	Address layout.Address
	Err     error
}

// NewTally starts a count. The mapping is the restore's, original to target namespace; it may be nil.
func (r *Rules) NewTally(namespaceMapping map[string]string) *Tally {
	t := &Tally{rules: r, targets: namespaceMapping, resources: map[string][]resourceFit{}}
	for i := range r.rules {
		t.reports = append(t.reports, RuleReport{Index: i, GroupResource: r.rules[i].conditions.groupResource})
		t.misses = append(t.misses, map[NearMiss]int{})
	}
	return t
}

// Add counts one item, named with its ORIGINAL namespace, and what Apply returned. Items that Apply was spared by
// MayMatch should be added too, with the zero Result: near misses are found among them.
func (t *Tally) Add(where layout.Address, result Result) {
	for _, index := range result.Hits {
		report, conditions := &t.reports[index], &t.rules.rules[index].conditions
		report.Hits++
		if where.Namespace == "" && !conditions.namespaces.all {
			report.ClusterScopedHits++
		}
		if !conditions.wholeName(where.Name) {
			if report.PartialHits == 0 || where.Compare(report.PartialExample) < 0 {
				report.PartialExample = where
			}
			report.PartialHits++
		}
	}
	for _, patched := range result.Patched {
		t.reports[patched.Index].Patched++
	}
	for _, index := range result.Skipped {
		t.reports[index].Skipped++
	}
	for _, failure := range result.Errors {
		if failure.Index < 0 {
			continue
		}
		report := &t.reports[failure.Index]
		report.Failed++
		report.Failures = keepFirst(append(report.Failures, Failure{Address: where, Err: failure.Err}))
	}
	t.addMisses(where, result)
}

// keepFirst keeps the failures with the lowest addresses, so that the examples don't depend on the order of work.
func keepFirst(failures []Failure) []Failure {
	slices.SortStableFunc(failures, func(a, b Failure) int { return a.Address.Compare(b.Address) })
	return failures[:min(len(failures), maxExamples)]
}

// Report is what the rules did over a run, rule by rule in the order of the file.
func (t *Tally) Report() []RuleReport {
	reports := slices.Clone(t.reports)
	for i := range reports {
		reports[i].Failures = slices.Clone(reports[i].Failures)
		reports[i].NearMisses = t.nearMisses(i)
	}
	return reports
}

// nearMisses lists the near misses. A form that Velero doesn't know is told only of a rule that hit nothing: one that
// did names another resource of that name.
func (t *Tally) nearMisses(rule int) []NearMiss {
	var list []NearMiss
	for miss, items := range t.misses[rule] {
		if miss.Reason != OtherForm || t.reports[rule].Hits == 0 {
			miss.Items = items
			list = append(list, miss)
		}
	}
	slices.SortFunc(list, func(a, b NearMiss) int {
		return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Seen, b.Seen), cmp.Compare(a.Suggestion, b.Suggestion))
	})
	return list
}
