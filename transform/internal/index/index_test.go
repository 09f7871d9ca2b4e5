package index

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/testdata/backuptest"
)

func build(t *testing.T, o Options, paths ...string) *Index {
	t.Helper()
	b := backuptest.Backup{}
	for _, p := range paths {
		b.Entries = append(b.Entries, backuptest.File{Path: p, Body: p})
	}
	src := b.Open(t, tarball.Options{})
	x, err := Build(context.Background(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.Close() })
	return x
}

func TestItemsAreFoundAndOrderedAsVeleroReadsThem(t *testing.T) {
	x := build(t, Options{},
		"metadata/version",
		"resources/pods/namespaces/shop/a.json", "resources/pods/v1-preferredversion/namespaces/shop/a.json",
		"resources/pods/namespaces/shop/a-b.json", "resources/pods/namespaces/data/z.json",
		"resources/nodes/cluster/n.json", "resources/odd.json",
	)
	var got []string
	for _, rg := range x.Ranges("pods", "") {
		for id := rg.From; id < rg.To; id++ {
			key := x.Key(id)
			got = append(got, key.Path())
			body, ok, err := x.Body(id)
			if err != nil || !ok || string(body) != key.Path() {
				t.Errorf("Body(%s) = %q, %v, %v", key, body, ok, err)
			}
			if again, found := x.Find(key); !found || again != id {
				t.Errorf("Find(%s) = %d, %v, want %d", key, again, found, id)
			}
		}
	}
	want := []string{"resources/pods/namespaces/data/z.json", "resources/pods/namespaces/shop/a-b.json", "resources/pods/namespaces/shop/a.json"}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %v, want %v", got, want)
	}
	if len(x.Strays()) != 1 || x.Strays()[0].Path != "resources/odd.json" {
		t.Errorf("strays: %v", x.Strays())
	}
	if _, found := x.Find(layout.Address{Resource: "pods", Namespace: "shop", Name: "b"}.Key()); found {
		t.Error("an item was found that is not there")
	}
	if dirs := x.VersionDirs("pods"); len(dirs) != 1 || dirs[0] != "v1-preferredversion" {
		t.Errorf("versions of pods: %v", dirs)
	}
	if x.Len() != 4 {
		t.Errorf("%d items, want 4", x.Len())
	}
}

func TestBodiesThatAreNotKeptAndOtherVersions(t *testing.T) {
	keep := func(k layout.ItemKey) bool { return k.Namespace != "data" }
	x := build(t, Options{Keep: keep, Versions: func(layout.ItemKey) bool { return true }},
		"resources/a.b/namespaces/shop/x.json", "resources/a.b/v1/namespaces/shop/x.json", "resources/a.b/namespaces/data/x.json")
	id, found := x.Find(layout.Address{Resource: "a.b", Namespace: "data", Name: "x"}.Key())
	if _, ok, err := x.Body(id); !found || ok || err != nil {
		t.Errorf("an item that is not kept: found %v, body %v, %v", found, ok, err)
	}
	id, found = x.Find(layout.ItemKey{Address: layout.Address{Resource: "a.b", Namespace: "shop", Name: "x"}, VersionDir: "v1"})
	if body, ok, err := x.Body(id); !found || !ok || err != nil || string(body) != "resources/a.b/v1/namespaces/shop/x.json" {
		t.Errorf("a copy in another version: %v %q %v", found, body, err)
	}
	if x.Marked(id) || x.Mark(id) || !x.Mark(id) || !x.Marked(id) {
		t.Error("an item is marked once")
	}
	if x.Landed(id) {
		t.Error("an item that was processed has not landed yet")
	}
	if x.Land(id); !x.Landed(id) {
		t.Error("Land was not heard")
	}
}

