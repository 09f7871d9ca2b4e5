package render

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/veltx/veltx/cmd/render/yamldiff"
	"github.com/veltx/veltx/transform/look/diff"
	"github.com/veltx/veltx/transform/report"
)

// DifferenceFormats are the choices of -o for differences.
var DifferenceFormats = []string{Table, JSON, YAML, Name, JUnit, Markdown}

// Side is one of the two that are compared.
type Side struct {
	Name   string `json:"name"`
	Source string `json:"source"`
	Format string `json:"format"`
}

// Differences shows how two sides differ, item by item.
type Differences struct {
	format string
	page   *page
	json   *stream
	yaml   *planYAML
	checks checks
	text   markdownText
	left   int // rows that have no room in Markdown
	a, b   Side
	begun  bool
}

// NewDifferences returns differences in one of DifferenceFormats, or as a Diff.
func NewDifferences(format string, out io.Writer, style Style) *Differences {
	p := newPage(out, style.where(format == Table || format == Diff))
	d := &Differences{format: format, page: p, json: newStream(p.out), yaml: &planYAML{itemShelf: newItemShelf(&About{}), out: p.out}}
	d.json.begin = d.beginJSON
	return d
}

// About says what is compared.
func (d *Differences) About(a, b Side) { d.a, d.b = a, b }

// difference is a Difference in JSON.
type difference struct {
	Change    string        `json:"change"`
	Resource  string        `json:"resource"`
	Namespace string        `json:"namespace,omitempty"`
	Name      string        `json:"name"`
	Changes   []fieldChange `json:"changes,omitempty"`
}

type fieldChange struct {
	Op   string          `json:"op"` // add, remove or replace
	Path string          `json:"path"`
	Old  json.RawMessage `json:"old,omitempty"`
	New  json.RawMessage `json:"new,omitempty"`
}

// Add shows a difference.
func (d *Differences) Add(c *diff.Difference) error {
	switch d.format {
	case JSON:
		return d.json.add(differenceOf(c))
	case Name:
		d.page.line(plain, string(c.Sort)+" "+keyName(c))
	case YAML:
		return d.addYAML(c)
	case JUnit:
		f := report.Finding{ID: string(c.Sort), Severity: report.Error, Message: string(c.Sort) + differing(c)}
		d.checks.list = append(d.checks.list, check{class: c.Key.Resource, name: strings.TrimPrefix(c.Key.Namespace+"/"+c.Key.Name, "/"), found: []report.Finding{f}})
	case Markdown:
		if row := fmt.Sprintf("| %s | %s | %s |\n", c.Sort, tableCell(keyName(c)), tableCell(fields(c))); !d.text.fits(row) {
			d.left++
		}
	case Diff:
		d.addDiff(c)
	default:
		d.addRow(c)
	}
	return nil
}

func differenceOf(c *diff.Difference) difference {
	return difference{string(c.Sort), c.Key.Resource, c.Key.Namespace, c.Key.Name, fieldChanges(c.Changes)}
}

// differing names the fields that differ, behind a colon.
func differing(c *diff.Difference) string {
	if len(c.Changes) == 0 {
		return ""
	}
	return ": " + fields(c)
}

// addYAML adds an element to the list, which begins with the first.
func (d *Differences) addYAML(c *diff.Difference) error {
	if err := d.beginYAML(); err != nil {
		return err
	}
	text, err := d.yaml.yaml(differenceOf(c))
	if err != nil {
		return err
	}
	return d.yaml.indented(text, "- ")
}

func (d *Differences) beginYAML() error {
	if d.begun {
		return nil
	}
	d.begun = true
	text, err := d.yaml.yaml(d.head())
	if err != nil {
		return err
	}
	_, _ = d.page.out.Write(text)
	_, err = d.page.out.WriteString("differences:\n")
	return err
}

// endYAML ends the document with the numbers.
func (d *Differences) endYAML(s *diff.Summary) error {
	if !d.begun {
		text, err := d.yaml.yaml(d.head())
		if err != nil {
			return err
		}
		_, _ = d.page.out.Write(text)
		_, _ = d.page.out.WriteString("differences: []\n")
	}
	text, err := d.yaml.yaml(s)
	if err != nil {
		return err
	}
	_, _ = d.page.out.WriteString("summary:\n")
	return d.yaml.indented(text, "  ")
}

