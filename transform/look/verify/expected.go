package verify

import (
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// expect keeps a finding until the item turns up that a file names.
func (v *verifier) expect(id ID, file, what string, item layout.Address) {
	if item.Name != "" {
		key := item.Key()
		v.expected[key] = append(v.expected[key], Finding{ID: id, File: file, Text: "names " + what + ", which the archive does not hold"})
	}
}

func (v *verifier) concludeExpected() {
	missing := slices.SortedFunc(maps.Keys(v.expected), func(a, b layout.ItemKey) int { return strings.Compare(a.Path(), b.Path()) })
	for _, item := range missing {
		if v.failedOn(item) {
			continue
		}
		for _, f := range v.expected[item] {
			v.report.find(f.ID, f.File, f.Entry, f.Text)
		}
	}
}

// holdsVolumes says whether the backup was to hold PersistentVolumes: only then is one that is missing a loss. Without
// velero-backup.json it is taken for granted.
func (f *folder) holdsVolumes() bool {
	if f.backup == nil {
		return true
	}
	s := &f.backup.Spec
	switch {
	case s.IncludeClusterResources != nil && !*s.IncludeClusterResources:
		return false
	case namesVolumes(s.ExcludedResources), namesVolumes(s.ExcludedClusterScopedResources):
		return false
	}
	return len(s.IncludedResources) == 0 || namesVolumes(s.IncludedResources)
}

func namesVolumes(resources []string) bool {
	return slices.ContainsFunc(resources, func(name string) bool {
		return name == "*" || name == "pv" || name == "persistentvolume" || name == "persistentvolumes"
	})
}
