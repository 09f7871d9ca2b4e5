package render

import (
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// advice says what to do about a finding, by its id. What is not here says so in its own message.
var advice = findings.Remedies()

// backupAdvice is advice on findings of a backup that is made, some of which a restore has as well.
var backupAdvice = findings.RemediesOf(findings.Backup)

func adviceOn(s *report.Summary) map[string]string {
	if ofBackup(s) {
		return backupAdvice
	}
	return advice
}
