// Package documents splits files as kubectl reads them, YAML or JSON, into their documents.
package documents

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/yamltext"
)

// Document is one document as JSON.
type Document struct {
	Number int // from 1
	Text   []byte
	sorted bool   // it was YAML
	yaml   []byte // that it was
}

// Source is the text as it was written: Text no longer shows a key that stands there twice.
func (d Document) Source() []byte {
	if d.sorted {
		return d.yaml
	}
	return d.Text
}

// Stored is the text in the form that Velero stores: compact, keys sorted. Numbers keep their digits.
func (d Document) Stored() ([]byte, error) {
	if d.sorted {
		return d.Text, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(d.Text))
	decoder.UseNumber()
	var v any
	if err := decoder.Decode(&v); err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

// Error is what is wrong with one document; those after it can still be read.
type Error struct {
	Number int
	Err    error
}

func (e *Error) Error() string { return e.Err.Error() }
func (e *Error) Unwrap() error { return e.Err }

// Reader reads documents one after the other.
type Reader struct {
	in     *bufio.Reader
	file   *io.LimitedReader
	limit  int64
	line   []byte // the separator that began the next document, where something stands behind it
	queue  []Document
	number int
}

// readAhead is how much is read before it is known whose document it is.
const readAhead = 4 << 10

// NewReader returns a reader of a file. A document of more bytes than the limit is an *Error, and the last of the file.
func NewReader(in io.Reader, limit int64) *Reader {
	file := &io.LimitedReader{R: in}
	return &Reader{in: bufio.NewReaderSize(file, readAhead), file: file, limit: limit}
}

// Next returns the next document that holds something, io.EOF after the last, and an *Error for one that is neither YAML
// nor JSON.
func (r *Reader) Next() (Document, error) {
	for len(r.queue) == 0 {
		text, err := r.read()
		if err != nil {
			return Document{}, err
		}
		if r.queue, err = split(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))); err != nil {
			r.number++
			return Document{}, &Error{r.number, err}
		}
	}
	next := r.queue[0]
	r.queue = r.queue[1:]
	r.number++
	next.Number = r.number
	return next, nil
}

// read reads the lines up to the next separator. A document may begin behind the dashes of its separator.
func (r *Reader) read() ([]byte, error) {
	text := r.line
	r.line, r.file.N = nil, r.limit+readAhead
	for {
		line, err := r.in.ReadBytes('\n')
		switch {
		case errors.Is(err, io.EOF) && r.file.N <= 0:
			r.in.Reset(strings.NewReader("")) // no document can be found in what is left
			r.number++
			return nil, &Error{r.number, fmt.Errorf("has more than %d bytes, the limit for one document: divide it, or raise the limit if you trust it", r.limit)}
		case errors.Is(err, io.EOF) && len(line) > 0:
			line = append(line, '\n')
		case errors.Is(err, io.EOF) && len(text) > 0:
			return text, nil
		case err != nil:
			return nil, err
		}
		if bytes.HasSuffix(line, []byte("\r\n")) {
			line = append(line[:len(line)-2], '\n')
		}
		behind, separates := bytes.CutPrefix(line, []byte("---"))
		if !separates || !bytes.ContainsAny(behind[:1], " \t\n") {
			text = append(text, line...)
			continue
		}
		if behind = bytes.TrimSpace(behind); len(behind) > 0 && behind[0] != '#' {
			r.line = line
		}
		if len(text)+len(r.line) > 0 {
			return text, nil
		}
	}
}

// split turns a document of YAML, or any number of JSON texts after one another, into JSON.
func split(text []byte) ([]Document, error) {
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 {
		return nil, nil
	}
	if trimmed[0] == '{' || trimmed[0] == '[' {
		if texts, err := splitJSON(trimmed); err == nil {
			return texts, nil
		}
	}
	if err := yamltext.CheckAliases(text); err != nil {
		return nil, explain(text, err)
	}
	converted, err := yaml.YAMLToJSON(text)
	if err != nil {
		return nil, explain(text, err)
	}
	if string(converted) == "null" {
		return nil, nil // nothing but comments
	}
	return []Document{{Text: converted, sorted: true, yaml: text}}, nil
}

func splitJSON(text []byte) (all []Document, err error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		var one json.RawMessage
		switch err := decoder.Decode(&one); {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		}
		all = append(all, Document{Text: one})
	}
}

// explain says of a template that it is one, and never shows what stands in it.
func explain(text []byte, err error) error {
	if strings.Contains(err.Error(), "invalid map key") {
		err = errors.New("yaml: a mapping stands where a key is wanted")
	}
	if bytes.Contains(text, []byte("{{")) {
		return errors.New(err.Error() + "; it looks like a template: give what comes of it, as helm template prints")
	}
	return err
}
