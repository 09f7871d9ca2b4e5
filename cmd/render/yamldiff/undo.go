package yamldiff

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// together says that two changes, one after the other, are of one step, one kind and one place: they are taken back in one
// pass, as there may be tens of thousands.
func together(a, b report.Change) bool {
	return a.Op == b.Op && a.By == b.By && a.Path != "" && b.Path != "" && parentOf(a.Path) == parentOf(b.Path)
}

func parentOf(pointer string) string { return pointer[:max(0, strings.LastIndexByte(pointer, '/'))] }

var (
	errNoPlace = errors.New("the item has no such field")
	unescape   = strings.NewReplacer("~1", "/", "~0", "~")
)

// undoAll takes changes back that belong together, and returns the document, which is another one where the whole of it
// was changed.
func undoAll(v *object.Value, changes []report.Change) (*object.Value, error) {
	old := make([]*object.Value, len(changes)) // nil for what was added
	for i, c := range changes {
		if c.Op == string(object.Add) {
			continue
		}
		var err error
		if old[i], err = object.Parse(c.Old); err != nil {
			return nil, err
		}
	}
	if path := changes[0].Path; path == "" {
		if old[0] == nil {
			return nil, errNoPlace
		}
		return old[0], nil
	}
	parent := v
	above := strings.Split(parentOf(changes[0].Path), "/")
	for _, key := range above[1:] {
		if parent = child(parent, unescape.Replace(key)); parent == nil {
			return nil, errNoPlace
		}
	}
	keys := make([]string, len(changes))
	for i, c := range changes {
		keys[i] = unescape.Replace(c.Path[len(parentOf(c.Path))+1:])
	}
	switch parent.Kind() {
	case object.Object:
		return v, undoMembers(parent, keys, old)
	case object.Array:
		return v, undoElements(parent, keys, old, changes[0].Op == string(object.Remove))
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

func undoMembers(parent *object.Value, keys []string, old []*object.Value) error {
	if old[0] != nil {
		parent.SetAll(func(yield func(string, *object.Value) bool) {
			for i := range slices.Backward(keys) { // of one that was replaced twice the first one counts
				if !yield(keys[i], old[i]) {
					return
				}
			}
		})
		return nil
	}
	added := map[string]bool{}
	for _, key := range keys {
		added[key] = true
	}
	if parent.RemoveIf(func(key string) bool { return added[key] }) != len(keys) {
		return errNoPlace
	}
	return nil
}

// undoElements takes back changes of elements, the last one first. Those of one comparison have rising places, of before it
// or, where elements were added, of after it: one pass takes them back.
func undoElements(parent *object.Value, keys []string, old []*object.Value, insert bool) error {
	places := make([]int, len(keys))
	for i, key := range keys {
		var err error
		if places[i], err = strconv.Atoi(key); err != nil || places[i] < 0 {
			return errNoPlace
		}
	}
	elements := parent.Elements()
	for end := len(places); end > 0; {
		first := end - 1
		for first > 0 && places[first-1] < places[first] {
			first--
		}
		var ok bool
		if elements, ok = before(elements, places[first:end], old[first:end], insert); !ok {
			return errNoPlace
		}
		end = first
	}
	parent.SetElements(elements)
	return nil
}

// before is the list with elements put in at rising places, or with others in the place of those there, none for nil. It is
// not ok where the list has no such place.
func before(elements []*object.Value, places []int, old []*object.Value, insert bool) (_ []*object.Value, ok bool) {
	length := len(elements)
	if insert {
		length += len(places)
	}
	if places[len(places)-1] >= length {
		return nil, false
	}
	made := make([]*object.Value, 0, length)
	for at := range length {
		if len(places) == 0 || places[0] != at {
			made, elements = append(made, elements[0]), elements[1:]
			continue
		}
		if old[0] != nil {
			made = append(made, old[0])
		}
		if !insert {
			elements = elements[1:]
		}
		places, old = places[1:], old[1:]
	}
	return made, true
}
