package object

import (
	"bytes"
	"slices"
	"strconv"
)

// Become makes an object mean what after means, and keeps of its own text whatever means the same: the order of members,
// how numbers and strings are written. Two numbers mean the same if they are the same to a Kubernetes client, which reads
// integers of 64 bits, and floating-point numbers of 64 bits for all else.
func (v *Value) Become(after *Value) { v.become(after) }

// become returns what is to stand in the place of v: v itself, edited, where it is of after's kind.
func (v *Value) become(after *Value) *Value {
	switch {
	case v.Kind() != after.Kind():
		return after
	case v.kind == Object:
		v.becomeObject(after)
		return v
	case v.kind == Array:
		v.becomeArray(after)
		return v
	case v.means(after):
		return v
	}
	return after
}

func (v *Value) becomeObject(after *Value) {
	if v.sameText(after) {
		return
	}
	v.RemoveIf(func(name string) bool { return !after.Has(name) })
	for name, to := range after.Members() {
		was := v.Get(name)
		if was == nil {
			v.Set(name, to)
			continue
		}
		if is := was.become(to); is != was {
			v.Set(name, is)
		}
	}
}

// becomeArray lets elements become those that took their place. Where a list got longer or shorter, the ones at both ends
// that mean the same are told first, and those in between by what they mean or by their name.
func (v *Value) becomeArray(after *Value) {
	if v.sameText(after) {
		return
	}
	was, to := v.Elements(), after.Elements()
	front, back := 0, 0
	for front < len(was) && front < len(to) && was[front].means(to[front]) {
		front++
	}
	for back < len(was)-front && back < len(to)-front && was[len(was)-1-back].means(to[len(to)-1-back]) {
		back++
	}
	is := make([]*Value, 0, len(to))
	is = append(is, was[:front]...)
	is = append(is, becomeMiddle(was[front:len(was)-back], to[front:len(to)-back])...)
	is = append(is, was[len(was)-back:]...)
	if !slices.Equal(is, was) {
		v.SetElements(is)
	}
}

// manyElements bounds how many elements are held against each other.
const manyElements = 1000

func becomeMiddle(was, to []*Value) []*Value {
	is := make([]*Value, len(to))
	if len(was) > manyElements || len(to) > manyElements {
		copy(is, to)
		return is
	}
	used := make([]bool, len(was))
	for i, e := range to {
		at := -1
		if len(was) == len(to) && was[i].sameName(e) {
			at = i
		}
		for n := 0; n < len(was) && at < 0; n++ {
			if !used[n] && (was[n].means(e) || was[n].isNamed() && was[n].sameName(e)) {
				at = n
			}
		}
		if at < 0 || used[at] {
			is[i] = e
			continue
		}
		used[at] = true
		is[i] = was[at].become(e)
	}
	return is
}

// isNamed says that an element has a name among others of its list.
func (v *Value) isNamed() bool { return v.Get("name").Str() != "" }

func (v *Value) sameName(other *Value) bool { return v.Get("name").Str() == other.Get("name").Str() }

// sameText is the quick way to tell that nothing differs.
func (v *Value) sameText(other *Value) bool {
	return len(v.raw) > 0 && bytes.Equal(v.raw, other.raw) && !v.Changed() && !other.Changed()
}

// means says whether two values mean the same.
func (v *Value) means(other *Value) bool {
	if v.Kind() != other.Kind() {
		return false
	}
	if v.sameText(other) {
		return true
	}
	switch v.kind {
	case Object:
		if v.Len() != other.Len() {
			return false
		}
		for name, e := range v.Members() {
			if !e.means(other.Get(name)) {
				return false
			}
		}
		return true
	case Array:
		mine, theirs := v.Elements(), other.Elements()
		if len(mine) != len(theirs) {
			return false
		}
		for i := range mine {
			if !mine[i].means(theirs[i]) {
				return false
			}
		}
		return true
	case String:
		return v.Str() == other.Str()
	case Number:
		return sameNumber(string(v.raw), string(other.raw))
	}
	return bytes.Equal(v.raw, other.raw)
}

// sameNumber says whether a Kubernetes client reads two texts as one number.
func sameNumber(a, b string) bool {
	if a == b {
		return true
	}
	i, errI := strconv.ParseInt(a, 10, 64)
	k, errK := strconv.ParseInt(b, 10, 64)
	if errI == nil && errK == nil {
		return i == k
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	return errX == nil && errY == nil && x == y
}
