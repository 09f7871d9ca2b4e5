package tarball

import (
	"fmt"
	"slices"
	"testing"
)

func TestEachPassTellsHowFarItHasCome(t *testing.T) {
	var entries []entry
	for i := range 3000 {
		entries = append(entries, file(fmt.Sprintf("resources/pods/namespaces/shop/p%d.json", i), "{}"))
	}
	var told [][2]int64
	o := Options{Progress: func(entries, bytes int64) { told = append(told, [2]int64{entries, bytes}) }}
	source, err := Open(t.Context(), onDisk(t, "b", gz(t, tarOf(t, entries...))), o)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	for range 2 {
		if err := source.Each(t.Context(), func(*Entry) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if want := [][2]int64{{1024, 2048}, {2048, 4096}, {1024, 2048}, {2048, 4096}}; !slices.Equal(told, want) {
		t.Errorf("told of %v, want %v", told, want)
	}
}
