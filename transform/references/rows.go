package references

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// row is one line of a table: a field that is a namespace or holds one.
type row struct {
	of   string // resources, with spaces between; *.GROUP is all of a group, "" all there are
	path string // JSON pointer; * stands for one token, *Ref for one that ends so, ** for any number
	form form   // how the namespace stands in it; nil means that the field is it
	kind Kind   // "" means Field
	sure Sure   // the zero value means Certain
	by   string // who rewrites it: Velero or the API server
	when func(*walk) bool

	isOther bool // it is called a namespace, and is one of another system

	tokens []string
}

// form says that a mention stands in a text as a form has it, and from where to where the text shows that.
type form func(w *walk, text string, m mention) (from, to int, ok bool)

// judge says what a mention in the field is, by the row.
func (r *row) judge(w *walk, text string, m mention) sighting {
	is := r.form
	if is == nil {
		is = whole
	}
	from, to, ok := is(w, text, m)
	if !ok {
		return sighting{}
	}
	if r.isOther {
		return sighting{kind: Word, from: from, to: to}
	}
	s := sighting{kind: r.kind, sure: r.sure, from: from, to: to, by: r.by}
	if s.kind == "" {
		s.kind = Field
	}
	if s.sure == Possible {
		s.sure = Certain
	}
	if w.scanner.mapping != nil && !w.only {
		s.by = "" // it would not be there any more if it was rewritten
		if r.by == APIServer {
			s.by = r.by
		}
	}
	return s
}

// rowsOf are the rows for a resource: those of the tables, then those of its schema.
func (s *Scanner) rowsOf(resource string, least Sure) []*row {
	_, group, _ := strings.Cut(resource, ".")
	list := slices.Concat(tables[""], tables[resource])
	if group != "" {
		list = append(list, tables["*."+group]...)
	}
	if schema := s.objects.Schema(resource); schema != nil && least < Certain {
		list = append(list, schema.rows...)
	}
	return list
}

// rowsHere are those for the place where the walk is.
func (w *walk) rowsHere() []*row {
	var here []*row
	for _, r := range w.rows {
		if fits(r.tokens, w.path) && (r.when == nil || r.when(w)) {
			here = append(here, r)
		}
	}
	return here
}

// fits says that a path is one that a pattern stands for.
func fits(pattern, path []string) bool {
	for i, token := range pattern {
		switch {
		case token == "**":
			rest := pattern[i+1:]
			for from := i; from <= len(path); from++ {
				if fits(rest, path[from:]) {
					return true
				}
			}
			return false
		case i >= len(path) || token[0] == '*' && !strings.HasSuffix(path[i], token[1:]) || token[0] != '*' && token != path[i]:
			return false
		}
	}
	return len(pattern) == len(path)
}

// tokensOf takes a JSON pointer apart.
func tokensOf(path string) []string {
	tokens := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, token := range tokens {
		tokens[i] = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
	}
	return tokens
}

// handled says that Velero has mapped what stands here: the backup has another text at this place. Where namespaces swap, it
// also says so of what anything else has put here.
func (w *walk) handled(rows []*row, text string) bool {
	if w.original == nil || w.only {
		return false
	}
	if slices.ContainsFunc(rows, func(r *row) bool { return r.by == Velero }) && w.scanner.mapping != nil {
		return !at(w.original, w.path).Is(text)
	}
	if !w.scanner.swaps || w.original == w.root {
		return false
	}
	if w.olds == nil {
		w.olds = textsOf(w.scanner, w.resource, w.original)
	}
	return !w.olds[text]
}

// textsOf are the texts of an item that name a namespace.
func textsOf(s *Scanner, resource string, o *object.Value) map[string]bool {
	plain := Scanner{words: s.words, objects: None{}}
	w := plain.walk(resource, o, nil, Possible)
	w.item(o)
	texts := map[string]bool{}
	for i := range w.found {
		text, _ := decoded(at(o, w.found[i].tokens), w.found[i].Encoded)
		texts[text] = true
	}
	return texts
}

// mapped adds what Velero has mapped.
func (w *walk) mapped(item, original *object.Value) {
	if original == nil || !slices.ContainsFunc(w.rows, func(r *row) bool { return r.by == Velero }) {
		return
	}
	before := w.scanner.walk(w.resource, original, original, Certain)
	before.only = true
	before.item(original)
	for _, r := range before.found {
		if r.By == Velero && !at(item, r.tokens).Is(at(original, r.tokens).Str()) {
			w.found = append(w.found, r)
		}
	}
}

// at is the value at a path, nil where there is none.
func at(v *object.Value, path []string) *object.Value {
	for _, token := range path {
		if v.Kind() != object.Array {
			v = v.Get(token)
			continue
		}
		elements, n := v.Elements(), index(token)
		if n < 0 || n >= len(elements) {
			return nil
		}
		v = elements[n]
	}
	return v
}
