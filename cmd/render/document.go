package render

import (
	"io"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
)

// show writes a value that is small as a whole: as a document, or as text for people.
func show(out io.Writer, format string, v any, coloured bool, write func(*page)) error {
	if format != Table {
		return document(out, format, v)
	}
	p := newPage(out, coloured)
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
