package render

import (
	"bytes"
	"cmp"
	"io"
	"slices"

	"github.com/veltx/veltx/cmd/render/html"
	"github.com/veltx/veltx/cmd/render/yamldiff"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/report"
)

// maxDiffLines is how much of one item's diff a report holds. A line is cut at maxDiffLine bytes.
const (
	maxDiffLines = 1000
	maxDiffLine  = 2000
)

// planHTML is the plan as one file for a browser. It remembers what planTable does, and writes the items as they come.
type planHTML struct {
	table *planTable
	page  *html.Page
}

func newPlanHTML(out io.Writer, about *About) *planHTML {
	title := "Restore preview of " + about.Restore.Spec.BackupName
	return &planHTML{table: newPlanTable(newPage(io.Discard, false), about), page: html.New(out, title, Clean)}
}

// Item implements report.Sink.
func (h *planHTML) Item(i *report.Item) error {
	if err := h.table.Item(i); err != nil {
		return err
	}
	details := htmlDetails(i)
	if h.page.Full() && len(i.Object)+len(i.Patch)+len(i.Status) > 0 {
		details.LeftOut, details.NoDiff = true, "The file has no room for more diffs: see veltx explain."
	} else if err := addDiff(details, i); err != nil {
		return err
	}
	return h.page.Add(htmlItem(i), details)
}

// Finish implements Preview.
func (h *planHTML) Finish(s *report.Summary) error {
	for _, f := range s.Findings {
		h.table.findings.addOne(f, "")
	}
	return h.page.Finish(htmlTop(h.table, s))
}

func htmlItem(i *report.Item) *html.Item {
	item := &html.Item{
		Outcome: string(i.Outcome), Resource: i.Resource, Namespace: cmp.Or(i.Namespace, i.OriginalNamespace), Name: i.Name,
		Steps: slices.Clone(i.Actions), Changes: len(i.Changes), Reason: i.Reason, Version: i.Version, BroughtBy: i.BroughtBy,
	}
	if key := nameInBackup(i); key != title(i) {
		item.Key = key
	}
	for _, c := range i.Changes {
		if !slices.Contains(item.Steps, c.By) {
			item.Steps = append(item.Steps, c.By)
		}
	}
	for f := range i.Findings() {
		item.Findings = append(item.Findings, html.Finding{Severity: string(f.Severity), ID: f.ID, Text: at(*f)})
	}
	return item
}

// nameInBackup is how other items' BroughtBy names the item.
func nameInBackup(i *report.Item) string {
	return itemName(i.Resource, i.OriginalNamespace, cmp.Or(i.OriginalName, i.Name))
}

// htmlDetails are the details of an item without its diff.
func htmlDetails(i *report.Item) *html.Details {
	d := &html.Details{}
	if name := nameInBackup(i); name != title(i) {
		d.Original = name
	}
	for _, c := range i.Changes {
		d.Changes = append(d.Changes, [3]string{c.By, c.Op, c.Path})
	}
	for _, n := range i.Notes {
		d.Notes = append(d.Notes, [3]string{n.By, n.Path, n.Text})
	}
	return d
}

// addDiff adds what is large: the diff, the patch, the status.
func addDiff(d *html.Details, i *report.Item) (err error) {
	if d.Patch, err = yamlOf(i.Patch); err != nil {
		return err
	}
	if d.Status, err = yamlOf(i.Status); err != nil {
		return err
	}
	hunks, err := yamldiff.Hunks(i, false)
	switch {
	case err != nil:
		d.NoDiff = "There is no diff: " + err.Error()
	case len(i.Object) == 0:
		d.NoDiff = "Velero would not send it."
	case len(hunks) == 0:
		d.NoDiff = "Velero would send it as it is in the backup, without what a restore always drops."
	}
	d.Diff, d.Cut = cutLines(hunks)
	return nil
}

// yamlOf is JSON as YAML, or its first lines.
func yamlOf(text []byte) (string, error) {
	if len(text) == 0 {
		return "", nil
	}
	v, err := object.Parse(text)
	if err != nil {
		return "", err
	}
	kept, more := cutLines(yamltext.Append(nil, v))
	if more > 0 {
		kept += "# and " + Count(more, "more line") + "\n"
	}
	return kept, nil
}

// cutLines keeps the first lines, and of each its begin; more is how many it leaves out.
func cutLines(text []byte) (kept string, more int) {
	var b bytes.Buffer
	n := 0
	for line := range bytes.Lines(text) {
		if n++; n > maxDiffLines {
			continue
		}
		if len(line) > maxDiffLine {
			line = append(bytes.ToValidUTF8(line[:maxDiffLine], nil), "…\n"...)
		}
		b.Write(line)
	}
	return b.String(), max(0, n-maxDiffLines)
}
