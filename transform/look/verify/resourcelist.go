package verify

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/sidefiles"
)

// resourceList is the list of the backup's items, as hashes: what it names is read once more if that is needed.
type resourceList struct {
	file string
	seed maphash.Seed
	seen map[uint64]bool
}

func (v *verifier) readList(file string, in io.Reader) error {
	list := &resourceList{file: file, seed: v.seed, seen: map[uint64]bool{}}
	err := eachListed(in, func(kind, name string) { list.seen[list.hash(kind, name)] = false })
	if err != nil {
		return err
	}
	v.list = list
	return nil
}

// eachListed visits the names in a resource list, {"v1/Pod": ["shop/web"]}, one at a time.
func eachListed(in io.Reader, visit func(kind, name string)) error {
	decoder := json.NewDecoder(in)
	if err := want(decoder, json.Delim('{')); err != nil {
		return err
	}
	for decoder.More() {
		kind, err := decoder.Token()
		if err != nil {
			return err
		}
		if err := want(decoder, json.Delim('[')); err != nil {
			return err
		}
		for decoder.More() {
			var name string
			if err := decoder.Decode(&name); err != nil {
				return err
			}
			visit(kind.(string), name)
		}
		if err := want(decoder, json.Delim(']')); err != nil {
			return err
		}
	}
	return want(decoder, json.Delim('}'))
}

var errNotList = errors.New("not a list of items as Velero writes it")

func want(decoder *json.Decoder, delimiter json.Delim) error {
	token, err := decoder.Token()
	if err == nil && token != delimiter {
		err = fmt.Errorf("%w: %v stands where %v should", errNotList, token, delimiter)
	}
	return err
}

func (l *resourceList) hash(kind, name string) uint64 {
	return maphash.Comparable(l.seed, [2]string{kind, name})
}

// kindOf is what the list files an item under. A plain definition in v1beta1 may be in the place of one in v1.
func (l *resourceList) kindOf(o *object.Value, key layout.ItemKey) string {
	kind := sidefiles.ListKey(o)
	if kind != sidefiles.OldDefinition || key.VersionDir != "" {
		return kind
	}
	if seen, named := l.seen[l.hash(sidefiles.Definition, key.Name)]; named && !seen {
		return sidefiles.Definition
	}
	return kind
}

// see marks an item as there, or finds that the list lacks it.
func (l *resourceList) see(v *verifier, path string, key layout.ItemKey, kind string) {
	name := sidefiles.ListName(key.Namespace, key.Name)
	h := l.hash(kind, name)
	if _, named := l.seen[h]; !named {
		if v.later[key.Plain()] {
			v.added++
			return
		}
		v.report.find(ListLacksItem, l.file, path, fmt.Sprintf("does not name %s %s", kind, name))
		return
	}
	l.seen[h] = true
}

// missing are the items that the list has and the archive has not: those on which Velero failed go into the report, the
// others come back.
func (v *verifier) missing() (lost []FailedItem, err error) {
	if v.list == nil || !slices.Contains(slices.Collect(maps.Values(v.list.seen)), false) {
		return nil, nil
	}
	l := v.list
	var missing []FailedItem
	err = tarball.ReadSideFile(filepath.Join(v.folder.dir, l.file), v.o.Open.Limits, func(in io.Reader) error {
		return eachListed(in, func(kind, name string) {
			if !l.seen[l.hash(kind, name)] {
				missing = append(missing, FailedItem{Kind: kind, Name: name})
			}
		})
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(missing, func(a, b FailedItem) int { return cmp.Compare(a.Kind+" "+a.Name, b.Kind+" "+b.Name) })
	v.report.Failed, lost = v.folder.explain(missing)
	return lost, nil
}
