package render

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// encoder writes values as compact JSON whose raw parts keep their text, as far as it can be shown.
type encoder struct {
	buffer bytes.Buffer
	json   *json.Encoder
}

func newEncoder() *encoder {
	e := &encoder{}
	e.json = json.NewEncoder(&e.buffer)
	e.json.SetEscapeHTML(false)
	return e
}

// text is the value as one line without its end, valid until the next call.
func (e *encoder) text(v any) ([]byte, error) {
	e.buffer.Reset()
	if err := e.json.Encode(v); err != nil {
		return nil, err
	}
	return object.Printable(bytes.TrimSuffix(e.buffer.Bytes(), []byte("\n"))), nil
}

// planLines is one item a line.
type planLines struct {
	out    *bufio.Writer
	encode *encoder
}

func newPlanLines(out io.Writer) *planLines {
	return &planLines{out: bufio.NewWriterSize(out, 64<<10), encode: newEncoder()}
}

// Item implements report.Sink.
func (l *planLines) Item(i *report.Item) error {
	text, err := l.encode.text(i)
	if err != nil {
		return err
	}
	_, _ = l.out.Write(text)
	return l.out.WriteByte('\n')
}

// Finish implements Preview.
func (l *planLines) Finish(*report.Summary) error { return l.out.Flush() }

// planJSON is one document with one item a line.
type planJSON struct {
	out     *bufio.Writer
	encode  *encoder
	head    any
	started bool
}

func newPlanJSON(out io.Writer, about *About) *planJSON {
	return &planJSON{out: bufio.NewWriterSize(out, 64<<10), encode: newEncoder(), head: newHead(about)}
}

// start writes what comes before the items. It waits for the first of them: until then an unreadable backup can still
// end the run, and no half of a document is written.
func (d *planJSON) start() error {
	d.started = true
	text, err := d.encode.text(d.head)
	if err != nil {
		return err
	}
	_, _ = d.out.Write(bytes.TrimSuffix(text, []byte("}")))
	_, err = d.out.WriteString(`,"items":[`)
	return err
}

// Item implements report.Sink.
func (d *planJSON) Item(i *report.Item) error {
	between := ",\n"
	if !d.started {
		if err := d.start(); err != nil {
			return err
		}
		between = "\n"
	}
	text, err := d.encode.text(i)
	if err != nil {
		return err
	}
	_, _ = d.out.WriteString(between)
	_, err = d.out.Write(text)
	return err
}

// Finish implements Preview.
func (d *planJSON) Finish(s *report.Summary) error {
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
