package modifiers

import (
	"cmp"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
)

// Report is what the rules did over a run, rule by rule in the order of the file.
type Report struct {
	Rules []RuleReport
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
func (r RuleReport) NeverMatched() bool { return r.Hits == 0 && r.Failed == 0 }

// Failure is one rule's failure on one item.
type Failure struct {
	Address layout.Address
	Err     error
}

// NearMiss is a group of items that a rule only just missed.
type NearMiss struct {
	Reason Reason
	// Seen is the resource of the items, or their original namespace if the reason is TargetNamespace.
	Seen string
	// Suggestion would match in place of the rule's groupResource, or in its namespaces.
	Suggestion string
	// Items is how many there are, Example the first by address.
	Items   int
	Example layout.Address
}

// Report sums up.
func (t *Tally) Report() Report {
	report := Report{Rules: make([]RuleReport, len(t.counts))}
	for i := range t.counts {
		count := &t.counts[i]
		report.Rules[i] = RuleReport{
			Index:             i,
			GroupResource:     t.rules.rules[i].conditions.groupResource,
			Hits:              count.hits,
			Patched:           count.patched,
			Skipped:           count.skipped,
			Failed:            count.failed,
			ClusterScopedHits: count.clusterScoped,
			PartialHits:       count.partial.items,
			PartialExample:    count.partial.example,
			Failures:          slices.Clone(count.failures),
			NearMisses:        count.nearMisses(),
		}
	}
	return report
}

// nearMisses lists the near misses. A form that Velero doesn't know is told only of a rule that hit nothing: one that
// did names another resource of that name.
func (c *ruleCount) nearMisses() []NearMiss {
	var list []NearMiss
	for key, count := range c.misses {
		if key.reason == OtherForm && c.hits > 0 {
			continue
		}
		list = append(list, NearMiss{key.reason, key.seen, key.suggestion, count.items, count.example})
	}
	slices.SortFunc(list, func(a, b NearMiss) int {
		return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Seen, b.Seen), cmp.Compare(a.Suggestion, b.Suggestion))
	})
	return list
}
