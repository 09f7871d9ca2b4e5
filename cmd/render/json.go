package render

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/planfile"
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

// stream is a JSON document that ends with a list, an element a line. It begins with the first of them: until then an
// unreadable backup can still end the run, and no half of a document is written.
type stream struct {
	out    *bufio.Writer
	encode *encoder
	begin  func() error // writes what comes before the elements
	n      int
}

func newStream(out *bufio.Writer) *stream { return &stream{out: out, encode: newEncoder()} }

// put writes a value behind some text.
func (s *stream) put(before string, v any) error {
	text, err := s.encode.text(v)
	if err != nil {
		return err
	}
	_, _ = s.out.WriteString(before)
	_, err = s.out.Write(text)
	return err
}

// head begins the document with the members of a value, and the list as one more.
func (s *stream) head(v any, list string) error {
	text, err := s.encode.text(v)
	if err != nil {
		return err
	}
	_, _ = s.out.Write(bytes.TrimSuffix(text, []byte("}")))
	_, err = s.out.WriteString(`,"` + list + `":[`)
	return err
}

func (s *stream) add(v any) error {
	text, err := s.encode.text(v)
	if err != nil {
		return err
	}
	return s.addText(text)
}

// addText adds an element that is JSON already.
func (s *stream) addText(text []byte) error {
	if s.n == 0 {
		text = bytes.Clone(text) // begin may encode, too
		if err := s.begin(); err != nil {
			return err
		}
		_, _ = s.out.WriteString("\n")
	} else {
		_, _ = s.out.WriteString(",\n")
	}
	s.n++
	_, err := s.out.Write(text)
	return err
}

// end ends the list, of which there need not be an element.
func (s *stream) end() error {
	if s.n == 0 {
		if err := s.begin(); err != nil {
			return err
		}
	}
	_, err := s.out.WriteString("\n]")
	return err
}

// endWith ends the document with one more member.
func (s *stream) endWith(member string, v any) error {
	if err := s.end(); err != nil {
		return err
	}
	if err := s.put(`,"`+member+`":`, v); err != nil {
		return err
	}
	_, err := s.out.WriteString("}\n")
	return err
}

// itemShelf keeps the items of a plan as JSON until it is known which findings of the whole plan name them.
type itemShelf struct {
	shelf

	encode, named *encoder
}

func newItemShelf(about *About) itemShelf {
	return itemShelf{shelf: shelf{dir: about.TempDir}, encode: newEncoder(), named: newEncoder()}
}

// Item implements report.Sink.
func (k *itemShelf) Item(i *report.Item) error {
	text, err := k.encode.text(i)
	if err != nil {
		return err
	}
	return k.add(i, text)
}

// eachItem yields the items as JSON, each text valid until the next. What names the item is its last member.
func (k *itemShelf) eachItem(s *report.Summary, take func(text []byte) error) error {
	return k.each(s, func(text []byte, found []report.PlanFinding) error {
		if len(found) == 0 {
			return take(text)
		}
		list, err := k.named.text(found)
		if err != nil {
			return err
		}
		text = append(bytes.TrimSuffix(text, []byte("}")), `,"planFindings":`...)
		return take(append(append(text, list...), '}'))
	})
}

// planLines is one item a line.
type planLines struct {
	itemShelf

	out *bufio.Writer
}

func newPlanLines(out io.Writer, about *About) *planLines {
	return &planLines{itemShelf: newItemShelf(about), out: bufio.NewWriterSize(out, 64<<10)}
}

// Finish implements Preview.
func (l *planLines) Finish(s *report.Summary) error {
	err := l.eachItem(s, func(text []byte) error {
		_, _ = l.out.Write(text)
		return l.out.WriteByte('\n')
	})
	if err != nil {
		return err
	}
	return l.out.Flush()
}

// planJSON is one document with one item a line.
type planJSON struct {
	itemShelf

	doc *stream
}

func newPlanJSON(out io.Writer, about *About) *planJSON {
	s := newStream(bufio.NewWriterSize(out, 64<<10))
	s.begin = func() error { return s.head(newHead(about), "items") }
	return &planJSON{itemShelf: newItemShelf(about), doc: s}
}

// Finish implements Preview.
func (d *planJSON) Finish(s *report.Summary) error {
	if err := d.eachItem(s, d.doc.addText); err != nil {
		return err
	}
	if err := d.doc.endWith("summary", s); err != nil {
		return err
	}
	return d.doc.out.Flush()
}

// planFile is the plan for a review before it is carried out.
type planFile struct{ *stream }

func newPlanFile(out io.Writer, about *About) planFile {
	s := newStream(bufio.NewWriterSize(out, 64<<10))
	s.begin = func() error { return s.head(about.Plan, "results") }
	return planFile{s}
}

// Item implements report.Sink.
func (f planFile) Item(i *report.Item) error { return f.add(planfile.ResultOf(i)) }

// Finish implements Preview.
func (f planFile) Finish(*report.Summary) error {
	if err := f.end(); err != nil {
		return err
	}
	_, _ = f.out.WriteString("}\n")
	return f.out.Flush()
}

// show writes a value that is small as a whole: as a document, or as text for people.
func show(out io.Writer, format string, v any, style Style, write func(*page)) error {
	if format != Table {
		return document(out, format, v)
	}
	p := newPage(out, style)
	write(p)
	return p.flush()
}

// document writes a value that is small as a whole, as indented JSON or as YAML.
func document(out io.Writer, format string, v any) error {
	if format == YAML {
		value, err := object.From(v)
		if err != nil {
			return err
		}
		_, err = out.Write(yamltext.Append(nil, value))
		return err
	}
	encode := newEncoder()
	encode.json.SetIndent("", "  ")
	text, err := encode.text(v)
	if err != nil {
		return err
	}
	_, err = out.Write(append(text, '\n'))
	return err
}
