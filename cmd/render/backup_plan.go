package render

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
)

// BackupPlanFormats are the choices of -o for a backup's plan.
var BackupPlanFormats = []string{Table, Wide, Name, JSON, JSONL}

// BackupPlan shows the items of a backup's plan as they come, and closes with the summary.
type BackupPlan interface {
	report.Sink
	Finish(*report.Summary) error
}

// BackupAbout is what a plan is of.
type BackupAbout struct {
	Source        string             `json:"source"` // as the user named it
	Format        string             `json:"format"` // tar.gz, tar, folder or manifests
	VeleroVersion string             `json:"-"`
	Release       string             `json:"-"`
	Features      []string           `json:"-"`
	Name          string             `json:"-"` // of the backup
	Spec          *velero.BackupSpec `json:"-"`
}

// NewBackupPlan returns the plan in one of BackupPlanFormats.
func NewBackupPlan(format string, out io.Writer, about *BackupAbout, coloured bool) (BackupPlan, error) {
	switch format {
	case Table:
		return newBackupTable(newPage(out, coloured), about), nil
	case Wide:
		return newBackupList(newPage(out, coloured)), nil
	case Name:
		return &backupNames{page: newPage(out, false)}, nil
	case JSON:
		return &backupJSON{out: bufio.NewWriterSize(out, 64<<10), encode: newEncoder(), head: newBackupHead(about)}, nil
	case JSONL:
		return &backupLines{out: bufio.NewWriterSize(out, 64<<10), encode: newEncoder()}, nil
	}
	return nil, fmt.Errorf("there is no output format %q", format)
}

// BackupSummaryLine says in one line how a plan came out.
func BackupSummaryLine(s *report.Summary) string {
	return fmt.Sprintf("%s in the backup, %d skipped, %d failed; %s", count(s.Outcomes[report.Include], "item"),
		s.Outcomes[report.Skip], s.Outcomes[report.Fail], found(s.Errors, s.Warnings, s.Accepted))
}

// backupList lists every item in its order.
type backupList struct{ table *table }

func newBackupList(p *page) *backupList {
	l := &backupList{table: &table{page: p, right: map[int]bool{0: true, 5: true}}}
	l.table.header("ORDER", "OUTCOME", "RESOURCE", "NAMESPACE", "NAME", "BLOCK", "REASON")
	return l
}

// Item implements report.Sink.
func (l *backupList) Item(i *report.Item) error {
	block := "-"
	if i.Block > 0 {
		block = strconv.Itoa(i.Block)
	}
	l.table.add(cell{text: strconv.Itoa(i.Order)}, cell{string(i.Outcome), backupInk(i.Outcome)}, cell{text: i.Resource},
		cell{text: orDash(i.Namespace)}, cell{text: i.Name}, cell{text: block}, cell{text: backupReasons(i)})
	return nil
}

// Finish implements BackupPlan.
func (l *backupList) Finish(*report.Summary) error {
	l.table.write()
	return l.table.page.flush()
}

func backupInk(o report.Outcome) ink {
	switch o {
	case report.Include:
		return good
	case report.Fail:
		return bad
	}
	return faint
}

// backupReasons is why the item is there, or not, and what to know about it.
func backupReasons(i *report.Item) string {
	all := []string{i.Reason}
	for _, w := range i.Warnings {
		all = append(all, "warning: "+at(w))
	}
	return strings.Join(all, "; ")
}

// backupNames lists what is in the backup, one name a line.
type backupNames struct{ page *page }

// Item implements report.Sink.
func (n *backupNames) Item(i *report.Item) error {
	if i.Outcome == report.Include {
		n.page.line(plain, itemName(i.Resource, i.Namespace, i.Name))
	}
	return nil
}

// Finish implements BackupPlan.
func (n *backupNames) Finish(*report.Summary) error { return n.page.flush() }

// backupLines is one item a line.
type backupLines struct {
	out    *bufio.Writer
	encode *encoder
}

// Item implements report.Sink.
func (l *backupLines) Item(i *report.Item) error {
	text, err := l.encode.text(i)
	if err != nil {
		return err
	}
	_, _ = l.out.Write(text)
	return l.out.WriteByte('\n')
}

// Finish implements BackupPlan.
func (l *backupLines) Finish(*report.Summary) error { return l.out.Flush() }

// backupHead is what the document says before its items.
type backupHead struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Source     *BackupAbout `json:"source"`
	Velero     headVelero   `json:"velero"`
	Backup     struct {
		Name string             `json:"name,omitempty"`
		Spec *velero.BackupSpec `json:"spec"`
	} `json:"backup"`
}

func newBackupHead(about *BackupAbout) backupHead {
	named := *about
	named.Spec = nil
	h := backupHead{
		APIVersion: apiVersion, Kind: "BackupPreview", Source: &named,
		Velero: headVelero{Version: about.VeleroVersion, Release: about.Release, Features: about.Features},
	}
	h.Backup.Name, h.Backup.Spec = about.Name, about.Spec
	return h
}

// backupJSON is one document with one item a line. Nothing is written before the first item, so that a source that
// cannot be read leaves no half of a document.
type backupJSON struct {
	out     *bufio.Writer
	encode  *encoder
	head    backupHead
	started bool
}

// Item implements report.Sink.
func (d *backupJSON) Item(i *report.Item) error {
	between := ",\n"
	if !d.started {
		between = "\n"
		if err := d.start(); err != nil {
			return err
		}
	}
	text, err := d.encode.text(i)
	if err != nil {
		return err
	}
	_, _ = d.out.WriteString(between)
	_, err = d.out.Write(text)
	return err
}

func (d *backupJSON) start() error {
	d.started = true
	text, err := d.encode.text(d.head)
	if err != nil {
		return err
	}
	_, _ = d.out.Write(bytes.TrimSuffix(text, []byte("}")))
	_, err = d.out.WriteString(`,"items":[`)
	return err
}

// Finish implements BackupPlan.
func (d *backupJSON) Finish(s *report.Summary) error {
	if !d.started {
		if err := d.start(); err != nil {
			return err
		}
	}
	text, err := d.encode.text(s)
	if err != nil {
		return err
	}
	_, _ = d.out.WriteString("\n],\"summary\":")
	_, _ = d.out.Write(text)
	_, _ = d.out.WriteString("}\n")
	return d.out.Flush()
}
