package render

import (
	"bufio"
	"bytes"
	"io"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/report"
)

// planYAML is the document of planJSON as YAML, item by item.
type planYAML struct {
	out     *bufio.Writer
	encode  *encoder
	head    any
	started bool
	text    []byte
}

func newPlanYAML(out io.Writer, about *About) *planYAML {
	return &planYAML{out: bufio.NewWriterSize(out, 64<<10), encode: newEncoder(), head: newHead(about)}
}

// yaml is the value as YAML, valid until the next call.
func (d *planYAML) yaml(v any) ([]byte, error) {
	text, err := d.encode.text(v)
	if err != nil {
		return nil, err
	}
	value, err := object.Parse(text)
	if err != nil {
		return nil, err
	}
	d.text = yamltext.Append(d.text[:0], value)
	return d.text, nil
}

func (d *planYAML) start(line string) error {
	d.started = true
	text, err := d.yaml(d.head)
	if err != nil {
		return err
	}
	_, _ = d.out.Write(text)
	_, err = d.out.WriteString(line)
	return err
}

// Item implements report.Sink.
func (d *planYAML) Item(i *report.Item) error {
	if !d.started {
		if err := d.start("items:\n"); err != nil {
			return err
		}
	}
	text, err := d.yaml(i)
	if err != nil {
		return err
	}
	return d.indented(text, "- ")
}

// indented writes lines, the first behind mark and the others behind spaces in its place; empty ones stay empty.
func (d *planYAML) indented(text []byte, mark string) error {
	for line := range bytes.Lines(text) {
		if len(line) > 1 {
			_, _ = d.out.WriteString(mark)
		}
		_, _ = d.out.Write(line)
		mark = "  "
	}
	return nil
}

// Finish implements Preview.
func (d *planYAML) Finish(s *report.Summary) error {
	if !d.started {
		if err := d.start("items: []\n"); err != nil {
			return err
		}
	}
	text, err := d.yaml(s)
	if err != nil {
		return err
	}
	_, _ = d.out.WriteString("summary:\n")
	_ = d.indented(text, "  ")
	return d.out.Flush()
}
