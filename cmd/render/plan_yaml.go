package render

import (
	"bufio"
	"bytes"
	"io"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/report"
)

// planYAML is the document of planJSON as YAML.
type planYAML struct {
	itemShelf

	out  *bufio.Writer
	head any
	text []byte // scratch
}

func newPlanYAML(out io.Writer, about *About) *planYAML {
	return &planYAML{itemShelf: newItemShelf(about), out: bufio.NewWriterSize(out, 64<<10), head: newHead(about)}
}

// yaml is the value as YAML, valid until the next call.
func (d *planYAML) yaml(v any) ([]byte, error) {
	text, err := d.encode.text(v)
	if err != nil {
		return nil, err
	}
	return d.yamlOf(text)
}

// yamlOf is JSON as YAML, valid until the next call.
func (d *planYAML) yamlOf(text []byte) ([]byte, error) {
	value, err := object.Parse(text)
	if err != nil {
		return nil, err
	}
	d.text = yamltext.Append(d.text[:0], value)
	return d.text, nil
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
	head, err := d.yaml(d.head)
	if err != nil {
		return err
	}
	_, _ = d.out.Write(head)
	if err := d.items(s); err != nil {
		return err
	}
	summary, err := d.yaml(s)
	if err != nil {
		return err
	}
	_, _ = d.out.WriteString("summary:\n")
	_ = d.indented(summary, "  ")
	return d.out.Flush()
}

func (d *planYAML) items(s *report.Summary) error {
	if s.Items == 0 {
		_, err := d.out.WriteString("items: []\n")
		return err
	}
	_, _ = d.out.WriteString("items:\n")
	return d.eachItem(s, func(text []byte) error {
		item, err := d.yamlOf(text)
		if err != nil {
			return err
		}
		return d.indented(item, "- ")
	})
}
