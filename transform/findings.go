package transform

import (
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// watch gathers, while items are created one after the other, what only several of them together can tell. It looks at
// few resources, and of each item at fields that the run has read before.
type watch struct {
	*run
	owned      map[layout.ItemKey]int // restored pods by their controller
	stale      map[string]*tally      // by resource
	ports      map[nodePort]string    // who has it; nil before the first Service
	waiting    map[string]*tally      // claims without a volume, by storage class
	finalizers map[string]*tally      // by finalizer
	used       map[[2]string]bool     // rows of an action's ConfigMap: action, key
}

// tally counts items and remembers the first.
type tally struct {
	items int
	first string
}

func newWatch(r *run) *watch {
	return &watch{
		run: r, owned: map[layout.ItemKey]int{}, stale: map[string]*tally{}, waiting: map[string]*tally{},
		finalizers: map[string]*tally{}, used: map[[2]string]bool{},
	}
}

func count(tallies map[string]*tally, key string, it *item) {
	t := tallies[key]
	if t == nil {
		t = &tally{first: it.key.String()}
		tallies[key] = t
	}
	t.items++
}

// created looks at an item that the restore creates.
func (w *watch) created(it *item) {
	w.seeFinalizers(it)
	switch it.resource {
	case "pods":
		w.seePod(it)
	case "services":
		w.seeService(it)
	case "secrets":
		w.seeSecret(it)
	case persistentVolumeClaims:
		w.seeClaim(it)
	case mutatingWebhooks, validatingWebhooks:
		w.seeWebhooks(it)
	default:
		w.seeStale(it)
	}
}

// conclude tells what the whole run has shown.
func (w *watch) conclude() {
	w.concludePods()
	w.concludeStale()
	w.concludeClaims()
	w.concludeFinalizers()
	w.concludeMappings()
}

// restored says whether the restore has come across the item of the backup.
func (w *watch) restored(key layout.ItemKey) bool {
	id, ok := w.index.Find(key)
	return ok && w.index.Marked(id)
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// controllerOf is the owner that controls an object, nil if it has none.
func controllerOf(o *object.Value) *object.Value {
	for _, owner := range o.Get("metadata", "ownerReferences").Elements() {
		if owner.Get("controller").True() {
			return owner
		}
	}
	return nil
}
