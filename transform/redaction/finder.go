package redaction

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// enough is how much of a value is looked for in an item, whole bytes of base64: no message is as long.
const enough = 3 * 1024

// newFinder finds the values of a Secret in texts, plain and in base64, and as they stand between quotes. A value of fewer
// than four bytes is found in base64 only: nearly every text has it.
func newFinder(values, public []string) *Words {
	w := &Words{}
	for i, value := range values {
		for _, form := range Forms(value[:min(len(value), enough)]) {
			if !slices.ContainsFunc(public, func(p string) bool { return strings.Contains(p, form) }) {
				w.Add(form, i)
			}
		}
	}
	return w
}

// Forms are how a value can stand in a text.
func Forms(value string) []string {
	list := []string{value, base64.StdEncoding.EncodeToString([]byte(value))}
	if !strings.ContainsFunc(value, func(c rune) bool { return c < ' ' || c > '~' || strings.ContainsRune("\"\\<>&", c) }) {
		return list
	}
	if escaped, err := json.Marshal(value); err == nil && len(escaped) > len(value)+2 {
		list = append(list, string(escaped[1:len(escaped)-1]))
	}
	if quoted := strconv.Quote(value); len(quoted) > len(value)+2 {
		list = append(list, quoted[1:len(quoted)-1])
	}
	return list
}

func (s *Secret) find() *Words {
	if s.finder == nil {
		s.finder = newFinder(s.values, s.public)
	}
	return s.finder
}

// Text is a message about the Secret without its values.
func (s *Secret) Text(text string) string {
	if s == nil || text == "" {
		return text
	}
	s.collect()
	if len(s.values) == 0 {
		return text
	}
	var hidden strings.Builder
	from := 0
	for {
		start, end, n := s.find().Find(text, from)
		if start < 0 {
			hidden.WriteString(text[from:])
			return hidden.String()
		}
		hidden.WriteString(text[from:start])
		hidden.WriteString(s.mark(n))
		from = end
	}
}

// search replaces every string, or number, that holds a value.
func (s *Secret) search(v *object.Value) *object.Value {
	if len(s.values) == 0 {
		return v
	}
	switch v.Kind() {
	case object.Object, object.Array:
		v.Edit(func(_ string, e *object.Value) *object.Value { return s.search(e) })
	case object.String, object.Number:
		return s.searchLeaf(v)
	}
	return v
}

// isMark matches what hide leaves, for values such as "bytes".
var isMark = regexp.MustCompile(`^<redacted, \d+ bytes>(#[0-9a-f]{8})?$`)

func (s *Secret) searchLeaf(v *object.Value) *object.Value {
	text := plainValue(v, false)
	start, end, n := s.find().Find(text, 0)
	switch {
	case start < 0 || isMark.MatchString(text):
		return v
	case end-start == len(text):
		return quoted(s.mark(n))
	}
	return quoted(s.redactor.mark(text))
}