func keyName(c *diff.Difference) string {
	return itemName(c.Key.Resource, c.Key.Namespace, c.Key.Name)
}

func sortInk(s diff.Sort) ink {
	switch s {
	case diff.Added:
		return good
	case diff.Removed:
		return bad
	}
	return caution
}

// addRow writes a line for an item, with the fields that changed behind its name.
func (d *Differences) addRow(c *diff.Difference) {
	d.page.put(sortInk(c.Sort), padded(string(c.Sort), changeColumn))
	text := keyName(c)
	if changed := fields(c); changed != "" {
		text += ": " + changed
	}
	d.page.wrapped(plain, changeColumn, changeColumn+2, text)
}

// changeColumn is where the name stands behind what became of an item.
const changeColumn = 9

// fields names the first fields that changed.
func fields(c *diff.Difference) string {
	const few = 3
	var paths []string
	for _, change := range c.Changes[:min(few, len(c.Changes))] {
		paths = append(paths, fieldOf(change.Path))
	}
	return someOf(paths, len(c.Changes))
}

func (d *Differences) addDiff(c *diff.Difference) {
	text := yamldiff.Between(c.A, c.B)
	from, to := "a/"+keyName(c), "b/"+keyName(c)
	switch c.Sort {
	case diff.Added:
		from = "/dev/null"
	case diff.Removed:
		to = "/dev/null"
	}
	if len(text) == 0 {
		d.page.line(strong, "--- "+from)
		d.page.line(strong, "+++ "+to)
		d.page.line(caution, "# only redacted values differ: "+fields(c))
		return
	}
	d.page.hunks(from, to, text)
}

func fieldChanges(changes []report.Change) []fieldChange {
	list := make([]fieldChange, len(changes))
	for i, c := range changes {
		list[i] = fieldChange{Op: c.Op, Path: c.Path, Old: c.Old, New: c.New}
	}
	return list
}

func (d *Differences) beginJSON() error {
	return d.json.head(d.head(), "differences")
}

func (d *Differences) head() any {
	return struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		A          Side   `json:"a"`
		B          Side   `json:"b"`
	}{apiVersion, "BackupDiff", d.a, d.b}
}

// Finish closes with the numbers.
func (d *Differences) Finish(s *diff.Summary) error {
	switch d.format {
	case JSON:
		if err := d.json.endWith("summary", s); err != nil {
			return err
		}
	case YAML:
		if err := d.endYAML(s); err != nil {
			return err
		}
	case JUnit:
		return d.finishJUnit(s)
	case Markdown:
		d.finishMarkdown(s)
	case Table:
		d.page.gap()
		d.page.line(plain, differenceCounts(s))
	}
	return d.page.flush()
}

func differenceCounts(s *diff.Summary) string {
	return fmt.Sprintf("%d added, %d removed, %d changed, %d the same", s.Added, s.Removed, s.Changed, s.Same)
}

// finishJUnit has a case for each item that differs, and one for all that are the same.
func (d *Differences) finishJUnit(s *diff.Summary) error {
	d.checks.list = append(d.checks.list, check{class: "diff", name: Count(s.Same, "item") + " the same"})
	d.checks.title, d.checks.line = "diff of "+d.a.Name+" and "+d.b.Name, differenceCounts(s)
	d.checks.fails = func(*report.Finding) bool { return true }
	return d.checks.write(d.page.out, JUnit)
}

func (d *Differences) finishMarkdown(s *diff.Summary) {
	fmt.Fprintf(d.page.out, "## Differences between %s and %s\n\n%s.\n", code(d.a.Name), code(d.b.Name), differenceCounts(s))
	if d.text.text.Len() > 0 {
		_, _ = d.page.out.WriteString("\n| change | item | fields |\n|---|---|---|\n" + d.text.text.String())
	}
	if d.left > 0 {
		_, _ = d.page.out.WriteString("\n… and " + Count(d.left, "more item") + "\n")
	}
}
