package backup

import (
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
)

// backUpDefinitions backs up the CustomResourceDefinitions of the resources of which a block brought items, unless the
// filters include them anyway, or exclude them. Resources of which only actions brought items do not count.
// Source: v1.18.2 pkg/backup/backup.go:640-652, :905-955, v1.6.3 pkg/backup/backup.go:408-415.
//
// Differs from Velero: it walks the resources in the order of a Go map; here they are sorted.
func (r *run) backUpDefinitions() error {
	if !r.filter.definitions() {
		return nil
	}
	r.block = 0
	for _, resource := range slices.Sorted(maps.Keys(r.backedUp)) {
		id, ok := r.source.find(layout.CRDs, "", resource)
		if !ok || r.source.index.Marked(id) {
			continue
		}
		it, err := r.open(id, cause{why: report.WhyDefinition})
		if err != nil {
			return err
		}
		if it == nil {
			continue
		}
		if _, _, err := r.backUpItem(it, false); err != nil {
			return err
		}
	}
	return nil
}
