package trial

import (
	"fmt"

	"github.com/veltx/veltx/transform/report"
)

// Parts implements Result.
func (t *Trial) Parts() []Part {
	var parts []Part
	for i := range t.Rules {
		r := &t.Rules[i]
		parts = append(parts, Part{Class: "rule", Name: fmt.Sprintf("rule %d (%s)", r.Index, r.Resource), Rule: r.Index, Findings: r.Findings()})
	}
	return parts
}

// Wrong implements Result.
func (t *Trial) Wrong() (broken, doubtful int) { return t.Broken, t.Doubtful }

// Findings are what is wrong with a rule, then what is doubtful.
func (r *Rule) Findings() []report.Finding {
	var found []report.Finding
	if r.NeverMatches {
		found = append(found, report.Finding{ID: "modifier-never-matches", Severity: report.Error, Message: "never matches"})
		for _, miss := range r.NearMisses {
			found = append(found, report.Finding{ID: "modifier-never-matches", Severity: report.Error, Message: miss})
		}
	}
	for _, f := range r.Failures {
		found = append(found, report.Finding{ID: "modifier-failed", Severity: report.Error, Message: "fails on " + f.Item + ": " + f.Reason})
	}
	if rest := r.Failed - len(r.Failures); rest > 0 {
		found = append(found, report.Finding{ID: "modifier-failed", Severity: report.Error, Message: fmt.Sprintf("fails on %d more", rest)})
	}
	for _, d := range r.Doubts {
		found = append(found, report.Finding{ID: "modifier-doubtful", Severity: report.Warning, Path: d.Field, Message: d.Text})
	}
	return found
}
