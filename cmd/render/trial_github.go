package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/veltx/veltx/transform/look/trial"
	"github.com/veltx/veltx/transform/report"
)

// AnnotateTrial writes workflow commands for GitHub Actions: an error for each rule that fails or never matches, a warning
// for each one that is doubtful. They point to the rules in the file.
func AnnotateTrial(out io.Writer, t *trial.Trial, given *Given) error {
	shown := map[report.Severity]int{}
	for i := range t.Rules {
		r := &t.Rules[i]
		for _, severity := range []report.Severity{report.Error, report.Warning} {
			lines := troubles(r, severity)
			if len(lines) == 0 || shown[severity] == maxAnnotations {
				continue
			}
			shown[severity]++
			title := fmt.Sprintf("veltx: rule %d (%s)", r.Index, Clean(r.Resource))
			at := place{given.Modifiers, given.lineOf(r.Index)}
			if _, err := io.WriteString(out, annotation(severity, at, title, strings.Join(lines, "\n"))); err != nil {
				return err
			}
		}
	}
	return nil
}

// troubles are what is wrong with a rule, or doubtful.
func troubles(r *trial.Rule, severity report.Severity) []string {
	var lines []string
	if severity == report.Warning {
		for _, d := range r.Doubts {
			text := d.Text
			if d.Field != "" {
				text = d.Field + ": " + text
			}
			lines = append(lines, Clean(text))
		}
		return lines
	}
	if r.NeverMatches {
		lines = append(lines, "never matches")
		for _, miss := range r.NearMisses {
			lines = append(lines, Clean(miss))
		}
	}
	for _, f := range r.Failures {
		lines = append(lines, Clean("fails on "+f.Item+": "+f.Reason))
	}
	if rest := r.Failed - len(r.Failures); rest > 0 {
		lines = append(lines, fmt.Sprintf("fails on %d more", rest))
	}
	return lines
}
