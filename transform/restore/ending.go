package restore

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// ending keeps the lines that Velero writes into the results of a restore, and says how the restore ends.
type ending struct {
	errors, warnings results
	operationFailed  bool // of a plugin
}

// results are lines by their sort.
type results map[string]*report.Result

// Where Velero's results have a line. Source: v1.18.2 pkg/util/results/result.go:22-35.
const (
	ofVelero  = "velero"
	ofCluster = "cluster"
	inSpace   = "namespaces/"
)

// placeOf is where the lines of an item stand that goes into a namespace, or into none.
func placeOf(namespace string) string {
	if namespace == "" {
		return ofCluster
	}
	return inSpace + namespace
}

func newEnding() *ending { return &ending{errors: results{}, warnings: results{}} }

// add adds a line; an item has more than one where several rules of the resource modifiers fail on it.
func (r results) add(sort, place, item string) {
	line := r[sort]
	if line == nil {
		line = &report.Result{Sort: sort, Places: map[string]int{}}
		r[sort] = line
	}
	line.Count++
	line.Places[place]++
	if item != "" && (len(line.Items) == 0 || line.Items[len(line.Items)-1] != item) {
		line.Items = append(line.Items, item)
	}
}

// isVelero says that Velero counts the error: not where it restores the item all the same, by its content alone, and not
// what veltx says beyond it. docs/PARITY.md has them.
func isVelero(f *report.Finding) bool {
	switch f.ID {
	case "wrong-path", "volume-id-not-written", "volume-taken-from-claim":
		return false
	case "wrong-item":
		return f.Path == ""
	}
	return true
}

// onlyWarned are the errors that Velero counts as warnings. Source: v1.18.2 pkg/restore/restore.go:1562-1589.
var onlyWarned = []string{"merge-failed", "wrong-target"}

// barriers are what keeps items out of a namespace, which Velero notes of each item as an error of its own.
// Source: v1.18.2 pkg/restore/restore.go:734-743.
var barriers = []string{"namespace-refused", "namespace-terminating"}

// see notes the lines of an item, by the errors that it has before anyone looks at the restore as a whole.
// Source: v1.18.2 pkg/restore/restore.go:1103-1780, v1.6.3 pkg/restore/restore.go:902-1340.
func (e *ending) see(it *pipeline.Item) {
	address := it.Key.String()
	for _, line := range it.Warned {
		e.warnings.add(line.Sort, placeOf(line.Namespace), address)
	}
	if it.Key.Resource == layout.Namespaces {
		return // seeNamespace
	}
	for i := range it.Report.Errors {
		f := &it.Report.Errors[i]
		switch {
		case !isVelero(f):
		case slices.Contains(onlyWarned, f.ID):
			e.warnings.add(f.ID, placeOf(it.Namespace), address)
		case slices.Contains(barriers, f.ID):
			e.errors.add(f.ID, ofVelero, address)
		default:
			e.errors.add(f.ID, placeOf(it.Namespace), address)
		}
	}
}

// seeNamespace notes what Velero says of a Namespace that comes up by itself; what keeps items out of it, it says of each.
func (e *ending) seeNamespace(key layout.ItemKey, barrier pipeline.Barrier) {
	if barrier.ID != "" {
		e.errors.add(barrier.ID, ofVelero, key.String())
	}
}

// seeTimeouts notes the pods of which Velero waits for files in vain: it counts an error for each, once its time is over.
func (e *ending) seeTimeouts(pods []string) {
	for _, pod := range pods {
		e.errors.add("pod-volume-restore-timed-out", ofVelero, pod)
	}
}

// seeHooks notes the hooks that fail, and the one that a restore waits for in vain.
// Source: v1.18.2 pkg/controller/restore_finalizer_controller.go:549-575.
func (e *ending) seeHooks(told *report.Foretold) {
	for i := range told.Hooks {
		h := &told.Hooks[i]
		switch h.Fate {
		case report.HookFails:
			namespace, _, _ := strings.Cut(h.Pod, "/")
			e.errors.add("hook-failed", placeOf(namespace), h.From)
			e.errors["hook-failed"].Count += h.More
			e.errors["hook-failed"].Places[placeOf(namespace)] += h.More
		case report.HookBlocks:
			told.Ending.Never = cmp.Or(told.Ending.Never, h.Why)
		}
	}
}

// The phases that a restore ends with.
const (
	completed       = "Completed"
	partiallyFailed = "PartiallyFailed"
)

// conclude says how the restore ends. Velero counts as Failed only what keeps it from beginning.
// Source: v1.18.2 pkg/controller/restore_controller.go:247-252,635-653, restore_finalizer_controller.go:174-185.
func (e *ending) conclude(s *report.Summary) {
	told := s.Told()
	e.seeHooks(told)
	told.Ending.Errors, told.Ending.Warnings = e.errors.list(), e.warnings.list()
	told.Ending.Phase = completed
	if len(told.Ending.Errors) > 0 || e.operationFailed {
		told.Ending.Phase = partiallyFailed
	}
}

// list is the lines, those of most first.
func (r results) list() []report.Result {
	var list []report.Result
	for _, sort := range slices.Sorted(maps.Keys(r)) {
		slices.Sort(r[sort].Items)
		r[sort].Items = slices.Compact(r[sort].Items)
		list = append(list, *r[sort])
	}
	slices.SortStableFunc(list, func(a, b report.Result) int { return cmp.Compare(b.Count, a.Count) })
	return list
}