func TestTheMemoryOfTheIndexIsToldAsItGrows(t *testing.T) {
	paths := make([]string, 3000)
	for i := range paths {
		paths[i] = fmt.Sprintf("resources/pods/namespaces/shop/p%d.json", i)
	}
	var indexed int64
	build(t, Options{OnIndexed: func(entries int64) { indexed += entries }}, paths...)
	if indexed != 2048 {
		t.Errorf("%d indexed of %d", indexed, len(paths))
	}
}

// The first name of each kind has the number zero, which a name that is not there must not be taken for.
func TestWhatIsNotThereIsNotFound(t *testing.T) {
	every := func(layout.ItemKey) bool { return true }
	x := build(t, Options{Versions: every}, "resources/pods/namespaces/shop/a.json", "resources/pods/v1/namespaces/shop/a.json", "resources/services/namespaces/shop/a.json")
	there := layout.Address{Resource: "pods", Namespace: "shop", Name: "a"}
	if _, found := x.Find(there.Key()); !found {
		t.Fatal("the pod is not found")
	}
	for _, key := range []layout.ItemKey{
		layout.Address{Resource: "nodes", Namespace: "shop", Name: "a"}.Key(), layout.Address{Resource: "pods", Namespace: "data", Name: "a"}.Key(),
		layout.Address{Resource: "pods", Name: "a"}.Key(), layout.Address{Resource: "pods", Namespace: "shop", Name: "b"}.Key(),
		{Address: there, VersionDir: "v2"},
	} {
		if _, found := x.Find(key); found {
			t.Errorf("%s is found", key.Path())
		}
	}
	for _, dir := range []string{"", "v1", "v2", "v1-preferredversion"} {
		for _, want := range x.Ranges("pods", dir) {
			if got := x.RangeIn("pods", dir, want.Namespace); got != want {
				t.Errorf("%s: got %v, want %v", dir, got, want)
			}
		}
	}
	if got := x.RangeIn("pods", "", "elsewhere"); got.From != got.To {
		t.Errorf("a namespace that has none: %v", got)
	}
	if got := x.Ranges("nodes", ""); got != nil {
		t.Errorf("nodes: %+v", got)
	}
	if got := x.Ranges("pods", "v2"); got != nil {
		t.Errorf("pods in v2: %+v", got)
	}
	for _, dir := range []string{"", "v1"} {
		if got := x.Ranges("pods", dir); len(got) != 1 || got[0].Namespace != "shop" || got[0].To-got[0].From != 1 {
			t.Errorf("pods in %q: %+v", dir, got)
		}
	}
}

func TestTheFirstNameTooLongForAFileIsKept(t *testing.T) {
	path := func(length int, letter string) string {
		return "resources/pods/namespaces/shop/" + strings.Repeat(letter, length) + ".json"
	}
	if x := build(t, Options{}, path(250, "a"), path(3, "b")); x.LongName() != "" {
		t.Errorf("a name of 255 bytes with its ending fits into a folder, but LongName is %q", x.LongName())
	}
	if x := build(t, Options{}, path(3, "b"), path(251, "c"), path(252, "d"), path(4, "e")); x.LongName() != path(251, "c") {
		t.Errorf("LongName is %q, want the first", x.LongName())
	}
}

func TestNamesThatBeginAlikeAreFound(t *testing.T) {
	names := []string{"a-b", "a-b-", "a-b.c", "a.b", "a.json", "a", "aa", "ab"} // as ls sorts a-b.json, a-b-.json, …
	var paths []string
	for _, name := range names {
		paths = append(paths, "resources/nodes/cluster/"+name+".json")
	}
	x := build(t, Options{}, paths...)
	for _, name := range names {
		id, ok := x.Find(layout.Address{Resource: "nodes", Name: name}.Key())
		if !ok || x.Key(id).Name != name {
			t.Errorf("%s is not found", name)
		}
	}
	var files []string
	for id := range ID(x.Len()) {
		files = append(files, x.Key(id).Name+".json")
	}
	if !slices.IsSorted(files) || len(files) != len(names) {
		t.Errorf("order %q", files)
	}
}
