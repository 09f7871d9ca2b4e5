package index

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
)

func TestAnIndexCanBeBuiltItemByItem(t *testing.T) {
	b, err := NewBuilder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	web := layout.Address{Resource: "pods", Namespace: "shop", Name: "web"}.Key()
	for _, body := range []string{"first", "second"} {
		if err := b.Add(web, []byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	b.Note(layout.ItemKey{Address: layout.Address{Resource: "pods"}, VersionDir: "v1-preferredversion"})
	x, err := b.Finish()
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	id, found := x.Find(web)
	body, ok, err := x.Body(id)
	if !found || !ok || err != nil || string(body) != "first" || x.Len() != 1 {
		t.Errorf("%v %v %v %q, %d items", found, ok, err, body, x.Len())
	}
	if dirs := x.VersionDirs("pods"); len(dirs) != 1 || dirs[0] != "v1-preferredversion" {
		t.Errorf("version directories %q", dirs)
	}
}

func TestAnItemThatIsAddedMakesItsFoldersKnown(t *testing.T) {
	b, err := NewBuilder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Abort()
	if err := b.Add(layout.ItemKey{Address: layout.Address{Resource: "pods", Namespace: "shop", Name: "web"}, VersionDir: "v2"}, []byte("x")); err != nil {
		t.Fatal(err)
	}
	x, err := b.Finish()
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if dirs := x.VersionDirs("pods"); len(dirs) != 1 || dirs[0] != "v2" || len(x.Resources()) != 1 {
		t.Errorf("version directories %q of %q", dirs, x.Resources())
	}
}

func TestAnAbortedIndexGivesItsSpoolBack(t *testing.T) {
	b, err := NewBuilder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b.Abort()
	b.Abort()
	key := layout.Address{Resource: "pods", Namespace: "shop", Name: "web"}.Key()
	if err := errors.Join(b.Add(key, []byte("{}")), b.index.spool.Finish()); err == nil {
		t.Error("it still takes bodies")
	}
	b, err = NewBuilder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	x, err := b.Finish()
	if err != nil {
		t.Fatal(err)
	}
	b.Abort()
	if err := x.Close(); err != nil {
		t.Errorf("Abort after Finish took the spool away: %v", err)
	}
}

// The catalogue counts resources and versions in 16 bits.
func TestMoreResourcesOrVersionsThanCanBeCountedAreRefused(t *testing.T) {
	for name, keyOf := range map[string]func(i int) layout.ItemKey{
		"resources": func(i int) layout.ItemKey { return layout.Address{Resource: fmt.Sprintf("r%d", i), Name: "x"}.Key() },
		"versions": func(i int) layout.ItemKey {
			return layout.ItemKey{Address: layout.Address{Resource: "r", Name: "x"}, VersionDir: fmt.Sprintf("v%d", i)}
		},
	} {
		b, err := NewBuilder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer b.Abort()
		for i := range 1 << 16 {
			if err := b.Add(keyOf(i), nil); err != nil {
				t.Fatalf("%s: %d: %v", name, i, err)
			}
		}
		if err := b.Add(keyOf(1<<16), nil); err == nil || !strings.Contains(err.Error(), "more than 65536 resources or versions") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestNamespacesAreSortedAndClusterScopeIsNone(t *testing.T) {
	b, err := NewBuilder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, namespace := range []string{"shop", "", "db", "web"} {
		if err := b.Add(layout.Address{Resource: "pods", Namespace: namespace, Name: "x"}.Key(), []byte("{}")); err != nil {
			t.Fatal(err)
		}
	}
	x, err := b.Finish()
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if got := x.Namespaces(); !slices.Equal(got, []string{"db", "shop", "web"}) {
		t.Errorf("got %q", got)
	}
}
