package object

import (
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
	raw   []byte // the text; nil once this very level was changed
	kind  Kind
	depth uint16  // how many levels stand around it in the text
	in    *inside // of an opened object or array
}

// inside is one level of an object or array.
type inside struct {
	members  []member
	keys     keys
	doubled  bool // the text has members that are left out, as their key comes again
	elements []*Value
	before   *former // how the level stood when its changes were last taken; nil while it still stands so
}

type member struct {
	quoted []byte // the key as it stands in the text, with its quotes
	value  *Value
}

func (m *member) key() string { return unquote(m.quoted) }

// after says that the key comes after a name.
func (m *member) after(name string) bool {
	if inner := m.quoted[1 : len(m.quoted)-1]; isPlain(inner) {
		return string(inner) > name
	}
	return m.key() > name
}

// unquote returns the meaning of a string that was scanned before.
func unquote(quoted []byte) string {
	inner := quoted[1 : len(quoted)-1]
	if isPlain(inner) {
		return string(inner)
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return string(inner) // cannot happen: the text was scanned before
	}
	return s
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

// Parse checks that data is one JSON value and returns it. The value refers to data, which must not be changed as long
// as the value is in use. Errors wrap ErrSyntax.
func Parse(data []byte) (*Value, error) {
	from := skipSpace(data, 0)
	text := data[from:]
	var in *inside
	var end int
	if len(text) > 0 && text[0] == '{' {
		in, end = checkObject(text, 0, "metadata")
	} else {
		end = scanValue(text, 0, 0)
	}
	if end >= 0 {
		if rest := skipSpace(text, end); rest != len(text) {
			end = fault(rest, textAfterValue)
		}
	}
	if end < 0 {
		return nil, faultError(end, from)
	}
	return &Value{raw: text[:end:end], kind: kindOf(text[0]), in: in}, nil
}

// MustParse is Parse for text that is a constant of the program; it panics on a mistake in it.
func MustParse(text string) *Value {
	v, err := Parse([]byte(text))
	if err != nil {
		panic(err)
	}
	return v
}

func unopened(text []byte, depth int) Value {
	return Value{raw: text, kind: kindOf(text[0]), depth: uint16(depth)}
}

// opened returns one level of the value, which must be an object or an array. To open level by level reads the text once
// for each level, so that what is deep inside is opened in one go.
func (v *Value) opened() *inside {
	switch {
	case v.in != nil:
	case v.depth >= deep:
		v.in, _ = openWhole(v.raw, 0, int(v.depth))
	default:
		v.in = open(v.raw, v.kind, int(v.depth)+1)
	}
	return v.in
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
	if at := v.opened().find(name); at >= 0 {
		return &v.in.members[at]
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
	if v.Kind() != String {
		return false
	}
	if inner := v.raw[1 : len(v.raw)-1]; isPlain(inner) {
		return string(inner) == s
	}
	return unquote(v.raw) == s
}

// IsText says that Str is s, without making it.
func (v *Value) IsText(s string) bool { return v.Is(s) || s == "" && v.Str() == "" }

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
		return len(v.opened().members)
	case Array:
		return len(v.opened().elements)
	}
	return 0
}

// Members walks an object's keys and values in the order of the text.
func (v *Value) Members() iter.Seq2[string, *Value] {
	return func(yield func(string, *Value) bool) {
		if v.Kind() != Object {
			return
		}
		members := v.opened().members
		for i := range members {
			if !yield(members[i].key(), members[i].value) {
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
	return v.opened().elements
}

// Set puts a member into an object: in the place of the one with that name, else where sorted keys put it. It does
// nothing where v is no object.
func (v *Value) Set(name string, value *Value) {
	if v.Kind() != Object {
		return
	}
	v.change()
	if m := v.find(name); m != nil {
		m.value = value
		return
	}
	v.in.insert(v.in.place(name), member{quoted: stringOf(name), value: value})
}

// SetAll is Set of each member. Many of them go in at once: an object may have tens of thousands, and each that is put in
// alone moves all those behind it.
func (v *Value) SetAll(members iter.Seq2[string, *Value]) {
	if v.Kind() != Object {
		return
	}
	var fresh map[string]*Value
	alone := few
	for name, value := range members {
		switch {
		case alone > 0:
			v.Set(name, value)
			alone--
		case v.Has(name):
			v.Set(name, value)
		case fresh == nil:
			fresh = map[string]*Value{name: value}
		default:
			fresh[name] = value
		}
	}
	if len(fresh) > 0 {
		v.change()
		v.in.insertAll(fresh)
	}
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
	parent, name := v.Get(path[:len(path)-1]...), path[len(path)-1]
	if parent.find(name) == nil {
		return false
	}
	parent.change()
	at := parent.in.find(name)
	parent.in.remove(at)
	return true
}

// RemoveIf takes away the members whose names are gone, in one pass, and says how many went.
func (v *Value) RemoveIf(gone func(name string) bool) int {
	if v.Kind() != Object {
		return 0
	}
	is := func(m member) bool { return gone(m.key()) }
	if !slices.ContainsFunc(v.opened().members, is) {
		return 0
	}
	v.change()
	had := len(v.in.members)
	v.in.members, v.in.keys.index = slices.DeleteFunc(v.in.members, is), nil
	return had - len(v.in.members)
}

// SetElements gives an array new elements; those of the old ones that are among them keep their text.
func (v *Value) SetElements(elements []*Value) {
	if v.Kind() != Array {
		return
	}
	v.change()
	v.in.elements = elements
}

// Edit puts what edit returns in the place of each member or element, in one pass; key is "" for elements. What is
// returned may be the value itself, edited. It says whether the text changes, as it does where the text has a key twice.
func (v *Value) Edit(edit func(key string, e *Value) *Value) bool {
	if v.Kind() < Array {
		return false
	}
	in := v.opened()
	if in.doubled {
		v.change()
	}
	for i := range in.members {
		was := in.members[i].value
		if is := edit(in.members[i].key(), was); is != was || is.raw == nil {
			v.change()
			in.members[i].value = is
		}
	}
	own := false // the elements may be edited in place
	for i, was := range in.elements {
		is := edit("", was)
		if is == was && is.raw != nil {
			continue
		}
		if v.change(); !own {
			in.elements, own = slices.Clone(in.elements), true
		}
		in.elements[i] = is
	}
	return v.raw == nil
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

// Clone returns a copy that can be changed on its own; text is shared, and only what was changed is copied.
func (v *Value) Clone() *Value {
	if v == nil {
		return nil
	}
	c := v.clone(new(memo))
	return &c
}

func (v *Value) clone(m *memo) Value {
	if !m.changed(v) {
		return Value{raw: v.raw, kind: v.kind, depth: v.depth}
	}
	in := &inside{keys: v.in.keys.again()}
	if v.kind == Array {
		values := make([]Value, len(v.in.elements))
		in.elements = make([]*Value, len(values))
		for i, e := range v.in.elements {
			values[i] = e.clone(m)
			in.elements[i] = &values[i]
		}
		return Value{kind: v.kind, depth: v.depth, in: in}
	}
	values := make([]Value, len(v.in.members))
	in.members = make([]member, len(values))
	for i, old := range v.in.members {
		values[i] = old.value.clone(m)
		in.members[i] = member{quoted: old.quoted, value: &values[i]}
	}
	return Value{kind: v.kind, depth: v.depth, in: in}
}
