package restore

import (
	"fmt"
	"strings"

	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
	catalogues "github.com/veltx/veltx/transform/report/findings"
)

// conclude adds what only the whole restore can tell.
func (w *walk) conclude() {
	w.tellNothing(w.exit.summary)
	w.exit.volumes.Conclude(w.exit.summary) // before the watchers, which leave out what it tells
	w.exit.ending.seeTimeouts(w.exit.volumes.TimesOut())
	w.exit.watchers.Conclude(w.exit.summary)
	if w.o.Modifiers != nil {
		ConcludeModifiers(w.exit.summary, w.exit.tally, w.o.byDefault.name == "")
	}
	w.exit.patches.conclude(w.exit.ending, w.from.Restored)
	w.exit.ending.operationFailed = w.exit.begun.conclude(w.exit.summary, w.env.AsRun)
	w.o.TellPluginCluster(w.exit.summary)
	w.exit.ending.conclude(w.exit.summary)
	catalogues.Sort(catalogues.Restore, w.exit.summary.Findings)
	foretell(w.exit.summary)
}

// sortFindings puts the findings of an item into the order in which they are shown.
func sortFindings(i *report.Item) {
	for _, list := range [][]report.Finding{i.Errors, i.Warnings, i.Notices} {
		catalogues.Sort(catalogues.Restore, list)
	}
}

// ConcludeModifiers tells how each rule of the resource modifiers fared. Rules that are made for this restore should match an item;
// those of the server are for every restore.
func ConcludeModifiers(s *report.Summary, tally *modifiers.Tally, madeForIt bool) {
	for _, rule := range tally.Report() {
		line := report.ModifierRule{Index: rule.Index, Resource: rule.GroupResource, Hits: rule.Hits, Patched: rule.Patched, Failed: rule.Failed}
		if len(rule.Failures) > 0 {
			line.FirstError = fmt.Sprintf("%s: %v", rule.Failures[0].Address, rule.Failures[0].Err)
		}
		for _, miss := range rule.NearMisses {
			line.NearMisses = append(line.NearMisses, nearMiss(rule.GroupResource, miss))
		}
		if rule.GroupResource == "namespaces" {
			line.NearMisses = append(line.NearMisses, "Velero creates Namespaces without resource modifiers, so no rule matches one")
		}
		for _, failure := range rule.Failures {
			line.Failures = append(line.Failures, report.ModifierFailure{Item: failure.Address.String(), Reason: failure.Err.Error()})
		}
		line.Skipped, line.Remarks = rule.Skipped, remarks(rule)
		s.ModifierRules = append(s.ModifierRules, line)
		subject := fmt.Sprintf("rule %d (%s)", rule.Index, rule.GroupResource)
		if rule.GroupResource == "namespaces" {
			s.FindOn(report.Warning, "modifier-on-namespaces", subject, "resource modifier "+subject+": Velero runs no resource modifiers on Namespaces")
			continue
		}
		if rule.NeverMatched() && madeForIt {
			text := fmt.Sprintf("resource modifier %s matches no item", subject)
			if len(line.NearMisses) > 0 {
				text += ": " + strings.Join(line.NearMisses, "; ")
			}
			s.FindOn(report.Warning, "modifier-never-matches", subject, text)
		}
	}
}

// nearMiss says in words what a rule for word only just missed.
func nearMiss(word string, m modifiers.NearMiss) string {
	switch m.Reason {
	case modifiers.StatusGone:
		return fmt.Sprintf("matches reads the status, which Velero removes first (%s): match labels, annotations or the spec", report.CountOf(m.Items, m.Seen))
	case modifiers.TargetNamespace:
		return fmt.Sprintf("namespaces has the namespace that %s is restored into, but is compared with the original one: use %s (%s)", m.Seen, m.Suggestion, items(m.Items))
	case modifiers.OtherCase:
		return fmt.Sprintf("%s has the wrong case: use %s (%s)", word, m.Suggestion, items(m.Items))
	case modifiers.GroupMissing:
		return fmt.Sprintf("%s needs its API group: use %s (%s)", word, m.Suggestion, items(m.Items))
	}
	return fmt.Sprintf("%s is not a name that Velero compares with: use %s (%s)", word, m.Suggestion, items(m.Items))
}

func items(n int) string {
	if n == 1 {
		return "1 item"
	}
	return fmt.Sprintf("%d items", n)
}

// remarks says what is odd about what a rule hit.
func remarks(rule modifiers.RuleReport) []string {
	var list []string
	if rule.PartialHits > 0 {
		list = append(list, fmt.Sprintf("resourceNameRegex matches only part of the name of %s, such as %s: anchor it with ^ and $ to match whole names",
			items(rule.PartialHits), rule.PartialExample))
	}
	if rule.ClusterScopedHits > 0 {
		list = append(list, fmt.Sprintf("namespaces does not restrict the rule for %s without a namespace: Velero ignores it there", items(rule.ClusterScopedHits)))
	}
	return list
}
