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
	sum := maphash.Bytes(v.seed, body)
	if key.VersionDir != "" && !key.Preferred() {
		v.others[maphash.Comparable(v.seed, copyOf{key.Plain(), sum})] = true
		return
	}
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

type copyOf struct {
	item layout.ItemKey
	sum  uint64
}

// concludeTwins finds copies that stand alone. Manifests of another version than the preferred one have their copy under
// their own version, where veltx backup puts them: Velero converts items, so this is the only archive that has such.
func (v *verifier) concludeTwins() {
	if v.twinless {
		return
	}
	for item, t := range v.twins {
		if v.others[maphash.Comparable(v.seed, copyOf{item, t.sum})] {
			delete(v.twins, item)
			v.report.Items--
		}
	}
	alone := slices.SortedFunc(maps.Values(v.twins), func(a, b twin) int { return strings.Compare(a.path, b.path) })
	for _, t := range alone {
		v.find(TwinMissing, t.path, "stands alone: Velero writes each item twice, plainly and under its preferred version")
	}
}
