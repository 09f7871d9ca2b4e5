package findings

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/restore"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/needs"
)

const changeImages = "velero.io/change-image-name"

// templates finds workloads whose pod template a resource modifier or a mapping has changed, and whose restored pods are
// still of the old one: the controller then replaces these pods as soon as it sees them. Where a pod waits for the data of
// its volumes, they are lost with it.
//
// A Deployment keeps its pods if the template of one of its ReplicaSets, which are restored before it, is its own. Pods of a
// StatefulSet and a DaemonSet bear the hash of a revision, so that each change of the template replaces them.
type templates struct {
	world   *World
	asked   bool
	changes bool // something may change pod templates
	loses   bool // a pod that waits for its volumes is replaced
	seed    maphash.Seed
	waiting map[owner]string      // a pod that waits for its volumes, by the controller that made it
	pods    map[owner]bool        // restored pods, by the StatefulSet or DaemonSet that made them
	sets    map[owner][]templated // ReplicaSets, by their Deployment
}

// owner is a controller by its original namespace.
type owner struct{ resource, namespace, name string }

// templated are the hashes of a pod template, in the backup and as it is sent.
type templated struct{ before, after uint64 }

func newTemplates(w *World) Watcher {
	return &templates{world: w, seed: maphash.MakeSeed(), waiting: map[owner]string{}, pods: map[owner]bool{}, sets: map[owner][]templated{}}
}

// Conclude implements Watcher.
func (w *templates) Conclude(s *report.Summary) {
	if w.loses {
		s.Told().Before = append(s.Told().Before, report.Task{
			Finding: "template-differs-from-pods",
			Text:    "Remove the changes of pod templates from the resource modifiers and mappings, and make them after the restore, when the volumes are restored",
		})
	}
}

// changesTemplates says whether anything may change the pod template of an item: without that, nothing is kept. A ConfigMap
// that the restore brings into Velero's namespace comes before all pods.
func changesTemplates(env *pipeline.Env) bool {
	for _, resource := range []string{needs.Deployments, needs.ReplicaSets, layout.StatefulSets, needs.DaemonSets} {
		if env.Modifiers != nil && env.Modifiers.MayMatch(resource) {
			return true
		}
	}
	if !env.Chain.Runs(changeImages) {
		return false
	}
	config, err := actions.PluginConfig(env.Target, env.Restore.Namespace, actions.RestoreItemAction, changeImages)
	return err == nil && config.Get("data").Len() > 0
}

// See implements Watcher. Pods come before ReplicaSets in a restore, and these before the other workloads.
func (w *templates) See(it *pipeline.Item) {
	if !w.asked {
		w.asked, w.changes = true, changesTemplates(w.world.Env)
	}
	if !w.changes {
		return
	}
	switch it.Key.Resource {
	case layout.Pods:
		w.seePod(it)
	case needs.ReplicaSets:
		w.seeReplicaSet(it)
	case needs.Deployments:
		w.seeDeployment(it)
	default:
		w.seeRevisioned(it)
	}
}

func (w *templates) seePod(it *pipeline.Item) {
	made, ok := w.madeBy(it)
	if !ok {
		return
	}
	if made.resource != needs.ReplicaSets {
		w.pods[made] = true
	}
	if w.waiting[made] == "" && restore.WaitContainer(w.world.Env.Profile, it.Object) != nil {
		w.waiting[made] = it.Key.String()
	}
}

// madeBy is the controller of an item in the backup.
func (w *templates) madeBy(it *pipeline.Item) (owner, bool) {
	by := ControllerOf(it)
	if by == nil {
		return owner{}, false
	}
	resource := controllerResource(by)
	return owner{resource, strings.Clone(it.Key.Namespace), by.Get("name").Str()}, resource != ""
}

