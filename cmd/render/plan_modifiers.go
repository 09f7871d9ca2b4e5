package render

import (
	"fmt"

	"github.com/veltx/veltx/transform/report"
)

// writeModifierRules shows how each rule fared: one that hits nothing is what users of Velero never learn of.
func writeModifierRules(p *page, rules []report.ModifierRule) {
	if len(rules) == 0 {
		return
	}
	p.section(strong, "RESOURCE MODIFIERS")
	for _, rule := range rules {
		i := plain
		switch {
		case rule.Failed > 0:
			i = bad
		case rule.Hits == 0:
			i = caution
		}
		p.put(plain, "  ")
		p.put(i, fmt.Sprintf("rule %d", rule.Index))
		p.line(plain, fmt.Sprintf(" (%s): %s, %d patched, %d failed", rule.Resource, Count(rule.Hits, "hit"), rule.Patched, rule.Failed))
		if rule.FirstError != "" {
			p.hanging(bad, 4, 6, "first failure: "+rule.FirstError)
		}
		for _, miss := range rule.NearMisses {
			p.hanging(caution, 4, 6, "near miss: "+miss)
		}
	}
}
