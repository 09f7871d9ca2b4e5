package render

import (
	"path/filepath"
	"strconv"
	"strings"

	"github.com/veltx/veltx/transform/policies"
	"github.com/veltx/veltx/transform/report"
)

// Given are the files of the user that a finding may be about, "" for none.
type Given struct {
	Restore     string // with the Restore
	RestoreLine int
	Modifiers   string // with the resource modifiers
	RuleLines   []int  // in which its rules begin
	Policies    string // with the resource policies
	PolicyLines map[string]int
}

// place is where a finding points to: a file of the user where there is one, else the item's entry in the archive, else
// the archive.
type place struct {
	file string
	line int
}

// placeOf is the place of an item's finding, or of one of the whole plan, for which item is nil.
func (a *About) placeOf(f *report.Finding, item *report.Item) place {
	if rule, ok := ruleOf(f); ok && a.Given.Modifiers != "" {
		return place{a.Given.Modifiers, a.Given.lineOf(rule)}
	}
	if where, ok := policyOf(f); ok && a.Given.Policies != "" {
		return place{a.Given.Policies, a.Given.lineOfPolicy(where)}
	}
	if item != nil {
		return place{itemPath(item), 1}
	}
	if len(f.Items) > 0 {
		return place{entryOf(f.Items[0]), 1}
	}
	if a.Given.Restore != "" && !strings.HasPrefix(f.ID, "backup-") {
		return place{a.Given.Restore, max(1, a.Given.RestoreLine)}
	}
	return place{filepath.Base(a.Source), 1}
}

// lineOf is the line in which a rule begins.
func (g *Given) lineOf(rule int) int {
	if rule < len(g.RuleLines) {
		return g.RuleLines[rule]
	}
	return 1
}

// ruleOf is the number of the resource modifier's rule that a finding is about.
func ruleOf(f *report.Finding) (int, bool) {
	text, ok := strings.CutPrefix(f.By, "resource-modifier[")
	if ok {
		text, ok = strings.CutSuffix(text, "]")
	} else if text, ok = strings.CutPrefix(f.Subject, "rule "); ok {
		text, _, ok = strings.Cut(text, " ")
	}
	rule, err := strconv.Atoi(text)
	return rule, ok && err == nil && rule >= 0
}

// lineOfPolicy is the line in which a policy or one of its filters begins.
func (g *Given) lineOfPolicy(where string) int { return max(1, g.PolicyLines[where]) }

// policyOf is the place of the policy or the filter that a finding is about.
func policyOf(f *report.Finding) (string, bool) {
	where, _, ok := strings.Cut(f.Subject, " ")
	where = strings.TrimSuffix(strings.TrimSuffix(where, ".kinds"), ".namespaces")
	return where, ok && (strings.HasPrefix(where, policies.ClusterScoped) || strings.HasPrefix(where, "namespacedFilterPolicies["))
}
