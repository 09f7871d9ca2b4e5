package render

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/planfile"
	"github.com/veltx/veltx/transform/report"
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
)

// PreviewFormats are the choices of -o for a preview.
var PreviewFormats = []string{Table, Wide, Name, JSON, JSONL, YAML, JUnit, SARIF, Markdown, Plan, HTML}

// Preview shows the items of a plan as they come, and closes with the summary.
type Preview interface {
	report.Sink
	Finish(*report.Summary) error
}

// About is what a preview is of.
type About struct {
	Source        string // as the user named it
	Format        string // of the source: tar.gz, tar or folder
	Backup        *velero.Backup
	VeleroVersion string // the profile, "1.18"
	Release       string // the release that the profile was read from, "v1.18.2"
	Features      []string
	Restore       *velero.Restore
	Now           time.Time // for the backup's age; zero tells none
	// Fails says which findings make the run fail; nil means the errors.
	Fails func(*report.Finding) bool
	Plan  *planfile.Head // for a plan file
}

func (a *About) fails(f *report.Finding) bool {
	if a.Fails == nil {
		return f.Severity == report.Error
	}
	return a.Fails(f)
}

// NewPreview returns the preview in one of PreviewFormats.
func NewPreview(format string, out io.Writer, about *About, coloured bool) (Preview, error) {
	switch format {
	case Table:
		return newPlanTable(newPage(out, coloured), about), nil
	case Wide:
		return newPlanList(newPage(out, coloured)), nil
	case Name:
		return &planNames{page: newPage(out, false)}, nil
	case JSON:
		return newPlanJSON(out, about), nil
	case JSONL:
		return newPlanLines(out), nil
	case YAML:
		return newPlanYAML(out, about), nil
	case JUnit:
		return newPlanJUnit(out, about), nil
	case SARIF:
		return newPlanSARIF(out, about), nil
	case Markdown:
		return newPlanMarkdown(out, about), nil
	case Diff, FullDiff:
		return newPlanDiff(out, format == FullDiff, coloured), nil
	case Plan:
		return newPlanFile(out, about), nil
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
	case Wide, Name, JUnit, SARIF, Markdown:
		return report.Changes | report.Values | report.Objects
	}
	return 0
}

// outcomes are the outcomes in the order in which they are told, each with its word in a count and its colour.
var outcomes = []struct {
	outcome report.Outcome
	done    string
	ink     ink
}{
	{report.Create, "created", good},
	{report.Update, "updated", caution},
	{report.Exists, "existing", faint},
	{report.Skip, "skipped", faint},
	{report.Fail, "failed", bad},
}

func outcomeInk(o report.Outcome) ink {
	for _, row := range outcomes {
		if row.outcome == o {
			return row.ink
		}
	}
	return plain
}

// SummaryLine says in one line how a plan came out.
func SummaryLine(s *report.Summary) string {
	line := count(s.Items, "item") + ":"
	for i, row := range outcomes {
		if i > 0 {
			line += ","
		}
		line += fmt.Sprintf(" %d %s", s.Outcomes[row.outcome], row.done)
	}
	return line + "; " + Found(s)
}

// Found counts the findings.
func Found(s *report.Summary) string {
	return found(s.Errors, s.Warnings, s.Accepted)
}

func found(errors, warnings, accepted int) string {
	text := count(errors, "error") + ", " + count(warnings, "warning")
	if accepted > 0 {
		text += ", " + strconv.Itoa(accepted) + " of them accepted"
	}
	return text
}

// Items counts items.
func Items(n int) string { return count(n, "item") }

// Manifests counts manifests.
func Manifests(n int) string { return count(n, "manifest") }
