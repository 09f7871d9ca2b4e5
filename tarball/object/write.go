package object

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// New returns an empty object.
func New() *Value { return &Value{kind: Object, raw: []byte("{}"), in: &inside{}} }

// Text returns a string value.
func Text(s string) *Value { return &Value{kind: String, raw: stringOf(s)} }

// Integer returns a number value.
func Integer(n int64) *Value { return &Value{kind: Number, raw: strconv.AppendInt(nil, n, 10)} }

// Boolean returns true or false.
func Boolean(b bool) *Value { return &Value{kind: Bool, raw: strconv.AppendBool(nil, b)} }

// List returns an array of the given elements.
func List(elements ...*Value) *Value {
	return &Value{kind: Array, in: &inside{elements: elements}}
}

// Strings returns an array of strings.
func Strings(texts ...string) *Value {
	elements := make([]*Value, len(texts))
	for i, s := range texts {
		elements[i] = Text(s)
	}
	return List(elements...)
}

// From returns the value that encoding/json writes for x.
func From(x any) (*Value, error) {
	data, err := json.Marshal(x)
	if err != nil {
		return nil, fmt.Errorf("encode as JSON: %w", err)
	}
	return Parse(data)
}

// stringOf is s as encoding/json writes it, HTML characters escaped.
func stringOf(s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			text, err := json.Marshal(s)
			if err != nil {
				panic(err) // a string always has a JSON form
			}
			return text
		}
	}
	text := make([]byte, 0, len(s)+len(`""`))
	text = append(text, '"')
	text = append(text, s...)
	return append(text, '"')
}

// Changed says whether anything in the value differs from the text it was parsed from.
func (v *Value) Changed() bool {
	if v == nil {
		return false
	}
	if v.raw == nil {
		return true
	}
	if v.in == nil {
		return false
	}
	for i := range v.in.members {
		if v.in.members[i].value.Changed() {
			return true
		}
	}
	return slices.ContainsFunc(v.in.elements, (*Value).Changed)
}

// JSON returns the value's text. Parts that nobody changed are the bytes that were parsed, so the result must not be
// written to.
func (v *Value) JSON() []byte {
	if v == nil {
		return []byte("null")
	}
	if !v.Changed() {
		return v.raw
	}
	return v.Append(nil)
}

// Append adds the value's text to dst.
func (v *Value) Append(dst []byte) []byte { return v.append(dst, new(memo)) }

// AppendWithout is Append without the member at the end of a path.
func (v *Value) AppendWithout(dst []byte, path ...string) []byte {
	if len(path) == 0 || !v.Has(path...) {
		return v.Append(dst)
	}
	return v.appendWithout(dst, path, new(memo))
}

func (v *Value) appendWithout(dst []byte, path []string, m *memo) []byte {
	at, begin := v.find(path[0]), len(dst)
	dst = append(dst, '{')
	for i := range v.in.members {
		member := &v.in.members[i]
		if member == at && len(path) == 1 {
			continue
		}
		if len(dst) > begin+1 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, member.quoted...), ':')
		if member == at {
			dst = member.value.appendWithout(dst, path[1:], m)
			continue
		}
		dst = member.value.append(dst, m)
	}
	return append(dst, '}')
}

// Size is how long the value's text is.
func (v *Value) Size() int { return v.size(new(memo)) }

func (v *Value) size(m *memo) int {
	if v == nil {
		return len("null")
	}
	if !m.changed(v) {
		return len(v.raw)
	}
	n := len("{}") + max(len(v.in.members)+len(v.in.elements)-1, 0)
	for _, e := range v.in.elements {
		n += e.size(m)
	}
	for i := range v.in.members {
		n += len(v.in.members[i].quoted) + len(":") + v.in.members[i].value.size(m)
	}
	return n
}

func (v *Value) append(dst []byte, m *memo) []byte {
	switch {
	case v == nil:
		return append(dst, "null"...)
	case !m.changed(v):
		return append(dst, v.raw...)
	case v.kind == Array:
		dst = append(dst, '[')
		for i, e := range v.in.elements {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = e.append(dst, m)
		}
		return append(dst, ']')
	}
	dst = append(dst, '{')
	for i := range v.in.members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, v.in.members[i].quoted...)
		dst = append(dst, ':')
		dst = v.in.members[i].value.append(dst, m)
	}
	return append(dst, '}')
}

// MarshalJSON lets a value stand in structures that encoding/json writes.
func (v *Value) MarshalJSON() ([]byte, error) { return v.JSON(), nil }

// UnmarshalJSON keeps a copy of the text.
func (v *Value) UnmarshalJSON(data []byte) error {
	parsed, err := Parse(bytes.Clone(data))
	if err != nil {
		return err
	}
	*v = *parsed
	return nil
}

// Decode reads the value into a typed structure with encoding/json.
func (v *Value) Decode(into any) error { return json.Unmarshal(v.JSON(), into) }

// Any returns the value as maps, slices, strings, booleans and json.Number, for libraries that want these.
func (v *Value) Any() any {
	switch v.Kind() {
	case Bool:
		return v.True()
	case Number:
		return json.Number(v.raw)
	case String:
		return v.Str()
	case Array:
		list := make([]any, 0, v.Len())
		for _, e := range v.Elements() {
			list = append(list, e.Any())
		}
		return list
	case Object:
		m := make(map[string]any, v.Len())
		for k, e := range v.Members() {
			m[k] = e.Any()
		}
		return m
	}
	return nil
}

// Obeyed says that a character is obeyed and not shown by a terminal or whatever else lays text out: control characters
// (Cc), formatting ones (Cf, the marks of direction among them), and the separators of lines and paragraphs.
func Obeyed(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }

// ValidUTF8 returns text whose bytes that are not UTF-8 are U+FFFD, each of them, as encoding/json reads them.
func ValidUTF8(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	return []byte(string([]rune(string(text))))
}

// Printable returns JSON for a reader, which may be a terminal: it is valid UTF-8, and characters that are obeyed are
// written as escapes, which mean the same. JSON has those of ASCII between its values only, or as escapes already.
func Printable(text []byte) []byte {
	if !hasHigh(text) {
		return text
	}
	valid := string(ValidUTF8(text))
	var b strings.Builder
	for _, r := range valid {
		switch {
		case r < 0x7f || !Obeyed(r):
			b.WriteRune(r)
		case r > 0xffff:
			first, second := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, first, second)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return []byte(b.String())
}

// hasHigh says whether there is anything else in the text than what ASCII shows.
func hasHigh(text []byte) bool {
	for _, c := range text {
		if c >= 0x7f {
			return true
		}
	}
	return false
}
