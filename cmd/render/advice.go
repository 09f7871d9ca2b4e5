package render

import (
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// advice says what to do about a finding of a restore, by its id. What is not in the catalogue says so in its own message.
func advice(id string) string { return findings.Remedy(findings.Restore, id) }

// areaOf is the area whose findings a plan has.
func areaOf(s *report.Summary) findings.Area {
	if ofBackup(s) {
		return findings.Backup
	}
	return findings.Restore
}
