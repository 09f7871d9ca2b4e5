package yamldiff

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// together says that two changes, one after the other, are removals of one step in one place.
func together(a, b report.Change) bool {
	if a.Op != string(object.Remove) || b.Op != a.Op || a.By != b.By {
		return false
	}
	return parentOf(a.Path) == parentOf(b.Path)
}

func parentOf(pointer string) string { return pointer[:max(0, strings.LastIndexByte(pointer, '/'))] }

var (
	errNoPlace = errors.New("the item has no such field")
	unescape   = strings.NewReplacer("~1", "/", "~0", "~")
)

// undoOne takes one change back and returns the document, which is another one where the whole of it was changed.
func undoOne(v *object.Value, c report.Change) (*object.Value, error) {
	var old *object.Value
	if c.Op != string(object.Add) {
		var err error
		if old, err = object.Parse(c.Old); err != nil {
			return nil, err
		}
	}
	if c.Path == "" {
		if old == nil {
			return nil, errNoPlace
		}
		return old, nil
	}
	parent := v
	keys := strings.Split(c.Path[1:], "/")
	for _, key := range keys[:len(keys)-1] {
		if parent = child(parent, unescape.Replace(key)); parent == nil {
			return nil, errNoPlace
		}
	}
	key := unescape.Replace(keys[len(keys)-1])
	switch parent.Kind() {
	case object.Object:
		return v, undoMember(parent, key, old)
	case object.Array:
		return v, undoElement(parent, key, old, c.Op == string(object.Remove))
	}
	return nil, errNoPlace
}

// child is a member or an element, nil if there is none.
func child(v *object.Value, key string) *object.Value {
	if v.Kind() != object.Array {
		return v.Get(key)
	}
	elements := v.Elements()
	at, err := strconv.Atoi(key)
	if err != nil || at < 0 || at >= len(elements) {
		return nil
	}
	return elements[at]
}

func undoMember(parent *object.Value, key string, old *object.Value) error {
	if old != nil {
		parent.Set(key, old)
	} else if !parent.Remove(key) {
		return errNoPlace
	}
	return nil
}

// undoElement puts an element back, in the place of the one there or before it, or takes it out where old is nil.
func undoElement(parent *object.Value, key string, old *object.Value, insert bool) error {
	elements := slices.Clone(parent.Elements())
	at, err := strconv.Atoi(key)
	if err != nil || at < 0 || at > len(elements) || at == len(elements) && !insert {
		return errNoPlace
	}
	switch {
	case insert:
		elements = slices.Insert(elements, at, old)
	case old == nil:
		elements = slices.Delete(elements, at, at+1)
	default:
		elements[at] = old
	}
	parent.SetElements(elements)
	return nil
}
