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
	for _, f := range r.Findings() {
		if f.Severity == severity {
			lines = append(lines, Clean(at(f)))
		}
	}
	return lines
}
