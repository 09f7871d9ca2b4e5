package object

import "slices"

// This file keeps how a value stood before it was changed, so that TakeChanges can tell the difference without a copy.

// former is how one level stood.
type former struct {
	raw      []byte
	members  []member
	elements []*Value
}

// change has to be called before a level is changed. It keeps how the level stands; the text goes, as it is no longer
// true.
func (v *Value) change() {
	in := v.opened()
	if in.before == nil {
		in.before = &former{raw: v.raw, members: in.members, elements: in.elements}
		in.members = append(make([]member, 0, len(in.members)+2), in.members...)
	}
	v.raw = nil
}

// touched says whether anything in the value was changed since its changes were last taken.
func (v *Value) touched() bool {
	if v.in == nil {
		return false
	}
	if v.in.before != nil {
		return true
	}
	for i := range v.in.members {
		if v.in.members[i].value.touched() {
			return true
		}
	}
	return slices.ContainsFunc(v.in.elements, (*Value).touched)
}

// settle forgets how the value stood before.
func (v *Value) settle() {
	if v.in == nil {
		return
	}
	v.in.before = nil
	for i := range v.in.members {
		v.in.members[i].value.settle()
	}
	for _, e := range v.in.elements {
		e.settle()
	}
}

// members returns the members that the differ is to compare.
func (d *differ) members(v *Value) []member {
	in := v.opened()
	if d.since && in.before != nil {
		return in.before.members
	}
	return in.members
}

// elements returns the elements that the differ is to compare.
func (d *differ) elements(v *Value) []*Value {
	in := v.opened()
	if d.since && in.before != nil {
		return in.before.elements
	}
	return in.elements
}

// old returns the value as the differ takes it, for a Change to keep.
func (d *differ) old(v *Value) *Value {
	if !d.since || !d.touchedIn.touched(v) {
		return v
	}
	in := v.opened()
	was := &Value{raw: v.raw, kind: v.kind, depth: v.depth, in: &inside{}}
	if in.before != nil {
		was.raw = in.before.raw
	}
	for _, m := range d.members(v) {
		was.in.members = append(was.in.members, member{quoted: m.quoted, value: d.old(m.value)})
	}
	for _, e := range d.elements(v) {
		was.in.elements = append(was.in.elements, d.old(e))
	}
	was.in.order()
	return was
}
