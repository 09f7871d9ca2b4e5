package restore

import "github.com/veltx/veltx/transform/internal/filters"

// filter is one of Velero's pairs of included and excluded names.
// Source: v1.18.2 pkg/util/collections/includes_excludes.go:219-226.
type filter struct{ included, excluded *filters.Set }

func newFilter(includes, excludes []string) *filter {
	return &filter{included: filters.NewSet(includes), excluded: filters.NewSet(excludes)}
}

// has says whether the name passes.
func (f *filter) has(name string) bool {
	if f.excluded.Match(name) {
		return false
	}
	return f.included.Len() == 0 || f.included.Has("*") || f.included.Match(name)
}

// everything says whether nothing is filtered at all.
func (f *filter) everything() bool {
	return f.excluded.Len() == 0 && (f.included.Len() == 0 || f.included.Len() == 1 && f.included.Has("*"))
}
