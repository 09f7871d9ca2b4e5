package render

import (
	"io"
	"strings"

	"github.com/veltx/veltx/transform/look/trial"
	"github.com/veltx/veltx/transform/report"
)

// AnnotateTrial writes workflow commands for GitHub Actions: an error for each rule or filter that is broken, a warning for each one
// that is doubtful. They point to its line of the file.
func AnnotateTrial(out io.Writer, t trial.Result, given *Given) error {
	shown := map[report.Severity]int{}
	for _, p := range t.Parts() {
		for _, severity := range []report.Severity{report.Error, report.Warning} {
			lines := troubles(p.Findings, severity)
			if len(lines) == 0 || shown[severity] == maxAnnotations {
				continue
			}
			shown[severity]++
			if _, err := io.WriteString(out, annotation(severity, given.placeOf(&p), "veltx: "+Clean(p.Name), strings.Join(lines, "\n"))); err != nil {
				return err
			}
		}
	}
	return nil
}

// troubles are what is wrong with a rule or a filter, or doubtful.
func troubles(found []report.Finding, severity report.Severity) []string {
	var lines []string
	for _, f := range found {
		if f.Severity == severity {
			lines = append(lines, Clean(at(f)))
		}
	}
	return lines
}
