package findings

import (
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// The warnings of an item are looked through once, however many needs it has.
func TestWhatTheWarningsOfAnItemTell(t *testing.T) {
	claim := layout.Address{Resource: layout.PersistentVolumeClaims, Namespace: "shop", Name: "a"}
	it := &pipeline.Item{}
	it.Report.Warnings = []report.Finding{
		{ID: "additional-item-missing", Unless: claim},
		{ID: staleReference, Message: "spec.host: a names namespace b, c names namespace shop, which is restored as store"},
		{ID: staleReference, Message: "a Secret names something"},
		{ID: "other", Message: "a names namespace data, which is restored as store"},
	}
	got := warnedOf(it)
	if !maps.Equal(got.objects, map[layout.Address]bool{claim: true}) || !maps.Equal(got.namespaces, map[string]bool{"shop": true}) {
		t.Errorf("got %v", got)
	}
	if none := warnedOf(&pipeline.Item{}); none.objects != nil || none.namespaces != nil {
		t.Errorf("of no warnings: got %v", none)
	}
	for i := range 1000 {
		it.Report.Warnings = append(it.Report.Warnings, report.Finding{ID: staleReference, Message: "a names namespace n" + strconv.Itoa(i) + ", which is restored as store"})
	}
	if got := slices.Collect(maps.Keys(warnedOf(it).namespaces)); len(got) != 1001 {
		t.Errorf("got %d namespaces", len(got))
	}
}
