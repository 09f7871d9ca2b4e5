package survey

import (
	"maps"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/look/verify"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/verdict"
)

const apiVersion = "veltx.io/v1alpha1"

// The kinds of the lines of a report.
const (
	ResultKind = "BackupResult"
	ShareKind  = "BackupShare"
)

// Result is what came of one backup. Nothing in it depends on when or where it was made.
type Result struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Command    string `json:"command"` // "restore-preview" or "verify"
	Backup     string `json:"backup"`
	Schedule   string `json:"schedule,omitempty"`
	Created    string `json:"created,omitempty"`
	Phase      string `json:"phase,omitempty"`
	Code       int    `json:"exitCode"`        // that of the command for this backup alone
	Error      string `json:"error,omitempty"` // why it could not be looked at, with exit code 1

	Verdict  string                 `json:"verdict,omitempty"` // of a preview
	Items    int                    `json:"items"`
	Outcomes map[report.Outcome]int `json:"outcomes,omitempty"`
	Errors   int                    `json:"errors"`
	Warnings int                    `json:"warnings"`
	Notes    int                    `json:"notes"`
	Accepted int                    `json:"accepted,omitempty"` // of these, those that a baseline has
	Findings map[string]int         `json:"findings,omitempty"` // errors and warnings by id; of a verification, all
	Failing  map[string]int         `json:"failing,omitempty"`  // those that --fail-on names
	Data     *report.Data           `json:"data,omitempty"`     // of a preview
	Ending   string                 `json:"ending,omitempty"`   // the phase in which Velero's restore ends

	Entries int   `json:"entries,omitempty"` // of a verification
	Bytes   int64 `json:"bytes,omitempty"`   // of a verification, unpacked
	Failed  int   `json:"failed,omitempty"`  // of a verification: items that Velero itself failed to back up
}

// NewResult begins the result of a backup.
func NewResult(command, backup string) *Result {
	return &Result{APIVersion: apiVersion, Kind: ResultKind, Command: command, Backup: backup}
}

// Tell takes what Velero notes of the backup.
func (r *Result) Tell(b *velero.Backup) {
	r.Schedule, r.Phase = b.Labels[scheduleName], b.Status.Phase
	r.Created = velero.TimeText(b.Status.StartTimestamp)
	if r.Created == "" && !b.CreationTimestamp.IsZero() {
		r.Created = velero.TimeText(&b.CreationTimestamp)
	}
}

// scheduleName is the label of a backup that a schedule made (v1.18.2 pkg/apis/velero/v1/labels_annotations.go).
const scheduleName = "velero.io/schedule-name"

// Tally counts the findings of a preview on their way to its summary.
type Tally struct{ byID map[string]int }

// Item implements report.Sink.
func (t *Tally) Item(i *report.Item) error {
	for f := range i.Findings() {
		t.count(f)
	}
	return nil
}

func (t *Tally) count(f *report.Finding) {
	if f.Severity == report.Notice {
		return
	}
	if t.byID == nil {
		t.byID = map[string]int{}
	}
	t.byID[f.ID]++
}

// Preview takes what a preview came to.
func (r *Result) Preview(s *report.Summary, items *Tally, failing []verdict.Failing) {
	for n := range s.Findings {
		items.count(&s.Findings[n])
	}
	r.Items, r.Outcomes, r.Errors, r.Warnings, r.Notes, r.Accepted = s.Items, s.Outcomes, s.Errors, s.Warnings, s.Notices, s.Accepted
	r.Findings = items.byID
	for _, f := range failing {
		if r.Failing == nil {
			r.Failing = map[string]int{}
		}
		r.Failing[f.ID] = f.N
	}
	if told := s.Foretold; told != nil {
		r.Verdict, r.Ending = told.Verdict, told.Ending.Phase
		if told.Data.Volumes > 0 {
			r.Data = &told.Data
		}
	}
}

// Verification takes what a verification came to: all that it finds is damage.
func (r *Result) Verification(v *verify.Report) {
	r.Items, r.Entries, r.Bytes, r.Failed = v.Items, v.Entries, v.Bytes, len(v.Failed)
	for id, n := range v.Counts {
		if r.Findings == nil {
			r.Findings = map[string]int{}
		}
		r.Findings[string(id)] = n
		r.Errors += n
	}
	r.Failing = maps.Clone(r.Findings)
}
