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
func Equal(a, b *Value) bool { return !(&differ{}).differs(a, b) }

// Diff lists what turns before into after, object members in the order of before, then of after. A list whose length
// changed is compared from both ends, so that one element put in front is one addition.
func Diff(before, after *Value) []Change {
	var d differ
	d.value("", before, after)
	return d.changes
}

// TakeChanges lists, as Diff does, what was done to the value since it was parsed or since its changes were last taken,
// and forgets it. That costs no more than the levels that were looked at or changed.
func (v *Value) TakeChanges() []Change {
	d := differ{since: true}
	if v.touched() {
		d.changes = make([]Change, 0, 8) // most steps make fewer
		d.value("", v, v)
		v.settle()
	}
	return d.changes
}

// differ compares a value a with a value b. With since set, a is as it stood when its changes were last taken.
type differ struct {
	since   bool
	changes []Change

	changedIn, touchedIn memo
}

func (d *differ) value(path string, a, b *Value) {
	switch {
	case d.same(a, b):
	case a == nil:
		d.changes = append(d.changes, Change{Op: Add, Path: path, New: b})
	case b == nil:
		d.changes = append(d.changes, Change{Op: Remove, Path: path, Old: d.old(a)})
	case a.kind == Object && b.kind == Object:
		d.object(path, a, b)
	case a.kind == Array && b.kind == Array:
		d.array(path, a, b)
	case d.differs(a, b):
		d.changes = append(d.changes, Change{Op: Replace, Path: path, Old: d.old(a), New: b})
	}
}

// same is the quick way out: nothing was changed, or both are unchanged and have one text.
func (d *differ) same(a, b *Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	if a == b {
		return !d.since || !d.touchedIn.touched(a)
	}
	if len(a.raw) != len(b.raw) || len(a.raw) == 0 {
		return false
	}
	if &a.raw[0] == &b.raw[0] || bytes.Equal(a.raw, b.raw) {
		return !d.changedIn.changed(a) && !d.changedIn.changed(b)
	}
	return false
}

func (d *differ) differs(a, b *Value) bool {
	if d.same(a, b) {
		return false
	}
	if a.Kind() != b.Kind() {
		return true
	}
	switch a.Kind() {
	case Object:
		members := d.members(a)
		if len(members) != b.Len() {
			return true
		}
		for i := range members {
			at := b.in.position(&members[i], i)
			if at < 0 || d.differs(members[i].value, b.in.members[at].value) {
				return true
			}
		}
		return false
	case Array:
		return !slices.EqualFunc(d.elements(a), b.Elements(), func(a, b *Value) bool { return !d.differs(a, b) })
	case String:
		return a.Str() != b.Str()
	}
	return !bytes.Equal(a.raw, b.raw)
}

// object compares members by key. Both sides mostly have the same keys in the same order, so each key is looked for
// where the one before it was found.
func (d *differ) object(path string, a, b *Value) {
	before, after := d.members(a), b.opened()
	next, common := 0, 0
	for i := range before {
		m := &before[i]
		at := after.position(m, next)
		if at < 0 {
			d.value(m.pointer(path), m.value, nil)
			continue
		}
		next, common = at+1, common+1
		if to := after.members[at].value; !d.same(m.value, to) {
			d.value(m.pointer(path), m.value, to)
		}
	}
	if common == len(after.members) {
		return
	}
	was := &inside{members: before}
	was.order()
	for i := range after.members {
		if m := &after.members[i]; was.position(m, i) < 0 {
			d.value(m.pointer(path), nil, m.value)
		}
	}
}

// position returns the index of the member with m's key, -1 if there is none; start is where it is looked for first.
func (in *inside) position(m *member, start int) int {
	if start < len(in.members) && bytes.Equal(in.members[start].quoted, m.quoted) {
		return start
	}
	return in.find(m.name())
}

func (d *differ) array(path string, a, b *Value) {
	as, bs := d.elements(a), b.Elements()
	if len(as) == len(bs) {
		for i := range as {
			if !d.same(as[i], bs[i]) {
				d.value(path+"/"+strconv.Itoa(i), as[i], bs[i])
			}
		}
		return
	}
	front := 0
	for front < len(as) && front < len(bs) && !d.differs(as[front], bs[front]) {
		front++
	}
	back := 0
	for back < len(as)-front && back < len(bs)-front && !d.differs(as[len(as)-1-back], bs[len(bs)-1-back]) {
		back++
	}
	for i, v := range as[front : len(as)-back] {
		d.value(path+"/"+strconv.Itoa(front+i), v, nil)
	}
	for i, v := range bs[front : len(bs)-back] {
		d.value(path+"/"+strconv.Itoa(front+i), nil, v)
	}
}

// pointer is the member's path below that of its object.
func (m *member) pointer(path string) string {
	if inner := m.inner(); isPlain(inner) && bytes.IndexByte(inner, '~') < 0 && bytes.IndexByte(inner, '/') < 0 {
		return path + "/" + string(inner)
	}
	return path + "/" + escapePointer(m.key())
}

func escapePointer(key string) string {
	if strings.IndexByte(key, '~') < 0 && strings.IndexByte(key, '/') < 0 {
		return key
	}
	return strings.ReplaceAll(strings.ReplaceAll(key, "~", "~0"), "/", "~1")
}
