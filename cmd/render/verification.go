package render

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"github.com/veltx/veltx/transform/look/verify"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
	"github.com/veltx/veltx/transform/survey"
)

// Verification is what was found in backups.
type Verification struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Findings   int              `json:"findings"`
	Backups    []*verify.Report `json:"backups"`
}

// VerificationFormats are the choices of -o for a verification.
var VerificationFormats = []string{Table, Name, JSON, JSONL, YAML, JUnit, SARIF, CodeQuality, Markdown}

// WriteVerification writes what was found, by a veltx of some version.
func WriteVerification(out io.Writer, format, version string, reports []*verify.Report, style Style) error {
	v := &Verification{APIVersion: apiVersion, Kind: "Verification", Backups: reports}
	for _, r := range reports {
		for _, n := range r.Counts {
			v.Findings += n
		}
	}
	if v.Backups == nil {
		v.Backups = []*verify.Report{}
	}
	if slices.Contains(checkFormats, format) {
		return v.checks(version).write(out, format)
	}
	if format == Name || format == JSONL {
		return v.survey(out, format)
	}
	return show(out, format, v, style, func(p *page) {
		for _, r := range reports {
			writeVerified(p, r)
		}
		if len(reports) != 1 {
			p.line(plain, Count(len(reports), "backup")+", "+Count(v.Findings, "finding"))
		}
	})
}

// survey writes a line for each backup, named as the user named it.
func (v *Verification) survey(out io.Writer, format string) error {
	shown, totals := NewSurvey(format, out, verifyCommand, Style{}), &survey.Totals{}
	for _, r := range v.Backups {
		one := survey.NewResult(verifyCommand, r.Source)
		if one.Verification(r); len(r.Findings) > 0 {
			one.Code = 3
		}
		totals.Add(one)
		if err := shown.Result(one); err != nil {
			return err
		}
	}
	return shown.Finish(totals, nil)
}

// checks are the backups.
func (v *Verification) checks(version string) *checks {
	c := &checks{
		title: "Verification of " + Count(len(v.Backups), "backup"), line: Count(len(v.Backups), "backup") + ", " + Count(v.Findings, "finding"),
		program: version, area: findings.Damage, fails: func(*report.Finding) bool { return true },
	}
	for _, r := range v.Backups {
		one := check{class: "backup", name: r.Source}
		for _, f := range r.Findings {
			one.found = append(one.found, report.Finding{ID: string(f.ID), Severity: report.Error, Path: f.Entry, Message: f.Text})
			one.places = append(one.places, place{damagedFile(r.Source, f.File), 1})
		}
		for _, id := range slices.Sorted(maps.Keys(r.Counts)) {
			if n := r.Untold(id); n > 0 {
				one.found = append(one.found, report.Finding{ID: string(id), Severity: report.Error, Message: fmt.Sprintf("and %d more", n)})
				one.places = append(one.places, place{r.Source, 1})
			}
		}
		c.list = append(c.list, one)
	}
	return c
}

// damagedFile is the path of a file of a backup: of an archive alone it is the backup.
func damagedFile(source, file string) string {
	if file == "" || path.Base(filepath.ToSlash(source)) == file {
		return source
	}
	return path.Join(filepath.ToSlash(source), file)
}

func writeVerified(p *page, r *verify.Report) {
	p.put(strong, r.Source)
	p.put(plain, ": "+Count(r.Items, "item")+", "+Bytes(r.Bytes)+": ")
	defer writeFailed(p, r.Failed)
	if len(r.Findings) == 0 {
		p.line(good, "nothing found")
		return
	}
	total := 0
	for _, n := range r.Counts {
		total += n
	}
	p.line(bad, Count(total, "finding"))
	for _, f := range r.Findings {
		p.put(caution, "  "+string(f.ID))
		p.line(plain, "  "+cmp.Or(f.Entry, f.File))
		p.hanging(plain, 4, 4, f.Text)
	}
	for _, id := range slices.Sorted(maps.Keys(r.Counts)) {
		if n := r.Untold(id); n > 0 {
			p.line(faint, fmt.Sprintf("  and %d more of %s", n, id))
		}
	}
}

// writeFailed names the items that Velero did not store.
func writeFailed(p *page, failed []verify.FailedItem) {
	const few = 10
	if len(failed) == 0 {
		return
	}
	p.line(faint, "  "+Count(len(failed), "item")+" that Velero failed to back up, by its own errors")
	for _, f := range failed[:min(few, len(failed))] {
		p.put(plain, "    "+f.Kind+" "+f.Name)
		if f.Error != "" {
			p.wrapped(faint, 4, 6, ": "+f.Error)
			continue
		}
		p.line(plain, "")
	}
	if more := len(failed) - few; more > 0 {
		p.line(faint, fmt.Sprintf("    and %d more", more))
	}
}
