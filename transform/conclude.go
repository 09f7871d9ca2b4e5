package transform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// conclude adds what only the whole run can tell.
func (r *run) conclude() {
	inBackup := r.index.Namespaces()
	r.concludeBackup(r.index.Len(), func(namespace string) bool {
		_, stands := r.index.Find(layout.Address{Resource: "namespaces", Name: namespace}.Key())
		return stands || slices.Contains(inBackup, namespace)
	})
	r.volumes.ids.conclude(r.summary)
	r.watch.conclude()
	r.summary.Volumes = r.volumes.lines()
	if r.tally != nil {
		r.concludeModifiers()
	}
}

// concludeBackup tells of a backup without items, and of mappings of namespaces that it does not have.
func (r *run) concludeBackup(items int, has func(namespace string) bool) {
	if items == 0 {
		r.summary.Find(report.Warning, "backup-empty", "the backup holds no items")
	}
	for _, from := range slices.Sorted(maps.Keys(r.o.Restore.Spec.NamespaceMapping)) {
		if !has(from) {
			r.summary.FindOn(report.Warning, "namespace-mapping-unused", from, fmt.Sprintf("the backup has no namespace %s that could be mapped", from))
		}
	}
}

func (r *run) concludeModifiers() {
	for _, rule := range r.tally.Report().Rules {
		line := report.ModifierRule{Index: rule.Index, Resource: rule.GroupResource, Hits: rule.Hits, Patched: rule.Patched, Failed: rule.Failed}
		if len(rule.Failures) > 0 {
			line.FirstError = fmt.Sprintf("%s: %v", rule.Failures[0].Address, rule.Failures[0].Err)
		}
		for _, miss := range rule.NearMisses {
			line.NearMisses = append(line.NearMisses, nearMiss(rule.GroupResource, miss))
		}
		if rule.GroupResource == "namespaces" {
			line.NearMisses = append(line.NearMisses, "Velero makes Namespaces without resource modifiers: no rule ever meets one")
		}
		for _, failure := range rule.Failures {
			line.Failures = append(line.Failures, report.ModifierFailure{Item: failure.Address.String(), Reason: failure.Err.Error()})
		}
		line.Skipped, line.Remarks = rule.Skipped, remarks(rule)
		r.summary.ModifierRules = append(r.summary.ModifierRules, line)
		subject := fmt.Sprintf("rule %d (%s)", rule.Index, rule.GroupResource)
		if rule.GroupResource == "namespaces" {
			r.summary.FindOn(report.Warning, "modifier-on-namespaces", subject, "resource modifier "+subject+": Velero runs no resource modifiers on Namespaces")
			continue
		}
		if rule.NeverMatched() {
			text := fmt.Sprintf("resource modifier %s matches no item", subject)
			if len(line.NearMisses) > 0 {
				text += ": " + strings.Join(line.NearMisses, "; ")
			}
			r.summary.FindOn(report.Warning, "modifier-never-matches", subject, text)
		}
	}
}

// warnOfMissingCRD warns once of a custom resource whose definition is neither in the restore nor in the target.
func (r *run) warnOfMissingCRD(resource string) {
	if r.o.ExactTarget || r.unserved[resource] || r.resources.Served(resource) {
		return
	}
	r.unserved[resource] = true
	r.summary.FindOn(report.Warning, "crd-missing", resource, fmt.Sprintf(
		"%s: this restore brings no CustomResourceDefinition for it; without one in the target, Velero fails on each of its items", resource))
}

// nearMiss says in words what a rule for word only just missed.
func nearMiss(word string, m modifiers.NearMiss) string {
	switch m.Reason {
	case modifiers.TargetNamespace:
		return fmt.Sprintf("namespaces names the namespace that %s is restored into, and is compared with the original one: say %s (%s)", m.Seen, m.Suggestion, items(m.Items))
	case modifiers.OtherCase:
		return fmt.Sprintf("%s is written in another case: say %s (%s)", word, m.Suggestion, items(m.Items))
	case modifiers.GroupMissing:
		return fmt.Sprintf("%s needs its API group: say %s (%s)", word, m.Suggestion, items(m.Items))
	}
	return fmt.Sprintf("%s is no name that Velero compares with: say %s (%s)", word, m.Suggestion, items(m.Items))
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
		list = append(list, fmt.Sprintf("resourceNameRegex matches only a part of the name of %s, such as %s: anchor it with ^ and $ if whole names are meant",
			items(rule.PartialHits), rule.PartialExample))
	}
	if rule.ClusterScopedHits > 0 {
		list = append(list, fmt.Sprintf("namespaces does not keep the rule from %s without a namespace: Velero ignores it there", items(rule.ClusterScopedHits)))
	}
	return list
}