func (w *templates) seeReplicaSet(it *pipeline.Item) {
	made, ok := w.madeBy(it)
	if !ok || made.resource != needs.Deployments {
		return
	}
	w.sets[made] = append(w.sets[made], w.hashes(it))
	if pod := w.waiting[owner{needs.ReplicaSets, it.Key.Namespace, it.Key.Name}]; pod != "" && w.waiting[made] == "" {
		w.waiting[made] = pod
	}
}

// hashes are those of an item's pod template, without the label that a Deployment gives the template of its ReplicaSets.
func (w *templates) hashes(it *pipeline.Item) templated {
	return templated{w.hash(it.Original()), w.hash(it.Object)}
}

func (w *templates) hash(o *object.Value) uint64 {
	template := o.Get("spec", "template")
	if template.Has("metadata", "labels", "pod-template-hash") {
		template = template.Clone()
		template.Remove("metadata", "labels", "pod-template-hash")
	}
	return maphash.Bytes(w.seed, template.AppendSorted(nil))
}

// seeDeployment finds a Deployment whose template was that of a ReplicaSet, and is no longer.
func (w *templates) seeDeployment(it *pipeline.Item) {
	sets := w.sets[owner{needs.Deployments, it.Key.Namespace, it.Key.Name}]
	if len(sets) == 0 || it.Object.Get("spec", "paused").True() || needs.IsScaledDown(it.Object) {
		return
	}
	own := w.hashes(it)
	had := slices.ContainsFunc(sets, func(s templated) bool { return s.before == own.before })
	has := slices.ContainsFunc(sets, func(s templated) bool { return s.after == own.after })
	if !had || has {
		return
	}
	if own.before == own.after {
		w.tell(it, "the pod template of its ReplicaSet is changed, but its own is not", "the Deployment replaces the restored pods")
		return
	}
	w.tell(it, "its pod template is changed"+w.by(it)+", but that of its ReplicaSet is not, or not in the same way", "the Deployment replaces the restored pods")
}

// seeRevisioned finds a StatefulSet or a DaemonSet whose template is another one than its restored pods are of. A
// StatefulSet that starts its pods in order waits for each one, and so for its data, before it replaces it.
func (w *templates) seeRevisioned(it *pipeline.Item) {
	self := owner{it.Key.Resource, it.Key.Namespace, it.Key.Name}
	if !w.pods[self] || it.Object.Get("spec", "updateStrategy", "type").Is("OnDelete") {
		return
	}
	if object.Equal(it.Original().Get("spec", "template"), it.Object.Get("spec", "template")) {
		return
	}
	if it.Key.Resource == layout.StatefulSets && !it.Object.Get("spec", "podManagementPolicy").Is("Parallel") {
		delete(w.waiting, self)
	}
	w.tell(it, "its pod template is changed"+w.by(it)+", but its restored pods have the old revision", "the "+it.Object.ObjectKind()+" replaces them")
}

// tell tells of a workload that replaces its pods.
func (w *templates) tell(it *pipeline.Item, what, then string) {
	const path = "spec.template"
	if pod := w.waiting[owner{it.Key.Resource, it.Key.Namespace, it.Key.Name}]; pod != "" {
		w.loses = true
		it.Report.Error("template-differs-from-pods", path, fmt.Sprintf(
			"%s: %s, including %s, which waits for the data of its volumes: the restore of these volumes fails", what, then, pod))
		return
	}
	it.Report.Warn("template-differs-from-pods", path, what+": "+then)
}

// by says what has changed an item.
func (w *templates) by(it *pipeline.Item) string {
	var rules []string
	for _, patched := range it.Modified.Result.Patched {
		rules = append(rules, fmt.Sprint(patched.Index))
	}
	switch {
	case len(rules) == 1:
		return " by resource modifier rule " + rules[0]
	case len(rules) > 1:
		return " by resource modifier rules " + strings.Join(rules, ", ")
	case slices.ContainsFunc(it.Used, func(r pipeline.Row) bool { return r.Action == changeImages }):
		return " by the mapping of images"
	}
	return ""
}
