package render

import (
	"bytes"
	"io"
	"slices"

	"github.com/veltx/veltx/cmd/render/yamldiff"
	"github.com/veltx/veltx/transform/report"
)

// The formats of a preview that --diff stands for.
const (
	Diff     = "diff"      // what a restore does not do to every item
	FullDiff = "diff=full" // everything
)

// planDiff shows each item that the restore changes as a unified diff of YAML, in restore order.
type planDiff struct {
	page *page
	full bool
}

func newPlanDiff(out io.Writer, full bool, style Style) *planDiff {
	return &planDiff{page: newPage(out, style), full: full}
}

// Item implements report.Sink.
func (d *planDiff) Item(i *report.Item) error {
	if !d.full && !changedBeyondRoutine(i) {
		return nil
	}
	text, err := yamldiff.Hunks(i, d.full)
	if err != nil {
		return err
	}
	d.page.hunks("backup/"+itemName(i.Resource, i.OriginalNamespace, i.OriginalName), "restore/"+title(i), text)
	return nil
}

// changedBeyondRoutine says whether something else was changed than a restore changes in every item.
func changedBeyondRoutine(i *report.Item) bool {
	return slices.ContainsFunc(i.Changes, func(c report.Change) bool { return c.By != "metadata-reset" && c.By != "restore-labels" })
}

// Finish implements Preview.
func (d *planDiff) Finish(*report.Summary) error { return d.page.flush() }

// hunks writes the hunks of a unified diff behind its two names, the lines taken away and put in told apart by colour as
// well. Nothing is written where there are none.
func (p *page) hunks(from, to string, text []byte) {
	if len(text) == 0 {
		return
	}
	p.line(strong, "--- "+from)
	p.line(strong, "+++ "+to)
	for line := range bytes.Lines(text) {
		p.line(hunkInk(line), string(bytes.TrimSuffix(line, []byte("\n"))))
	}
}

func hunkInk(line []byte) ink {
	switch line[0] {
	case '+':
		return good
	case '-':
		return bad
	case '@':
		return faint
	}
	return plain
}
