package yamldiff

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/report"
)

// alwaysDropped is the stage that takes away what a restore always drops: what the server sets, and the status.
const alwaysDropped = "metadata-reset"

// Documents returns the item as YAML before and after the restore changed it: as it is in the backup without what a
// restore always drops, or with full as it is there; and as Velero would send it. Both are nil for an item that would
// not be sent.
func Documents(i *report.Item, full bool) (before, after []byte, err error) {
	if len(i.Object) == 0 {
		return nil, nil, nil
	}
	was, err := object.Parse(i.Object)
	if err != nil {
		return nil, nil, err
	}
	if after, err = document(was); err != nil {
		return nil, nil, err
	}
	if was, err = undo(was, i.Changes, full); err != nil {
		return nil, nil, err
	}
	before, err = document(was)
	return before, after, err
}

// Hunks returns the unified diff of Documents from its first "@@" on, with three lines around each difference. It is
// empty where there is none.
func Hunks(i *report.Item, full bool) ([]byte, error) {
	before, after, err := Documents(i, full)
	if err != nil {
		return nil, err
	}
	return hunks(before, after), nil
}

// hunks is a unified diff without its head, nil where nothing differs.
func hunks(before, after []byte) []byte {
	text := diff.Diff("", before, "", after)
	if at := bytes.Index(text, []byte("\n@@")); at >= 0 {
		return text[at+1:]
	}
	return nil
}

// document is the value as YAML with its keys sorted.
func document(v *object.Value) ([]byte, error) {
	sorted, err := object.Parse(appendSorted(nil, v))
	if err != nil {
		return nil, err
	}
	return yamltext.Append(nil, sorted), nil
}

type member struct {
	key   string
	value *object.Value
}

func appendSorted(dst []byte, v *object.Value) []byte {
	switch v.Kind() {
	case object.Object:
		var members []member
		for key, value := range v.Members() {
			members = append(members, member{key, value})
		}
		slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.key, b.key) })
		dst = append(dst, '{')
		for n, m := range members {
			if n > 0 {
				dst = append(dst, ',')
			}
			dst = append(object.Text(m.key).Append(dst), ':')
			dst = appendSorted(dst, m.value)
		}
		return append(dst, '}')
	case object.Array:
		dst = append(dst, '[')
		for n, e := range v.Elements() {
			if n > 0 {
				dst = append(dst, ',')
			}
			dst = appendSorted(dst, e)
		}
		return append(dst, ']')
	}
	return v.Append(dst)
}

// undo takes the changes back, the last one first.
func undo(v *object.Value, changes []report.Change, full bool) (*object.Value, error) {
	for n := len(changes); n > 0; {
		first := n - 1
		// Elements that were removed together have the places that they had before, so the first comes back first.
		for first > 0 && together(changes[first-1], changes[first]) {
			first--
		}
		for _, c := range changes[first:n] {
			if c.By == alwaysDropped && !full {
				continue
			}
			var err error
			if v, err = undoOne(v, c); err != nil {
				return nil, fmt.Errorf("%s %s by %s: %w", c.Op, c.Path, c.By, err)
			}
		}
		n = first
	}
	return v, nil
}

// Between returns the unified diff of two values as YAML, from its first "@@" on; nil stands for nothing at all.
func Between(before, after *object.Value) ([]byte, error) {
	var texts [2][]byte
	for n, v := range []*object.Value{before, after} {
		if v == nil {
			continue
		}
		var err error
		if texts[n], err = document(v); err != nil {
			return nil, err
		}
	}
	return hunks(texts[0], texts[1]), nil
}
