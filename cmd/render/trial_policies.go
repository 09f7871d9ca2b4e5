package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/veltx/veltx/transform/look/trial"
	"github.com/veltx/veltx/transform/report"
)

// WritePolicyTrial writes how resource policies fare in one of TrialFormats.
func WritePolicyTrial(out io.Writer, format string, t *trial.Policies, about *TrialAbout, style Style) error {
	head := trialHead{of: "Resource policies", file: t.File, backup: t.Backup + " (" + t.Source + ")", parts: "Filters", counts: policyCounts(t)}
	return writeTrial(out, format, t, &head, about, style, func(p *page) {
		for i := range t.Policies {
			writePolicy(p, &t.Policies[i])
		}
	})
}

func policyCounts(t *trial.Policies) string {
	n := 0
	for i := range t.Policies {
		n += len(t.Policies[i].Filters)
	}
	broken := "take nothing"
	if t.Broken == 1 {
		broken = "takes nothing"
	}
	return fmt.Sprintf("%d: %d %s, %d doubtful", n, t.Broken, broken, t.Doubtful)
}

func writePolicy(p *page, policy *trial.Policy) {
	p.gap()
	p.line(strong, policy.Where)
	if len(policy.Namespaces) > 0 {
		p.hanging(plain, 2, 6, "of "+strings.Join(policy.Namespaces, ", "))
	}
	for _, doubt := range policy.Doubts {
		ruleRow(p, caution, "doubt", doubt)
	}
	for i := range policy.Filters {
		writeFilter(p, &policy.Filters[i])
	}
	if len(policy.NotListed) > 0 {
		p.hanging(plain, 2, 6, "not listed, so left out: "+strings.Join(notListed(policy.NotListed), ", "))
	}
}

func notListed(list []trial.NotListed) (texts []string) {
	for _, n := range list {
		texts = append(texts, report.CountOf(n.Items, n.Resource))
	}
	return texts
}

func writeFilter(p *page, f *trial.Filter) {
	_, place, ok := strings.Cut(f.Where, ".")
	if !ok {
		place = f.Where
	}
	text := place + " (" + strings.Join(f.Kinds, ", ")
	if f.By != "" {
		text += "; " + f.By
	}
	ink, says := good, "takes "+Count(f.Taken, "item")
	if f.TakesNothing {
		ink, says = bad, "takes nothing"
	}
	if f.OtherNames > 0 {
		says += fmt.Sprintf(", leaves out %d by name", f.OtherNames)
	}
	if f.OtherLabels > 0 {
		says += fmt.Sprintf(", leaves out %d by label", f.OtherLabels)
	}
	p.hanging(ink, 2, 6, text+"): "+says)
	name := "doubt"
	if f.TakesNothing {
		name = "why"
	}
	for _, doubt := range f.Doubts {
		ruleRow(p, caution, name, doubt)
	}
}
