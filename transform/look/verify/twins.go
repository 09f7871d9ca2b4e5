package verify

import (
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// twin is a copy of an item, plain or preferred, that waits for the other one. Velero writes them one after the other,
// so few wait at a time.
type twin struct {
	sum  uint64
	path string
}

func (v *verifier) noteTwin(path string, key layout.ItemKey, body []byte) {
	if key.VersionDir != "" && !key.Preferred() {
		return
	}
	sum := maphash.Bytes(v.seed, body)
	first, waits := v.twins[key.Plain()]
	if !waits {
		v.twins[key.Plain()] = twin{sum, path}
		return
	}
	delete(v.twins, key.Plain())
	if first.sum != sum {
		v.find(TwinDiffers, path, "is not the same as %s, of which it is a copy", first.path)
	}
}

func (v *verifier) concludeTwins() {
	if v.twinless {
		return
	}
	alone := slices.SortedFunc(maps.Values(v.twins), func(a, b twin) int { return strings.Compare(a.path, b.path) })
	for _, t := range alone {
		v.find(TwinMissing, t.path, "stands alone: Velero writes each item twice, plainly and under its preferred version")
	}
}
