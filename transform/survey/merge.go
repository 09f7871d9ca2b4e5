package survey

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxLine is how long a line of a report may be: longer ones are none of ours.
const maxLine = 16 << 20

// Report is the report of a share that is read again, line by line.
type Report struct {
	name  string
	lines *bufio.Scanner
	n     int
	next  *Result // nil after the last one
	end   *End
}

// OpenReport begins to read the report of a share.
func OpenReport(name string, in io.Reader) (*Report, error) {
	r := &Report{name: name, lines: bufio.NewScanner(in)}
	r.lines.Buffer(nil, maxLine)
	return r, r.advance()
}

// advance reads the next line.
func (r *Report) advance() error {
	last := ""
	if r.next != nil {
		last = r.next.Backup
	}
	r.next = nil
	if !r.lines.Scan() {
		return r.ended()
	}
	r.n++
	line := r.lines.Bytes()
	var head struct{ APIVersion, Kind string }
	if err := json.Unmarshal(line, &head); err != nil || head.APIVersion != apiVersion {
		return fmt.Errorf("%s:%d: is no line of a report that --all -o jsonl wrote", r.name, r.n)
	}
	switch {
	case r.end != nil:
		return fmt.Errorf("%s:%d: stands behind the end of the share: give each report as a file of its own", r.name, r.n)
	case head.Kind == ShareKind:
		r.end = new(End)
		if err := strict(line, r.end); err != nil {
			return fmt.Errorf("%s:%d: %w", r.name, r.n, err)
		}
		return r.advance()
	case head.Kind != ResultKind:
		return fmt.Errorf("%s:%d: is of kind %q, want %s", r.name, r.n, head.Kind, ResultKind)
	}
	next := new(Result)
	if err := strict(line, next); err != nil {
		return fmt.Errorf("%s:%d: %w", r.name, r.n, err)
	}
	if next.Backup <= last {
		return fmt.Errorf("%s:%d: backup %s comes after %s: a report is in the order of the names", r.name, r.n, next.Backup, last)
	}
	r.next = next
	return nil
}

// strict reads a line of this version and no other: a member that was not read would be lost in the joined report.
func strict(line []byte, into any) error {
	decode := json.NewDecoder(bytes.NewReader(line))
	decode.DisallowUnknownFields()
	if err := decode.Decode(into); err != nil {
		return fmt.Errorf("was written by another version of veltx: %w", err)
	}
	return nil
}

func (r *Report) ended() error {
	if err := r.lines.Err(); err != nil {
		return fmt.Errorf("%s:%d: %w", r.name, r.n+1, err)
	}
	if r.end == nil {
		return fmt.Errorf("%s: has no last line of a share: its run did not end, or was none with --shard", r.name)
	}
	return nil
}

// ErrMissing says that not all shares were given.
var ErrMissing = errors.New("shares are missing")

// Merge joins the reports of the shares of a store: it hands on the results in the order of their names. Reports that do
// not belong together are refused, and so are incomplete ones, unless partial says otherwise; then ErrMissing comes last.
func Merge(reports []*Report, partial bool, take func(*Result) error) error {
	for {
		at := -1
		for n, r := range reports {
			if r.next != nil && (at < 0 || r.next.Backup < reports[at].next.Backup) {
				at = n
			}
		}
		if at < 0 {
			break
		}
		result, from := reports[at].next, reports[at]
		for n, r := range reports {
			if n != at && r.next != nil && r.next.Backup == result.Backup {
				return fmt.Errorf("%s and %s: both have backup %s", from.name, r.name, result.Backup)
			}
		}
		if err := from.advance(); err != nil {
			return err
		}
		if err := take(result); err != nil {
			return err
		}
	}
	missing, err := together(reports)
	switch {
	case err != nil:
		return err
	case missing == "":
		return nil
	case partial:
		return fmt.Errorf("%w: %s", ErrMissing, missing)
	}
	return fmt.Errorf("%w: %s; --partial joins the others", ErrMissing, missing)
}

// CommandOf is the command that the first results are of.
func CommandOf(reports []*Report) string {
	for _, r := range reports {
		switch {
		case r.next != nil:
			return r.next.Command
		case r.end != nil:
			return r.end.Command
		}
	}
	return ""
}

// together checks that the reports are shares of one run, and names those that are missing.
func together(reports []*Report) (missing string, err error) {
	first := reports[0]
	given := map[int]string{}
	for _, r := range reports {
		switch {
		case r.end.Command != first.end.Command:
			return "", fmt.Errorf("%s is of %s, and %s of %s", first.name, first.end.Command, r.name, r.end.Command)
		case r.end.Of != first.end.Of:
			return "", fmt.Errorf("%s is of %d shares, and %s of %d", first.name, first.end.Of, r.name, r.end.Of)
		case r.end.Options != first.end.Options:
			return "", fmt.Errorf("%s was made with %q, and %s with %q", first.name, first.end.Options, r.name, r.end.Options)
		case given[r.end.Number] != "":
			return "", fmt.Errorf("%s and %s are both share %s", given[r.end.Number], r.name, r.end.Share)
		}
		given[r.end.Number] = r.name
	}
	var lacking []string
	for n := 1; n <= first.end.Of; n++ {
		if given[n] == "" {
			lacking = append(lacking, Share{n, first.end.Of}.String())
		}
	}
	return strings.Join(lacking, ", "), nil
}

// Totals count the results of a survey.
type Totals struct {
	Backups  int            `json:"backups"`
	Codes    map[int]int    `json:"exitCodes"` // backups by their exit codes
	Items    int            `json:"items"`
	Errors   int            `json:"errors"`
	Warnings int            `json:"warnings"`
	Notes    int            `json:"notes"`
	Accepted int            `json:"accepted,omitempty"`
	Findings map[string]int `json:"findings,omitempty"` // by id
	In       map[string]int `json:"in,omitempty"`       // backups that have a finding, by its id
}

// Add adds a result.
func (t *Totals) Add(r *Result) {
	if t.Codes == nil {
		t.Codes, t.Findings, t.In = map[int]int{}, map[string]int{}, map[string]int{}
	}
	t.Backups++
	t.Codes[r.Code]++
	t.Items += r.Items
	t.Errors += r.Errors
	t.Warnings += r.Warnings
	t.Notes += r.Notes
	t.Accepted += r.Accepted
	for id, n := range r.Findings {
		t.Findings[id] += n
		t.In[id]++
	}
}

// worst are exit codes, the worst first: a backup that cannot be read may hide anything.
var worst = []int{1, 3}

// Code is the exit code of the whole survey: the worst of all.
func (t *Totals) Code() int {
	at := slices.IndexFunc(worst, func(code int) bool { return t.Codes[code] > 0 })
	if at < 0 {
		return 0
	}
	return worst[at]
}
