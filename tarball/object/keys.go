package object

import (
	"bytes"
	"maps"
	"slices"
	"sort"
)

// few is how many members are looked through one after the other. In more of them a key is found by halving where they
// are sorted, as in what Velero writes, else by an index: an object may have tens of thousands, and each be asked for.
const few = 16

// keys is what is known of an object's keys.
type keys struct {
	unsorted bool           // or one has a backslash in it, so that its bytes are not its meaning
	escaped  bool           // one has a backslash in it
	index    map[string]int // of many that are unsorted; nil until it is needed
}

// again is what holds for a copy of the members, which may change on its own.
func (k *keys) again() keys { return keys{unsorted: k.unsorted, escaped: k.escaped} }

// inner is the text of a key without its quotes.
func (m *member) inner() []byte { return m.quoted[1 : len(m.quoted)-1] }

// name is the key's meaning if it has escapes, else its bytes as they are.
func (m *member) name() string {
	if bytes.IndexByte(m.quoted, '\\') >= 0 {
		return unquote(m.quoted)
	}
	return string(m.inner())
}

// order looks at the keys of new members. Of members with one key it keeps the last, as encoding/json does when it fills
// a map.
func (in *inside) order() {
	in.keys = keys{}
	for i := range in.members {
		in.keys.escaped = in.keys.escaped || bytes.IndexByte(in.members[i].quoted, '\\') >= 0
		in.keys.unsorted = in.keys.unsorted || i > 0 && bytes.Compare(in.members[i-1].inner(), in.members[i].inner()) >= 0
	}
	in.keys.unsorted = in.keys.unsorted || in.keys.escaped
	if in.keys.unsorted {
		in.dropDuplicates()
	}
}

func (in *inside) dropDuplicates() {
	last := make(map[string]int, len(in.members))
	for i := range in.members {
		last[in.members[i].key()] = i
	}
	if len(last) < len(in.members) {
		kept := in.members[:0]
		for i, m := range in.members {
			if last[m.key()] == i {
				kept = append(kept, m)
			}
		}
		in.members, in.doubled = kept, true
	}
	in.needIndex() // at once, as reading what was opened whole must write nothing
}

// needIndex makes the index where there is none and it is of use.
func (in *inside) needIndex() {
	if in.keys.index != nil || !in.keys.unsorted || len(in.members) <= few {
		return
	}
	in.keys.index = make(map[string]int, len(in.members))
	for i := range in.members {
		in.keys.index[in.members[i].name()] = i
	}
}

// find returns the index of the member called name, -1 if there is none. Keys without escapes, which is nearly all, are
// compared as they stand.
func (in *inside) find(name string) int {
	if len(in.members) > few {
		return in.findAmongMany(name)
	}
	for i := range in.members {
		quoted := in.members[i].quoted
		if in.keys.escaped && bytes.IndexByte(quoted, '\\') >= 0 {
			if unquote(quoted) == name {
				return i
			}
		} else if string(quoted[1:len(quoted)-1]) == name {
			return i
		}
	}
	return -1
}

func (in *inside) findAmongMany(name string) int {
	if !in.keys.unsorted {
		if at, found := in.halve(name); found {
			return at
		}
		return -1
	}
	in.needIndex()
	if at, found := in.keys.index[name]; found {
		return at
	}
	return -1
}

// halve finds a name, or where it would be, among sorted keys.
func (in *inside) halve(name string) (at int, found bool) {
	at = sort.Search(len(in.members), func(i int) bool { return string(in.members[i].inner()) >= name })
	return at, at < len(in.members) && string(in.members[at].inner()) == name
}

// place is where a member with a new name goes: in front of the first one that comes after it.
func (in *inside) place(name string) int {
	if !in.keys.unsorted {
		at, _ := in.halve(name)
		return at
	}
	for i := range in.members {
		if in.members[i].after(name) {
			return i
		}
	}
	return len(in.members)
}

// insert puts in a member whose key is new.
func (in *inside) insert(at int, m member) {
	escaped := bytes.IndexByte(m.quoted, '\\') >= 0
	in.keys.escaped, in.keys.unsorted = in.keys.escaped || escaped, in.keys.unsorted || escaped
	if in.keys.index != nil && at == len(in.members) {
		in.keys.index[m.name()] = at
	} else {
		in.keys.index = nil
	}
	in.members = slices.Insert(in.members, at, m)
}

// insertAll puts in members whose keys are new, each in its place.
func (in *inside) insertAll(values map[string]*Value) {
	names := slices.Sorted(maps.Keys(values))
	merged := make([]member, 0, len(in.members)+len(names))
	add := func(before func(name string) bool) {
		for len(names) > 0 && before(names[0]) {
			merged = append(merged, member{quoted: stringOf(names[0]), value: values[names[0]]})
			names = names[1:]
		}
	}
	for _, m := range in.members {
		add(m.after)
		merged = append(merged, m)
	}
	add(func(string) bool { return true })
	in.members, in.keys.index = merged, nil
	in.order()
}

func (in *inside) remove(at int) {
	in.members = slices.Delete(in.members, at, at+1)
	in.keys.index = nil
}
