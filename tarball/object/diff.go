package object

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// Op is what happened to a place: RFC 6902's words.
type Op string

// The operations of a Change.
const (
	Add     Op = "add"
	Remove  Op = "remove"
	Replace Op = "replace"
)

// Change is one difference between two values. Path is a JSON pointer (RFC 6901); Old is nil for Add, New for Remove.
type Change struct {
	Op       Op
	Path     string
	Old, New *Value
}

// Equal says whether two values mean the same: the order of keys and white space do not count, the text of numbers does.
func Equal(a, b *Value) bool { return !differs(a, b) }

func differs(a, b *Value) bool {
	if sameText(a, b) {
		return false
	}
	if a.Kind() != b.Kind() {
		return true
	}
	switch a.Kind() {
	case Object:
		if a.Len() != b.Len() {
			return true
		}
		for i := range a.members {
			m := b.find(a.members[i].key())
			if m == nil || differs(a.members[i].value, m.value) {
				return true
			}
		}
		return false
	case Array:
		return !slices.EqualFunc(a.Elements(), b.Elements(), Equal)
	case String:
		return a.Str() != b.Str()
	}
	return !bytes.Equal(a.JSON(), b.JSON())
}

// sameText is the quick way out: both are unchanged and have one text.
func sameText(a, b *Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a == b {
		return true
	}
	if len(a.raw) != len(b.raw) || len(a.raw) == 0 {
		return false
	}
	if &a.raw[0] == &b.raw[0] || bytes.Equal(a.raw, b.raw) {
		return !a.Changed() && !b.Changed()
	}
	return false
}

// Diff lists what turns before into after, object members in the order of before, then of after. A list whose length
// changed is compared from both ends, so that one element put in front is one addition.
func Diff(before, after *Value) []Change {
	var d differ
	d.value("", before, after)
	return d.changes
}

type differ struct{ changes []Change }

func (d *differ) value(path string, a, b *Value) {
	switch {
	case sameText(a, b):
	case a == nil:
		d.changes = append(d.changes, Change{Op: Add, Path: path, New: b})
	case b == nil:
		d.changes = append(d.changes, Change{Op: Remove, Path: path, Old: a})
	case a.kind == Object && b.kind == Object:
		d.object(path, a, b)
	case a.kind == Array && b.kind == Array:
		d.array(path, a, b)
	case differs(a, b):
		d.changes = append(d.changes, Change{Op: Replace, Path: path, Old: a, New: b})
	}
}

// object compares members by key. Both sides mostly have the same keys in the same order, so each key is looked for
// where the one before it was found.
func (d *differ) object(path string, a, b *Value) {
	a.ensure()
	b.ensure()
	next, common := 0, 0
	for i := range a.members {
		m := &a.members[i]
		at := b.position(m, next)
		if at < 0 {
			d.value(path+"/"+escapePointer(m.key()), m.value, nil)
			continue
		}
		next, common = at+1, common+1
		if !sameText(m.value, b.members[at].value) {
			d.value(path+"/"+escapePointer(m.key()), m.value, b.members[at].value)
		}
	}
	if common == len(b.members) {
		return
	}
	for i := range b.members {
		if m := &b.members[i]; a.position(m, i) < 0 {
			d.value(path+"/"+escapePointer(m.key()), nil, m.value)
		}
	}
}

// position returns the index of the member with m's key, -1 if there is none; start is where it is looked for first.
func (v *Value) position(m *member, start int) int {
	if start < len(v.members) && bytes.Equal(v.members[start].quoted, m.quoted) {
		return start
	}
	for i := range v.members {
		if bytes.Equal(v.members[i].quoted, m.quoted) {
			return i
		}
	}
	if bytes.IndexByte(m.quoted, '\\') < 0 && isPlain(m.quoted) && !v.hasEscapedKey() {
		return -1
	}
	return slices.IndexFunc(v.members, func(o member) bool { return o.key() == m.key() })
}

func (v *Value) hasEscapedKey() bool {
	return slices.ContainsFunc(v.members, func(m member) bool { return bytes.IndexByte(m.quoted, '\\') >= 0 })
}

func (d *differ) array(path string, a, b *Value) {
	as, bs := a.Elements(), b.Elements()
	if len(as) == len(bs) {
		for i := range as {
			d.value(path+"/"+strconv.Itoa(i), as[i], bs[i])
		}
		return
	}
	front := 0
	for front < len(as) && front < len(bs) && !differs(as[front], bs[front]) {
		front++
	}
	back := 0
	for back < len(as)-front && back < len(bs)-front && !differs(as[len(as)-1-back], bs[len(bs)-1-back]) {
		back++
	}
	for i, v := range as[front : len(as)-back] {
		d.value(path+"/"+strconv.Itoa(front+i), v, nil)
	}
	for i, v := range bs[front : len(bs)-back] {
		d.value(path+"/"+strconv.Itoa(front+i), nil, v)
	}
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

func escapePointer(key string) string { return pointerEscapes.Replace(key) }
