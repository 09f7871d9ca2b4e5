package render

import (
	"io"
	"maps"
	"slices"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
	"github.com/veltx/veltx/transform/survey"
)

// surveyJUnit is a survey as a test report: each backup is a test case.
type surveyJUnit struct {
	junitSuite

	command string
}

func newSurveyJUnit(out io.Writer, command string) *surveyJUnit {
	area := findings.Restore
	if ofVerify(command) {
		area = findings.Damage
	}
	return &surveyJUnit{newJUnitSuite(out, area, func(f *report.Finding) bool { return f.Severity == report.Error }), command}
}

// Result implements Survey.
func (j *surveyJUnit) Result(r *survey.Result) error {
	var found []report.Finding
	if r.Error != "" {
		found = append(found, report.Finding{ID: "not-readable", Severity: report.Error, Message: r.Error})
	}
	for _, id := range slices.Sorted(maps.Keys(r.Findings)) {
		severity := report.Warning
		if r.Failing[id] > 0 {
			severity = report.Error
		}
		found = append(found, report.Finding{ID: id, Severity: severity, Message: "found " + Count(r.Findings[id], "time")})
	}
	for _, id := range slices.Sorted(maps.Keys(r.Failing)) {
		if r.Findings[id] == 0 { // a note that --fail-on names
			found = append(found, report.Finding{ID: id, Severity: report.Error, Message: "found " + Count(r.Failing[id], "time")})
		}
	}
	j.add(r.Command, Clean(r.Backup), "", found)
	return nil
}

// Finish implements Survey.
func (j *surveyJUnit) Finish(totals *survey.Totals, _ *survey.End) error {
	return j.write(j.command+" of "+Count(totals.Backups, "backup"), nil, TotalsLine(totals))
}
