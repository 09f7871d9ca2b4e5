package render

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/planfile"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

// The formats of a preview.
const (
	Table = "table"
	Wide  = "wide"
	Name  = "name"
	JSON  = "json"
	JSONL = "jsonl"
	YAML  = "yaml"
	HTML  = "html"

	JUnit    = "junit"
	SARIF    = "sarif"
	Markdown = "markdown"
	Plan     = "plan"

	CodeQuality = "codequality" // of GitLab

	RestoreManifest = "restore"
)

// The choices of -o for the preview of a restore, and of a backup.
var (
	PreviewFormats       = []string{Table, Wide, Name, JSON, JSONL, YAML, JUnit, SARIF, CodeQuality, Markdown, Plan, RestoreManifest, HTML}
	BackupPreviewFormats = []string{Table, Wide, Name, JSON, JSONL, YAML, JUnit, SARIF, CodeQuality, Markdown}
)

// Preview shows the items of a plan, as they come where it can, and closes with the summary. One that keeps a file is an
// io.Closer as well.
type Preview interface {
	report.Sink
	Finish(*report.Summary) error
}

// About is what a preview is of: a restore, or, without a Restore, a backup.
type About struct {
	Source        string         // as the user named it
	Format        string         // of the source: tar.gz, tar, folder or manifests
	Backup        *velero.Backup // the one that is restored, nil if it does not tell of itself; or the one that is made
	VeleroVersion string         // the profile, "1.18"
	Why           string         // it is this one, where the user did not say
	Release       string         // the release that the profile was read from, "v1.18.2"
	Unreleased    string         // which state of main it was read from, "" where it is a release
	Features      []string
	Restore       *velero.Restore // nil for a backup
	Now           time.Time       // for the backup's age; zero tells none
	// Fails says which findings make the run fail; nil means the errors.
	Fails func(*report.Finding) bool
	Plan  *planfile.Head // for a plan file
	Notes bool           // are shown in a table

	Program string // its version
	Given   Given
	Request *Request // how to ask Velero for the restore
	TempDir string   // for temporary files, "" for the system's folder
}

func (a *About) fails(f *report.Finding) bool {
	if a.Fails == nil {
		return f.Severity == report.Error
	}
	return a.Fails(f)
}

// area is the area whose findings the preview has.
func (a *About) area() findings.Area {
	if a.Restore == nil {
		return findings.Backup
	}
	return findings.Restore
}

// what is what is previewed, and subject of what.
func (a *About) what() string { return string(a.area()) }

func (a *About) subject() string {
	switch {
	case a.Restore != nil:
		return a.Restore.Spec.BackupName
	case a.Backup != nil:
		return cmp.Or(a.Backup.Name, a.Source)
	}
	return a.Source
}

// profile says which Velero is imitated.
func (a *About) profile() string {
	text := "as Velero " + a.VeleroVersion + " (" + a.release()
	if a.Why != "" {
		text += ": " + a.Why
	}
	text += ")"
	if len(a.Features) > 0 {
		text += " with " + strings.Join(a.Features, ", ")
	}
	return text
}

// release is the release that is imitated; one that is none yet is called so.
func (a *About) release() string {
	if a.Unreleased == "" {
		return a.Release
	}
	return a.Unreleased + ", an unreleased version"
}

// NewPreview returns the preview in one of PreviewFormats, that of a backup in one of BackupPreviewFormats.
func NewPreview(format string, out io.Writer, about *About, style Style) (Preview, error) {
	ofBackup := about.Restore == nil
	switch {
	case ofBackup && !slices.Contains(BackupPreviewFormats, format):
		return nil, fmt.Errorf("there is no output format %q for a backup", format)
	case ofBackup && format == Table:
		return newBackupTable(newPage(out, style), about), nil
	}
	switch format {
	case Table:
		return newPlanTable(newPage(out, style), about), nil
	case Wide:
		return newPlanList(newPage(out, style), about), nil
	case Name:
		return &planNames{page: newPage(out, Style{})}, nil
	case JSON:
		return newPlanJSON(out, about), nil
	case JSONL:
		return newPlanLines(out, about), nil
	case YAML:
		return newPlanYAML(out, about), nil
	case JUnit:
		return newPlanJUnit(out, about), nil
	case SARIF:
		return newPlanSARIF(out, about), nil
	case CodeQuality:
		return newPlanCodeQuality(out, about.placeOf), nil
	case Markdown:
		return newPlanMarkdown(out, about), nil
	case Diff, FullDiff:
		return newPlanDiff(out, format == FullDiff, style), nil
	case Plan:
		return newPlanFile(out, about), nil
	case RestoreManifest:
		return planRequest{out, about}, nil
	case HTML:
		return newPlanHTML(out, about), nil
	}
	return nil, fmt.Errorf("there is no output format %q", format)
}

// Unread are the parts of items that a format does not show.
func Unread(format string) report.Parts {
	switch format {
	case Table:
		return report.Values | report.Objects
	case Plan:
		return report.Changes | report.Values
	case Wide, Name, JUnit, SARIF, CodeQuality, Markdown, RestoreManifest:
		return report.Changes | report.Values | report.Objects
	}
	return 0
}

// outcomeRow is an outcome, its word in a count and its colour.
type outcomeRow struct {
	outcome report.Outcome
	done    string
	ink     ink
}

// outcomes are those of a restore in the order in which they are told.
var outcomes = []outcomeRow{
	{report.Create, "created", good},
	{report.Update, "updated", caution},
	{report.Exists, "existing", faint},
	{report.Refused, "refused", bad},
	{report.Skip, "skipped", faint},
	{report.Fail, "failed", bad},
}

// counted are the outcomes that are counted even where there are none: all but what only a described target can do.
func counted(s *report.Summary) []outcomeRow {
	return slices.DeleteFunc(slices.Clone(outcomes), func(row outcomeRow) bool { return row.outcome == report.Refused && s.Outcomes[row.outcome] == 0 })
}

func outcomeInk(o report.Outcome) ink {
	if o == report.Include {
		return good
	}
	for _, row := range outcomes {
		if row.outcome == o {
			return row.ink
		}
	}
	return plain
}

// SummaryLine says in one line how a plan came out.
func SummaryLine(s *report.Summary) string {
	if ofBackup(s) {
		return fmt.Sprintf("%s in the backup, %d skipped, %d failed; %s", Count(s.Outcomes[report.Include], "item"),
			s.Outcomes[report.Skip], s.Outcomes[report.Fail], Found(s))
	}
	line := Count(s.Items, "item") + ":"
	for i, row := range counted(s) {
		if i > 0 {
			line += ","
		}
		line += fmt.Sprintf(" %d %s", s.Outcomes[row.outcome], row.done)
	}
	return line + "; " + Found(s)
}

// ofBackup says whether a plan is of a backup and not of a restore.
func ofBackup(s *report.Summary) bool { return s.Why != nil }

// Found counts the findings. Notes are counted where there are any.
func Found(s *report.Summary) string {
	text := Count(s.Errors, "error") + ", " + Count(s.Warnings, "warning")
	if s.Notices > 0 {
		text += ", " + Count(s.Notices, "note")
	}
	if s.Accepted > 0 {
		text += ", " + strconv.Itoa(s.Accepted) + " of them accepted"
	}
	return text
}

// found is Found, with how to see notes that are not shown.
func found(s *report.Summary, notes bool) string {
	text := Found(s)
	if s.Notices > 0 && !notes {
		text += "; --show-notes shows notes"
	}
	return text
}
