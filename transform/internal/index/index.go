// Package index is a compact catalogue of a backup's items, made in one pass over the archive, with the bodies in a
// spool on disk for access in any order. Its memory grows with the number of items, never with their bytes.
package index

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/spool"
)

// Options say what is catalogued.
type Options struct {
	// Keep says whether the body of an item may be asked for; where it says no, only the name is kept.
	Keep func(layout.ItemKey) bool
	// Versions says of the copies in the folders of versions which are kept beside the plain ones; nil keeps none.
	Versions func(layout.ItemKey) bool
	// TempDir is where the spool goes, the system's default where empty.
	TempDir string
	// OnIndexed, if set, is called every 1,024 entries with how many were added to the index.
	OnIndexed func(entries int64)
}

// often is after how many entries OnIndexed is called.
const often = 1024

// Index is the catalogue. It is for one goroutine.
type Index struct {
	records   []record
	texts     texts // their names
	resources names
	dirs      names // version directories
	spaces    names // namespaces
	spool     *spool.Spool
	stray     []Stray
	longName  string
	folders   map[string]map[string]bool // resource -> version directories, all copies counted
	entries   int64
	bytes     int64 // of all entries of the archive
}

// Stray is an entry below resources/ that lies where no item can lie.
type Stray struct {
	Path string
	Err  error
}

// record is one item: 28 bytes without a pointer, and its name.
type record struct {
	name      text
	ref       spool.Ref
	space     uint32
	resource  uint16
	dir       uint16
	spooled   bool
	processed bool
	landed    bool
}

// names gives small numbers to strings that come often.
type names struct {
	list []string
	id   map[string]uint32
	rank []uint32 // position of each number in the sorted list, once sorted
}

func (n *names) number(s string) uint32 {
	if i, ok := n.id[s]; ok {
		return i
	}
	if n.id == nil {
		n.id = map[string]uint32{}
	}
	i := uint32(len(n.list))
	s = strings.Clone(s)
	n.list = append(n.list, s)
	n.id[s] = i
	return i
}

func (n *names) sort() {
	n.rank = make([]uint32, len(n.list))
	for position, name := range slices.Sorted(slices.Values(n.list)) {
		n.rank[n.id[name]] = uint32(position)
	}
}

// Build reads the whole archive. Errors of the archive end it; entries in odd places are kept as Strays.
func Build(ctx context.Context, src *tarball.Source, o Options) (*Index, error) {
	b, err := NewBuilder(o.TempDir)
	if err != nil {
		return nil, err
	}
	defer b.Abort()
	if err := src.Each(ctx, func(e *tarball.Entry) error { return b.index.add(e, &o) }); err != nil {
		return nil, err
	}
	return b.Finish()
}

func (x *Index) add(e *tarball.Entry, o *Options) error {
	if x.entries++; o.OnIndexed != nil && x.entries%often == 0 {
		o.OnIndexed(often)
	}
	x.bytes += e.Size
	key, err := layout.Parse(e.Path)
	if errors.Is(err, layout.ErrNotItem) {
		return nil
	}
	if err != nil {
		x.stray = append(x.stray, Stray{Path: e.Path, Err: err})
		return nil
	}
	x.note(key)
	if len(key.Name) > longestFile-len(".json") && x.longName == "" {
		x.longName = e.Path
	}
	if key.VersionDir != "" && (o.Versions == nil || !o.Versions(key)) {
		return nil
	}
	return x.record(e, key, o)
}

// note remembers which version directories a resource has.
func (x *Index) note(key layout.ItemKey) {
	dirs := x.folders[key.Resource]
	if dirs == nil {
		dirs = map[string]bool{}
		x.folders[strings.Clone(key.Resource)] = dirs
	}
	if key.VersionDir != "" && !dirs[key.VersionDir] {
		dirs[strings.Clone(key.VersionDir)] = true
	}
}

func (x *Index) record(e *tarball.Entry, key layout.ItemKey, o *Options) error {
	if o.Keep != nil && !o.Keep(key) {
		return x.put(key, e.Path, nil, false)
	}
	body, err := e.Body()
	if err != nil {
		return err
	}
	return x.put(key, e.Path, body, true)
}

// put adds a record.
func (x *Index) put(key layout.ItemKey, path string, body []byte, keep bool) error {
	resource, dir := x.resources.number(key.Resource), x.dirs.number(key.VersionDir)
	if resource > 0xffff || dir > 0xffff {
		return fmt.Errorf("%s: more than 65536 resources or versions in one backup", path)
	}
	r := record{space: x.spaces.number(key.Namespace), resource: uint16(resource), dir: uint16(dir)}
	r.name = x.texts.add(key.Name)
	if keep {
		var err error
		if r.ref, err = x.spool.Add(path, body); err != nil {
			return err
		}
		r.spooled = true
	}
	x.records = append(x.records, r)
	return nil
}

// sort puts the records in the order of resource, version, namespace and file name, which is the order in which Velero
// reads a directory: "a-b.json" comes before "a.json".
func (x *Index) sort() {
	x.texts.finish()
	x.resources.sort()
	x.dirs.sort()
	x.spaces.sort()
	slices.SortFunc(x.records, func(a, b record) int {
		return cmp.Or(x.compare(x.place(&a), x.place(&b)), a.name.compare(b.name)) // the first of a path stays the first
	})
	x.records = slices.Clip(slices.CompactFunc(x.records, func(a, b record) bool { return x.compare(x.place(&a), x.place(&b)) == 0 }))
}

