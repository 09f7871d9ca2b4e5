package render

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/client-go/util/jsonpath"

	"github.com/veltx/veltx/tarball/object"
)

// pathPrinter prints what a JSONPath template makes of a List, so it has to hold all of it.
type pathPrinter struct {
	template *jsonpath.JSONPath
	items    []any
}

// newPathPrinter takes an expression without braces, too, as kubectl does.
func newPathPrinter(expression string) (*pathPrinter, error) {
	if expression == "" {
		return nil, errors.New("the expression is missing, such as {.items[*].metadata.name}")
	}
	if !strings.Contains(expression, "{") {
		expression = "{." + strings.TrimPrefix(expression, ".") + "}"
	}
	p := &pathPrinter{template: jsonpath.New("-o").AllowMissingKeys(true)}
	return p, p.template.Parse(expression)
}

func (p *pathPrinter) add(v *object.Value) error {
	var item any
	if err := json.Unmarshal(v.JSON(), &item); err != nil {
		return err
	}
	p.items = append(p.items, item)
	return nil
}

// of is what the template makes of one object, "<none>" for nothing.
func (p *pathPrinter) of(v *object.Value) string {
	var item any
	if err := json.Unmarshal(v.JSON(), &item); err != nil {
		return "<none>"
	}
	var text bytes.Buffer
	if err := p.template.Execute(&text, item); err != nil {
		return "<none>"
	}
	return orNone(text.String())
}

// finish prints the List, or the one object by itself. A program gets the values as they are, which is what kubectl gives it;
// a person gets nothing that the terminal would obey.
func (p *pathPrinter) finish(out io.Writer, one, person bool) error {
	var data any = map[string]any{"apiVersion": "v1", "kind": "List", "items": append([]any{}, p.items...)}
	if one && len(p.items) == 1 {
		data = p.items[0]
	}
	if one && len(p.items) == 0 {
		return nil
	}
	if !person {
		return p.template.Execute(out, data)
	}
	var text bytes.Buffer
	if err := p.template.Execute(&text, data); err != nil {
		return err
	}
	_, err := out.Write(cleanLines(text.Bytes()))
	return err
}
