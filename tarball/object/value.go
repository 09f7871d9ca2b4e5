package object

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"
)

// Kind is the JSON type of a Value.
type Kind uint8

// The kinds of JSON values. Missing is the kind of a nil *Value.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

var kindNames = [...]string{"missing", "null", "boolean", "number", "string", "array", "object"}

// String names the kind as JSON does.
func (k Kind) String() string { return kindNames[k] }

// Value is one JSON value: its text until something inside it changes. See the package comment.
type Value struct {
	raw      []byte // the text; nil once this very level was changed
	kind     Kind
	opened   bool // members or elements below are filled in
	members  []member
	elements []*Value
}

type member struct {
	quoted []byte // the key as it stands in the text, with its quotes
	value  *Value
}

// key compares without decoding where the key has no escapes, which is nearly always.
func (m *member) is(name string) bool {
	inner := m.quoted[1 : len(m.quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return string(inner) == name
	}
	return m.key() == name
}

func (m *member) key() string { return unquote(m.quoted) }

func unquote(quoted []byte) string {
	inner := quoted[1 : len(quoted)-1]
	if bytes.IndexByte(inner, '\\') < 0 && isPlain(inner) {
		return string(inner)
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return string(inner) // cannot happen: the text was scanned before
	}
	return s
}

// isPlain says that the text is ASCII, so that its bytes are its meaning (others may hold invalid UTF-8).
func isPlain(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

func kindOf(first byte) Kind {
	switch first {
	case '{':
		return Object
	case '[':
		return Array
	case '"':
		return String
	case 't', 'f':
		return Bool
	case 'n':
		return Null
	}
	return Number
}

// Parse checks that data is one JSON value and returns it with its first level opened. The value refers to data, which
// must not be changed as long as the value is in use. Errors wrap ErrSyntax.
func Parse(data []byte) (*Value, error) {
	from := skipSpace(data, 0)
	v := &Value{raw: data[from:]}
	end, err := v.open(v.raw)
	if err != nil {
		return nil, err
	}
	if rest := skipSpace(v.raw, end); rest != len(v.raw) {
		return nil, syntaxError(from+rest, "text after the value")
	}
	v.raw = v.raw[:end:end]
	return v, nil
}

// MustParse is Parse for text that is a constant of the program; it panics on a mistake in it.
func MustParse(text string) *Value {
	v, err := Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return v
}

// open fills members or elements from text, which starts with the value, and returns the index after it.
func (v *Value) open(text []byte) (int, error) {
	if len(text) == 0 {
		return 0, syntaxError(0, "unexpected end")
	}
	v.kind, v.opened = kindOf(text[0]), true
	switch v.kind {
	case Object:
		return v.openObject(text)
	case Array:
		var spans []span
		end, err := scanElements(text, 0, 0, func(s span) { spans = append(spans, s) })
		if err != nil {
			return 0, err
		}
		values := make([]Value, len(spans))
		v.elements = make([]*Value, len(spans))
		for i, s := range spans {
			values[i] = unopened(text[s.from:s.to:s.to])
			v.elements[i] = &values[i]
		}
		return end, nil
	}
	return scanValue(text, 0, 0)
}

func (v *Value) openObject(text []byte) (int, error) {
	var keys, vals [32]span
	ks, vs := keys[:0], vals[:0]
	end, err := scanMembers(text, 0, 0, func(k, s span) { ks, vs = append(ks, k), append(vs, s) })
	if err != nil {
		return 0, err
	}
	values := make([]Value, len(ks))
	v.members = make([]member, len(ks), len(ks)+2)
	for i := range ks {
		values[i] = unopened(text[vs[i].from:vs[i].to:vs[i].to])
		v.members[i] = member{quoted: text[ks[i].from:ks[i].to:ks[i].to], value: &values[i]}
	}
	v.dropDuplicates()
	return end, nil
}

// dropDuplicates keeps the last of members with one key, as encoding/json does when it fills a map.
func (v *Value) dropDuplicates() {
	rising := true
	for i := 1; i < len(v.members) && rising; i++ {
		rising = bytes.Compare(v.members[i-1].quoted, v.members[i].quoted) < 0
	}
	if rising {
		return
	}
	last := make(map[string]int, len(v.members))
	for i := range v.members {
		last[v.members[i].key()] = i
	}
	if len(last) == len(v.members) {
		return
	}
	kept := v.members[:0]
	for i, m := range v.members {
		if last[m.key()] == i {
			kept = append(kept, m)
		}
	}
	v.members = kept
}

func unopened(text []byte) Value { return Value{raw: text, kind: kindOf(text[0])} }

// ensure opens the value, whose text was checked by Parse.
func (v *Value) ensure() {
	if !v.opened {
		if _, err := v.open(v.raw); err != nil {
			panic(fmt.Sprintf("object: text changed after it was parsed: %v", err))
		}
	}
}

// Kind returns the JSON type, Missing for nil.
func (v *Value) Kind() Kind {
	if v == nil {
		return Missing
	}
	return v.kind
}

// IsNull says that the value is null or is not there.
func (v *Value) IsNull() bool { return v.Kind() <= Null }

// Get follows the keys through nested objects. It returns nil where a key is missing or a value on the way is no object.
func (v *Value) Get(path ...string) *Value {
	for _, name := range path {
		m := v.find(name)
		if m == nil {
			return nil
		}
		v = m.value
	}
	return v
}

// find returns the member called name, or nil.
func (v *Value) find(name string) *member {
	if v == nil || v.kind != Object {
		return nil
	}
	v.ensure()
	for i := range v.members {
		if v.members[i].is(name) {
			return &v.members[i]
		}
	}
	return nil
}

// Has says whether the path leads to a value, null included.
func (v *Value) Has(path ...string) bool { return v.Get(path...) != nil }

// Text returns a string's meaning; ok is false for every other kind.
func (v *Value) Text() (s string, ok bool) {
	if v.Kind() != String {
		return "", false
	}
	return unquote(v.raw), true
}

// Str is Text for callers to whom anything that is no string means "".
func (v *Value) Str() string {
	s, _ := v.Text()
	return s
}

// Is says that the value is the string s.
func (v *Value) Is(s string) bool {
	got, ok := v.Text()
	return ok && got == s
}

// True says that the value is the literal true.
func (v *Value) True() bool { return v.Kind() == Bool && v.raw[0] == 't' }

// Int returns a number written as a 64-bit integer; ok is false for all else.
func (v *Value) Int() (n int64, ok bool) {
	if v.Kind() != Number {
		return 0, false
	}
	n, err := strconv.ParseInt(string(v.raw), 10, 64)
	return n, err == nil
}

// Len returns the number of members or elements.
func (v *Value) Len() int {
	switch v.Kind() {
	case Object:
		v.ensure()
		return len(v.members)
	case Array:
		v.ensure()
		return len(v.elements)
	}
	return 0
}

// Members walks an object's keys and values in the order of the text.
func (v *Value) Members() iter.Seq2[string, *Value] {
	return func(yield func(string, *Value) bool) {
		if v.Kind() != Object {
			return
		}
		v.ensure()
		for i := range v.members {
			if !yield(v.members[i].key(), v.members[i].value) {
				return
			}
		}
	}
}

// Elements returns an array's elements; the slice must not be changed.
func (v *Value) Elements() []*Value {
	if v.Kind() != Array {
		return nil
	}
	v.ensure()
	return v.elements
}

// Set puts a member into an object: in the place of the one with that name, else where sorted keys put it. It does
// nothing where v is no object.
func (v *Value) Set(name string, value *Value) {
	if v.Kind() != Object {
		return
	}
	if m := v.find(name); m != nil {
		m.value = value
		v.raw = nil
		return
	}
	at := slices.IndexFunc(v.members, func(m member) bool { return m.key() > name })
	if at < 0 {
		at = len(v.members)
	}
	v.members = slices.Insert(v.members, at, member{quoted: appendString(nil, name), value: value})
	v.raw = nil
}

// Put is Set at the end of a path; objects that are missing on the way are made. It fails where something on the way
// is there and is no object.
func (v *Value) Put(value *Value, path ...string) error {
	for i, name := range path[:len(path)-1] {
		next := v.Get(name)
		if next == nil {
			next = New()
			v.Set(name, next)
		}
		if next.Kind() != Object {
			return fmt.Errorf("%s: is %s, not an object", dotted(path[:i+1]), next.Kind())
		}
		v = next
	}
	v.Set(path[len(path)-1], value)
	return nil
}

func dotted(path []string) string {
	var b []byte
	for i, p := range path {
		if i > 0 {
			b = append(b, '.')
		}
		b = append(b, p...)
	}
	return string(b)
}

// Remove takes the member at the end of the path away and says whether it was there.
func (v *Value) Remove(path ...string) bool {
	parent := v.Get(path[:len(path)-1]...)
	if parent.find(path[len(path)-1]) == nil {
		return false
	}
	name := path[len(path)-1]
	parent.members = slices.DeleteFunc(parent.members, func(m member) bool { return m.is(name) })
	parent.raw = nil
	return true
}

// SetElements gives an array new elements; those of the old ones that are among them keep their text.
func (v *Value) SetElements(elements []*Value) {
	if v.Kind() != Array {
		return
	}
	v.opened, v.elements, v.raw = true, elements, nil
}

// Filter keeps an array's elements for which keep is true and says how many went.
func (v *Value) Filter(keep func(*Value) bool) int {
	var kept []*Value
	for _, e := range v.Elements() {
		if keep(e) {
			kept = append(kept, e)
		}
	}
	gone := v.Len() - len(kept)
	if gone > 0 {
		v.SetElements(kept)
	}
	return gone
}

// Clone returns a copy that can be changed on its own; text is shared, only what was opened is copied.
func (v *Value) Clone() *Value {
	if v == nil {
		return nil
	}
	c := *v
	if v.members != nil {
		c.members = make([]member, len(v.members))
		values := make([]Value, len(v.members))
		for i, m := range v.members {
			m.value.cloneInto(&values[i])
			c.members[i] = member{quoted: m.quoted, value: &values[i]}
		}
	}
	if v.elements != nil {
		c.elements = make([]*Value, len(v.elements))
		for i, e := range v.elements {
			c.elements[i] = e.Clone()
		}
	}
	return &c
}

func (v *Value) cloneInto(dst *Value) {
	if !v.opened || v.kind < Array {
		*dst = *v
		return
	}
	*dst = *v.Clone()
}
