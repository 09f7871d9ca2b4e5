package index

import (
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
