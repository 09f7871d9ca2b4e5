package findings

import (
	"fmt"
	"hash/maphash"
	"maps"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

const disruptionBudgets = "poddisruptionbudgets.policy"

// ofOnePod are labels that a controller gives to each of its pods, and that its template does not have.
var ofOnePod = []string{"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "controller-revision-hash", "pod-template-hash"}

// selectors finds Services and PodDisruptionBudgets that select no pod and no template of one. Labels are kept as hashes, and
// only of namespaces that hold such selectors.
type selectors struct {
	world   *World
	seed    maphash.Seed
	wanted  map[string]bool        // namespaces of the backup that hold selectors
	labels  map[string]hashes      // of pods and templates, by namespace of the target
	pending map[string][]selecting // by namespace of the target
}

// hashes are sets of hashed labels, each behind its length.
type hashes []uint32

// selecting is an item that selects pods, by its number in the backup, and the hashed labels that it wants.
type selecting struct {
	number int32
	wants  hashes
}

func newSelectors(w *World) Watcher {
	s := &selectors{world: w, seed: maphash.MakeSeed(), wanted: map[string]bool{}, labels: map[string]hashes{}, pending: map[string][]selecting{}}
	for _, resource := range []string{layout.Services, disruptionBudgets} {
		for _, namespace := range w.Backup.NamespacesOf(resource) {
			s.wanted[namespace] = true
		}
	}
	return s
}

// selected are the resources that selectors find, and those that have selectors.
func selected() []string {
	return append(needs.RunsPods(), layout.Services, disruptionBudgets)
}

// mayMatter says whether the target has the item after the restore. A kubelet of the target makes its own mirror pods.
func mayMatter(it *pipeline.Item) bool {
	switch it.Report.Outcome {
	case report.Create, report.Update, report.Exists:
		return true
	}
	return it.Key.Resource == layout.Pods && it.Original().Annotation("kubernetes.io/config.mirror") != ""
}

// See implements Watcher.
func (w *selectors) See(it *pipeline.Item) {
	if !w.wanted[it.Key.Namespace] {
		return
	}
	switch it.Key.Resource {
	case layout.Services:
		w.want(it, it.Object.Get("spec", "selector"))
	case disruptionBudgets:
		if selector := it.Object.Get("spec", "selector"); selector.Get("matchExpressions").Len() == 0 {
			w.want(it, selector.Get("matchLabels"))
		}
	default:
		if w.world.controller(it) == "" {
			w.labels[it.Namespace] = w.add(w.labels[it.Namespace], needs.PodTemplate(it.Key.Resource, it.Object).Get("metadata", "labels"))
		}
	}
}

// want keeps what an item wants, unless it is there already.
func (w *selectors) want(it *pipeline.Item, wants *object.Value) {
	if wants.Len() == 0 || it.Object.Get("spec", "type").Is("ExternalName") || !sent(it) {
		return
	}
	list := w.add(nil, wants)[1:]
	if !w.labels[it.Namespace].contain(list) {
		w.pending[it.Namespace] = append(w.pending[it.Namespace], selecting{int32(it.Number), slices.Clip(list)})
	}
}

// add adds a set of labels.
func (w *selectors) add(to hashes, labels *object.Value) hashes {
	begin := len(to)
	to = append(to, 0)
	for key, value := range labels.Members() {
		if !slices.Contains(ofOnePod, key) {
			to = append(to, w.hash(key, value.Str()))
		}
	}
	set := to[begin+1:]
	to[begin] = uint32(len(set))
	slices.Sort(set)
	return to
}

func (w *selectors) hash(key, value string) uint32 {
	var h maphash.Hash
	h.SetSeed(w.seed)
	_, _ = h.WriteString(key)
	_ = h.WriteByte('=')
	_, _ = h.WriteString(value)
	return uint32(h.Sum64())
}

// contain says whether one of the sets has all that is wanted.
func (h hashes) contain(wanted hashes) bool {
	for len(h) > 0 {
		set := h[1 : 1+h[0]]
		h = h[1+len(set):]
		if !slices.ContainsFunc(wanted, func(label uint32) bool { return !slices.Contains(set, label) }) {
			return true
		}
	}
	return false
}

// Conclude implements Watcher.
func (w *selectors) Conclude(s *report.Summary) {
	idle := map[string][]string{} // by id and resource
	for _, namespace := range slices.Sorted(maps.Keys(w.pending)) {
		w.addTarget(namespace)
		id := "selected-nothing-before"
		if w.leavesPodsOut(namespace) {
			id = "selects-nothing"
		}
		for _, one := range w.pending[namespace] {
			if a := w.world.Backup.Address(int(one.number)); !w.labels[namespace].contain(one.wants) {
				idle[id+" "+a.Resource] = append(idle[id+" "+a.Resource], a.String())
			}
		}
	}
	for _, resource := range []string{layout.Services, disruptionBudgets} {
		if items := idle["selects-nothing "+resource]; len(items) > 0 {
			s.Add(report.Finding{ID: "selects-nothing", Severity: report.Warning, Subject: resource, Items: items, Message: fmt.Sprintf(
				"%s %s no pod and no workload of this restore, which excludes pods or workloads of the namespace", count(items), verb(len(items), "select"))})
		}
		if items := idle["selected-nothing-before "+resource]; len(items) > 0 {
			s.Add(report.Finding{ID: "selected-nothing-before", Severity: report.Notice, Subject: resource, Items: items, Message: fmt.Sprintf(
				"%s %s no pod and no workload, as in the backup", count(items), verb(len(items), "select"))})
		}
	}
}

// addTarget adds the labels of the target's pods and workloads.
func (w *selectors) addTarget(namespace string) {
	for _, resource := range needs.RunsPods() {
		for _, o := range w.world.Env.Target.List(resource, namespace) {
			w.labels[namespace] = w.add(w.labels[namespace], needs.PodTemplate(resource, o).Get("metadata", "labels"))
		}
	}
}

// leavesPodsOut says whether the restore leaves out pods or workloads of a namespace.
func (w *selectors) leavesPodsOut(namespace string) bool {
	for _, resource := range needs.RunsPods() {
		for _, o := range w.world.originalsOf(layout.Address{Resource: resource, Namespace: namespace}) {
			if w.world.Backup.LeavesOut(resource, o.Namespace) {
				return true
			}
		}
	}
	return false
}

// verb is a verb for one or for several.
func verb(n int, word string) string {
	if n == 1 {
		return word + "s"
	}
	return word
}