// place is what records are sorted by.
type place struct {
	resource, dir uint16
	space         uint32
	name          string
}

func (x *Index) place(r *record) place { return place{r.resource, r.dir, r.space, x.texts.get(r.name)} }

func (x *Index) compare(a, b place) int {
	if a.resource != b.resource {
		return cmp.Compare(x.resources.rank[a.resource], x.resources.rank[b.resource])
	}
	if a.dir != b.dir {
		return cmp.Compare(x.dirs.rank[a.dir], x.dirs.rank[b.dir])
	}
	if a.space != b.space {
		return cmp.Compare(x.spaces.rank[a.space], x.spaces.rank[b.space])
	}
	return compareFiles(a.name, b.name)
}

// compareFiles orders names as the names of their files are ordered, with the suffix ".json".
func compareFiles(a, b string) int {
	n := min(len(a), len(b))
	if c := cmp.Compare(a[:n], b[:n]); c != 0 || len(a) == len(b) {
		return c
	}
	if len(a) < len(b) {
		return cmp.Compare(".json", b[n:]+".json")
	}
	return cmp.Compare(a[n:]+".json", ".json")
}

// ID is the number of an item in the catalogue, in its order.
type ID int

// Key returns the item's address.
func (x *Index) Key(id ID) layout.ItemKey {
	r := &x.records[id]
	return layout.ItemKey{
		Address:    layout.Address{Resource: x.resources.list[r.resource], Namespace: x.spaces.list[r.space], Name: x.texts.get(r.name)},
		VersionDir: x.dirs.list[r.dir],
	}
}

// Len returns the number of items.
func (x *Index) Len() int { return len(x.records) }

// Find returns the item at the address.
func (x *Index) Find(key layout.ItemKey) (ID, bool) {
	resource, ok1 := x.resources.id[key.Resource]
	dir, ok2 := x.dirs.id[key.VersionDir]
	space, ok3 := x.spaces.id[key.Namespace]
	if !ok1 || !ok2 || !ok3 {
		return 0, false
	}
	want := place{uint16(resource), uint16(dir), space, key.Name}
	i, found := sort.Find(len(x.records), func(i int) int { return x.compare(want, x.place(&x.records[i])) })
	return ID(i), found
}

// Body returns the item's bytes; ok is false where Keep left them out. The bytes must not be changed.
func (x *Index) Body(id ID) (body []byte, ok bool, err error) { return x.AppendBody(nil, id) }

// AppendBody is Body, and adds the bytes to dst.
func (x *Index) AppendBody(dst []byte, id ID) (body []byte, ok bool, err error) {
	r := &x.records[id]
	if !r.spooled {
		return dst, false, nil
	}
	body, err = x.spool.Append(dst, r.ref)
	return body, true, err
}

// Mark notes that the item was processed and says whether it was before.
func (x *Index) Mark(id ID) (before bool) {
	before = x.records[id].processed
	x.records[id].processed = true
	return before
}

// Marked says whether the item was processed.
func (x *Index) Marked(id ID) bool { return x.records[id].processed }

// Land notes that the target has the item once the restore is over.
func (x *Index) Land(id ID) { x.records[id].landed = true }

// Landed says whether Land was told of the item.
func (x *Index) Landed(id ID) bool { return x.records[id].landed }

// Range is a run of items of one resource, version and namespace.
type Range struct {
	Namespace string
	From, To  ID // To is not part of it
}

// Ranges returns the items of a resource by namespace, cluster scope first, in order.
func (x *Index) Ranges(resource, versionDir string) []Range {
	res, ok1 := x.resources.id[resource]
	dir, ok2 := x.dirs.id[versionDir]
	if !ok1 || !ok2 {
		return nil
	}
	first := place{resource: uint16(res), dir: uint16(dir), space: uint32(slices.Index(x.spaces.rank, 0))}
	from := sort.Search(len(x.records), func(i int) bool { return x.compare(x.place(&x.records[i]), first) >= 0 })
	var ranges []Range
	for i := from; i < len(x.records); {
		r := x.records[i]
		if r.resource != first.resource || r.dir != first.dir {
			break
		}
		j := i
		for j < len(x.records) && x.records[j].resource == r.resource && x.records[j].dir == r.dir && x.records[j].space == r.space {
			j++
		}
		ranges = append(ranges, Range{Namespace: x.spaces.list[r.space], From: ID(i), To: ID(j)})
		i = j
	}
	return ranges
}

// Resources returns the folders below resources/, sorted.
func (x *Index) Resources() []string {
	return slices.Sorted(maps.Keys(x.folders))
}

// VersionDirs returns the version directories of a resource, sorted.
func (x *Index) VersionDirs(resource string) []string {
	return slices.Sorted(maps.Keys(x.folders[resource]))
}

// Namespaces returns the namespaces that hold items, sorted, without "".
func (x *Index) Namespaces() []string {
	list := slices.DeleteFunc(slices.Clone(x.spaces.list), func(s string) bool { return s == "" })
	slices.Sort(list)
	return list
}

// longestFile is how long the name of a file can be on the file systems of Linux.
const longestFile = 255

// Bytes is how large the files of the archive are together.
func (x *Index) Bytes() int64 { return x.bytes }

// LongName returns the first entry whose file could not be unpacked on Linux, "" if all could.
func (x *Index) LongName() string { return x.longName }

// Strays returns the entries in odd places.
func (x *Index) Strays() []Stray { return x.stray }

// Close removes the spool.
func (x *Index) Close() error { return x.spool.Close() }
