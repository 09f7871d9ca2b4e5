package sidefiles

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// Copy is a backup on its way into another folder.
type Copy struct {
	From, To   string            // names of the backups
	Namespaces map[string]string // the mapping
	Items      *Items
	Claimed    map[layout.NamespacedName]bool // claims that the copy's PersistentVolumes are for: namespace after the mapping, name
}

// edit changes one element of a list and says whether it stays.
type edit func(c *Copy, element *object.Value) bool

// edits are the lists that are rewritten; a file of another kind is copied.
var edits = map[layout.FileKind]edit{
	layout.PodVolumeBackups:          (*Copy).podVolumeBackup,
	layout.VolumeSnapshots:           (*Copy).volumeSnapshot,
	layout.VolumeInfos:               (*Copy).volumeInfo,
	layout.ItemOperations:            (*Copy).itemOperation,
	layout.CSIVolumeSnapshots:        (*Copy).csiSnapshot,
	layout.CSIVolumeSnapshotContents: (*Copy).csiSnapshotContent,
}

// Rewrites says whether files of this kind are lists that List rewrites.
func Rewrites(kind layout.FileKind) bool { return edits[kind] != nil }

// List rewrites a list element by element, so that one of any length takes the memory of its largest element, and writes
// it as encoding/json does. It returns how many elements stay.
func (c *Copy) List(kind layout.FileKind, in io.Reader, out io.Writer) (kept int, err error) {
	w := bufio.NewWriter(out)
	start := byte('[')
	err = EachElement(in, func(text json.RawMessage) error {
		element, err := object.Parse(bytes.Clone(text))
		if err != nil {
			return err
		}
		if element.Kind() != object.Object {
			return fmt.Errorf("%w: an element of the list is %s, not an object", errNotList, element.Kind())
		}
		if !edits[kind](c, element) {
			return nil
		}
		kept++
		_ = w.WriteByte(start)
		start = ','
		_, err = w.Write(element.JSON())
		return err
	})
	if err != nil {
		return 0, err
	}
	if kept == 0 {
		_ = w.WriteByte(start)
	}
	_, _ = w.WriteString("]\n")
	return kept, w.Flush()
}

var errNotList = errors.New("not a list as Velero writes it")

// EachElement visits the elements of a JSON array; null is an empty one, as Go programs write it.
func EachElement(in io.Reader, visit func(json.RawMessage) error) error {
	decoder := json.NewDecoder(in)
	switch start, err := decoder.Token(); {
	case err != nil:
		return err
	case start == nil:
		return nil
	case start != json.Delim('['):
		return fmt.Errorf("%w: it starts with %v", errNotList, start)
	}
	for decoder.More() {
		var text json.RawMessage
		if err := decoder.Decode(&text); err != nil {
			return err
		}
		if err := visit(text); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

// namespace maps the name of a namespace.
func (c *Copy) namespace(name string) string {
	if to, ok := c.Namespaces[name]; ok {
		return to
	}
	return name
}

// mapAt maps the namespace that stands at a path, if one does.
func (c *Copy) mapAt(v *object.Value, path ...string) {
	from := v.Get(path...).Str()
	if to := c.namespace(from); from != "" && to != from {
		v.Get(path[:len(path)-1]...).Set(path[len(path)-1], object.Text(to))
	}
}

// renameAt puts the new backup's name where the old one stands.
func (c *Copy) renameAt(v *object.Value, path ...string) {
	if v.Get(path...).Is(c.From) && c.To != c.From {
		v.Get(path[:len(path)-1]...).Set(path[len(path)-1], object.Text(c.To))
	}
}

func (c *Copy) kept(resource, namespace, name string) bool {
	kept, _ := c.Items.Kept(resource, namespace, name)
	return kept
}

// Items remembers which items of a backup are in the copy, by their addresses in the original: nine bytes each.
type Items struct {
	seed maphash.Seed
	kept map[uint64]bool
}

// NewItems returns a memory of no item.
func NewItems() *Items { return &Items{seed: maphash.MakeSeed(), kept: map[uint64]bool{}} }

// Note remembers an item.
func (s *Items) Note(item layout.ItemKey, kept bool) { s.kept[s.hash(item)] = kept }

// Kept says whether the item is in the copy; known is false for one that the original does not have either.
func (s *Items) Kept(resource, namespace, name string) (kept, known bool) {
	kept, known = s.kept[s.hash(layout.Address{Resource: resource, Namespace: namespace, Name: name}.Key())]
	return kept, known
}

func (s *Items) hash(item layout.ItemKey) uint64 { return maphash.Comparable(s.seed, item.Plain()) }
