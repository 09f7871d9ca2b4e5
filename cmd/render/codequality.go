package render

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"io"

	"github.com/veltx/veltx/transform/report"
)

// planCodeQuality is a report for GitLab's Code Quality: a list with one issue for each finding that no baseline accepts.
// Source: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format.
type planCodeQuality struct {
	*stream
	placeOf func(*report.Finding, *report.Item) place
}

// The parts of an issue that GitLab reads, named as there.
type (
	qualityIssue struct {
		Description string          `json:"description"`
		CheckName   string          `json:"check_name"`
		Fingerprint string          `json:"fingerprint"`
		Severity    string          `json:"severity"`
		Location    qualityLocation `json:"location"`
	}
	qualityLocation struct {
		Path  string `json:"path"`
		Lines struct {
			Begin int `json:"begin"`
		} `json:"lines"`
	}
)

// qualitySeverities are GitLab's words for how bad a finding is.
var qualitySeverities = map[report.Severity]string{report.Error: "critical", report.Warning: "minor", report.Notice: "info"}

func newPlanCodeQuality(out io.Writer, placeOf func(*report.Finding, *report.Item) place) *planCodeQuality {
	q := &planCodeQuality{stream: newStream(bufio.NewWriterSize(out, 64<<10)), placeOf: placeOf}
	q.begin = func() error {
		_, err := q.out.WriteString("[")
		return err
	}
	return q
}

// Item implements report.Sink.
func (q *planCodeQuality) Item(i *report.Item) error {
	for f := range i.Findings() {
		if err := q.issue(f, i); err != nil {
			return err
		}
	}
	return nil
}

// issue writes a finding of an item, or of the whole plan where there is none.
func (q *planCodeQuality) issue(f *report.Finding, i *report.Item) error {
	if f.Accepted {
		return nil
	}
	text, identity := message(f), f.ID+"\x00"+f.Subject+"\x00"+f.Path
	if i != nil {
		text = title(i) + ": " + text
		identity += "\x00" + itemPath(i) + "\x00" + f.Message // an item may have several of a sort
	} else if items := f.NewItems(); len(items) > 0 {
		text += ": " + someOf(items[:min(len(items), maxExamples)], len(items))
	}
	sum := sha256.Sum256([]byte(identity))
	issue := qualityIssue{Description: Clean(text), CheckName: f.ID, Fingerprint: hex.EncodeToString(sum[:16]), Severity: qualitySeverities[f.Severity]}
	at := q.placeOf(f, i)
	issue.Location.Path, issue.Location.Lines.Begin = uri(at.file), max(1, at.line)
	return q.add(issue)
}

// Finish implements Preview.
func (q *planCodeQuality) Finish(s *report.Summary) error {
	for n := range s.Findings {
		if err := q.issue(&s.Findings[n], nil); err != nil {
			return err
		}
	}
	if err := q.end(); err != nil {
		return err
	}
	_, _ = q.out.WriteString("\n")
	return q.out.Flush()
}
