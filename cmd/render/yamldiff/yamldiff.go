package yamldiff

import (
	"bytes"
	"fmt"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/report"
)

// alwaysDropped is the stage that takes away what a restore always drops: what the server sets, and the status.
const alwaysDropped = "metadata-reset"

// Hunks returns what a restore changes in the item, as a unified diff of YAML from its first "@@" on, with three lines
// around each difference: from the item as it is in the backup without what a restore always drops, or with full as it
// is there, to the item as Velero would send it. Without full, managedFields and the two labels of every restore are left out
// on both sides. It is empty where nothing differs, and for an item that is not sent.
func Hunks(i *report.Item, full bool) ([]byte, error) { return hunksOf(i, full, !full) }

// All is Hunks of an item for which managedFields and the two labels are shown as well.
func All(i *report.Item) ([]byte, error) { return hunksOf(i, false, false) }

func hunksOf(i *report.Item, full, quiet bool) ([]byte, error) {
	if len(i.Object) == 0 {
		return nil, nil
	}
	v, err := object.Parse(i.Object)
	if err != nil {
		return nil, err
	}
	after := newDocument(v, nil, quiet)
	if v, err = undo(v, i.Changes, full); err != nil {
		return nil, err
	}
	return hunks(newDocument(v, after, quiet).text, after.text), nil
}

// Between returns the unified diff of two values as YAML, from its first "@@" on; nil stands for nothing at all.
func Between(before, after *object.Value) []byte {
	var texts [2][]byte
	for n, v := range []*object.Value{before, after} {
		if v != nil {
			texts[n] = newDocument(v, nil, false).text
		}
	}
	return hunks(texts[0], texts[1])
}

// undo takes the changes back, the last one first.
func undo(v *object.Value, changes []report.Change, full bool) (*object.Value, error) {
	for n := len(changes); n > 0; {
		first := n - 1
		for first > 0 && together(changes[first-1], changes[first]) {
			first--
		}
		if c := changes[first]; c.By != alwaysDropped || full {
			var err error
			if v, err = undoAll(v, changes[first:n]); err != nil {
				return nil, fmt.Errorf("%s %s by %s: %w", c.Op, c.Path, c.By, err)
			}
		}
		n = first
	}
	return v, nil
}

// document is a value as YAML with its keys sorted, and of an object each member by itself: most of them are the same
// before a restore and after it, and need not be sorted and written twice.
type document struct {
	text    []byte
	members map[string]section
}

// section is what a member is as JSON and as YAML.
type section struct{ json, yaml []byte }

// Quiet is the metadata of an item without what says nothing of it: managedFields, and the two labels of every restore.
func Quiet(metadata *object.Value) *object.Value {
	quiet := metadata.Clone()
	quiet.Remove("managedFields")
	for _, label := range restoreLabels {
		quiet.Remove("labels", label)
	}
	if labels := quiet.Get("labels"); labels.Kind() == object.Object && labels.Len() == 0 {
		quiet.Remove("labels")
	}
	return quiet
}

// restoreLabels are those that Velero sets on every restored item (v1.18.2 pkg/apis/velero/v1/labels_annotations.go).
var restoreLabels = []string{"velero.io/backup-name", "velero.io/restore-name"}

// newDocument takes what it can from another document of nearly the same value, which may be nil.
func newDocument(v *object.Value, other *document, quiet bool) *document {
	if v.Kind() != object.Object || v.Len() == 0 {
		return &document{text: yamltext.AppendJSON(nil, v.AppendSorted(nil))}
	}
	d := &document{members: make(map[string]section, v.Len())}
	for _, key := range sortedKeys(v) {
		value := v.Get(key)
		if quiet && key == "metadata" && value.Kind() == object.Object {
			value = Quiet(value)
		}
		s := section{json: value.JSON()}
		if other != nil && bytes.Equal(other.members[key].json, s.json) {
			s.yaml = other.members[key].yaml
		} else {
			s.yaml = memberText(key, value)
		}
		d.members[key] = s
		d.text = append(d.text, s.yaml...)
	}
	return d
}

func memberText(key string, v *object.Value) []byte {
	text := append(object.Text(key).Append([]byte{'{'}), ':')
	return yamltext.AppendJSON(nil, append(v.AppendSorted(text), '}'))
}
