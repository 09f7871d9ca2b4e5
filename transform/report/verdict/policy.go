// Package verdict decides whether what was found makes a run fail: by severity and by id, less what a baseline accepts.
package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// Never is the policy under which nothing fails.
const Never = "never"

// Policy says which findings make a run fail.
type Policy struct {
	severity report.Severity // the least severe that fails; "" for none
	ids      []string
}

// ParsePolicy reads a severity and ids between commas: "error", "warning", "warning,crd-missing", "never". Ids without a
// severity come beside the errors, which fail by default; "never,crd-missing" is that id alone.
func ParsePolicy(text string) (Policy, error) {
	var p Policy
	never := false
	for _, word := range strings.Split(text, ",") {
		switch word {
		case Never:
			never = true
		case string(report.Error), string(report.Warning), string(report.Notice):
			if s := report.Severity(word); p.severity == "" || weight(s) < weight(p.severity) {
				p.severity = s
			}
		default:
			if !findings.Known(word) {
				return Policy{}, fmt.Errorf("%q is not one of error, warning, note, never, and no id of a finding; veltx findings lists them%s", word, meant(word))
			}
			p.ids = append(p.ids, word)
		}
	}
	switch {
	case never && p.severity != "":
		return Policy{}, fmt.Errorf("%q: never and %s contradict each other", text, p.severity)
	case !never && p.severity == "":
		p.severity = report.Error
	}
	return p, nil
}

// IsNever says that nothing makes the run fail.
func (p Policy) IsNever() bool { return p.severity == "" && len(p.ids) == 0 }

// Fails says whether a finding makes the run fail. One that a baseline has never does.
func (p Policy) Fails(f *report.Finding) bool {
	switch {
	case f.Accepted:
		return false
	case slices.Contains(p.ids, f.ID):
		return true
	}
	return p.FailsAll(f.Severity)
}

// FailsAll says whether every finding of this severity makes the run fail.
func (p Policy) FailsAll(severity report.Severity) bool {
	return p.severity != "" && weight(severity) >= weight(p.severity)
}

// weight orders severities.
func weight(s report.Severity) int {
	return slices.Index([]report.Severity{report.Notice, report.Warning, report.Error}, s)
}

// meant is what was probably meant by a word that is no severity and no id, behind a semicolon.
func meant(word string) string {
	near := layout.Nearest(word, []string{string(report.Error), string(report.Warning), string(report.Notice), Never})
	if near = cmp.Or(near, findings.Near(word)); near == "" {
		return ""
	}
	return "; did you mean " + near + "?"
}
