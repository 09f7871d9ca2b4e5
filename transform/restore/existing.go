package restore

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/report"
)

// Exists implements pipeline.Around.
func (w *walk) Exists(it *pipeline.Item) bool {
	found, present := w.find(it)
	return found != nil || present != ""
}

// find looks for the item in the target: its object, or in words why it is there.
func (w *walk) find(it *pipeline.Item) (found *object.Value, present string) {
	w.takeWrites()
	found, present = w.target.view.Exists(it.Resource(), it.Object, it.Namespace)
	if found == nil && present == "" && w.env.APIServer != nil &&
		w.env.APIServer.Has(layout.Address{Resource: it.Resource(), Namespace: it.Namespace, Name: it.Object.Name()}) {
		present = "kube-apiserver makes it itself"
	}
	return found, present
}

// Create implements pipeline.Around: Velero creates the item, or finds that it exists.
func (w *walk) Create(it *pipeline.Item) (pipeline.Verdict, error) {
	if err := w.target.unservedVersion(it); err != nil && w.env.APIServer == nil {
		return pipeline.Fail(actions.FailureID(err, "version-not-served"), "apiVersion", err)
	}
	found, present := w.find(it)
	if it.Key.Resource == layout.CRDs {
		w.target.learn(it.Object, found == nil && present == "")
	}
	switch {
	case found != nil:
		verdict, err := w.meet(it, found)
		return verdict, errors.Join(err, w.patched(it, found, verdict))
	case present != "":
		return w.meetUnknown(it, present)
	}
	if w.o.Profile.Does(actions.RestoresStatus) && it.Status != nil && !it.Unread.Has(report.Objects) && wantsStatus(w.o.Profile, it.Object, it.Key.Resource, w.status) {
		it.Report.Status = it.Status.JSON()
	}
	if err := w.made(it.Resource(), it.Object); err != nil {
		return pipeline.Verdict{}, err
	}
	refusedAfterModifier(it)
	readBack(it)
	return pipeline.End(report.Create, "")
}

// refusedAfterModifier is an error where a resource modifier took away what a field of a Service needs, so that the API server
// refuses it: actions see to it in all other Services. Source: Kubernetes v1.33 pkg/apis/core/validation/validation.go
// (validateServiceExternalTrafficFieldsCombination).
func refusedAfterModifier(it *pipeline.Item) {
	if it.Key.Resource != layout.Services || !it.Modified.Changed {
		return
	}
	spec := it.Object.Get("spec")
	port, _ := spec.Get("healthCheckNodePort").Int()
	if port == 0 || spec.Get("type").Is("LoadBalancer") && spec.Get("externalTrafficPolicy").Is("Local") {
		return
	}
	it.Report.Error("modifier-makes-invalid", "spec.healthCheckNodePort", fmt.Sprintf("a resource modifier makes a Service that the API server "+
		"refuses: healthCheckNodePort %d may only be set when type is LoadBalancer and externalTrafficPolicy is Local", port))
}

// readBack is an error where a resource modifier made a pod or a definition that Velero cannot read once it is created: it
// looks for the volumes and hooks of the one, and waits for the other, of which only the metadata are checked here.
// Source: v1.18.2 pkg/restore/restore.go:1748-1755,1769-1776.
func readBack(it *pipeline.Item) {
	shape := map[string]func() *object.Shape{layout.Pods: typed.Pod, layout.CRDs: typed.Metadata}[it.Key.Resource]
	if shape == nil || !it.Modified.Changed {
		return
	}
	if err := it.Object.Fits(shape()); err != nil {
		it.Report.Error("unreadable-afterwards", "", fmt.Sprintf("a resource modifier makes an item that the API server refuses: %v", err))
	}
}

// meetUnknown is for what every cluster has, though nobody gave the object itself.
func (w *walk) meetUnknown(it *pipeline.Item, present string) (pipeline.Verdict, error) {
	if w.o.Restore.Spec.ExistingResourcePolicy == "update" || it.Key.Resource == layout.ServiceAccounts {
		it.Report.Notes = append(it.Report.Notes, report.Note{By: pipeline.ByExisting, Text: "Velero patches what differs; give the target's object with -f to see the patch"})
	} else if differsSurely(w.o.Profile) {
		w.alreadyExists(it)
	}
	return pipeline.End(report.Exists, present)
}

// differsSurely says that an object which every cluster has differs for Velero from the backup's: it compares
// managedFields, too, and these have the time at which the cluster made the object.
func differsSurely(p actions.Profile) bool { return p.Does(actions.KeepsFinalizers) }

// alreadyExists notes that Velero warns of the item. Source: v1.13.2 pkg/restore/restore.go:1617-1640.
func (w *walk) alreadyExists(it *pipeline.Item) {
	if p := w.o.Restore.Spec.ExistingResourcePolicy; p != "" && p != "none" {
		return // a policy that is none, where Velero does not check it; an update does not come here
	}
	it.Warned = append(it.Warned, pipeline.Warned{Sort: pipeline.AlreadyExists, Namespace: it.Namespace})
}

// meet is what Velero does with an item that the target has. A ServiceAccount is merged whatever the policy is, even one
// that is the same: until 1.18 the typed action gives it a creationTimestamp of null, by which it differs, and then there is nothing
// to merge. Other items that an action has written back from their type always differ for that reason.
// Source: v1.18.2 pkg/restore/restore.go:1555-1657.
func (w *walk) meet(it *pipeline.Item, found *object.Value) (pipeline.Verdict, error) {
	it.Report.Step = pipeline.ByExisting
	cluster := found.Clone()
	if err := pipeline.ResetMetadata(cluster, w.o.Profile); err != nil {
		return pipeline.Fail("wrong-target", "", fmt.Errorf("the target's object: %w", err))
	}
	labels := it.Object.Labels()
	if err := pipeline.AddRestoreLabels(cluster, labels[pipeline.RestoreNameLabel], labels[pipeline.BackupNameLabel]); err != nil {
		return pipeline.Fail("wrong-target", "", fmt.Errorf("the target's object: %w", err))
	}
	likeness := w.compare(it, cluster)
	policy := w.o.Restore.Spec.ExistingResourcePolicy
	switch {
	case likeness == same && it.Key.Resource == layout.ServiceAccounts && policy == "update" && !w.o.Profile.Does(actions.WritesNullTimestamps):
		return w.update(it, found, cluster)
	case likeness <= retyped && it.Key.Resource == layout.ServiceAccounts:
		return pipeline.End(report.Exists, "the target has it, equal to what would be created")
	case it.Key.Resource == layout.ServiceAccounts:
		verdict, err := mergeServiceAccount(it, cluster)
		if err != nil {
			return verdict, err
		}
		return w.refusable(it, found, verdict)
	case policy == "update":
		return w.update(it, found, cluster)
	case likeness == same:
		return pipeline.End(report.Exists, "the target has it, equal to what would be created")
	case likeness == hidden:
		return pipeline.End(report.Exists, "the target has it, equal to what would be created; the managedFields of the target's object are unknown")
	}
	w.alreadyExists(it)
	if why := likeness.why(); why != "" {
		it.Report.Notice("exists-unchanged", "", fmt.Sprintf("the target's %s %s is the same and stays unchanged; Velero warns that it differs, since %s",
			it.Object.ObjectKind(), it.Object.Name(), why))
		return pipeline.End(report.Exists, "the target has it, equal to what would be created, though Velero warns")
	}
	w.tellDifferent(it, found)
	return pipeline.End(report.Exists, "the target has a different one")
}

// tellDifferent warns of an item that the target has in another form. A policy of update helps only where the API server
// takes the patch, and harms where it takes a volume from its claim. That a restored claim never binds is a finding of the claim
// itself (claim-never-binds), and the PersistentVolume has but a note then.
func (w *walk) tellDifferent(it *pipeline.Item, found *object.Value) {
	text := fmt.Sprintf("the target's %s %s differs from the one in the backup, and Velero leaves it unchanged", it.Object.ObjectKind(), it.Object.Name())
	path := immutable(it.Key.Resource, found, it.Object)
	switch {
	case it.Key.Resource == layout.PersistentVolumes && claimOf(found).Name != "" && claimOf(found) != claimOf(it.Object):
		tell := it.Report.Warn
		if claim := claimOf(it.Original()); w.from.WillRestore(layout.Address{Resource: layout.PersistentVolumeClaims, Namespace: claim.Namespace, Name: claim.Name}.Key()) {
			tell = it.Report.Notice
		}
		tell("exists-unpatchable", "spec.claimRef", fmt.Sprintf("%s: it is bound to claim %s, not to %s", text, claimOf(found), claimOrNone(it.Object)))
	case path != "":
		it.Report.Warn("exists-unpatchable", path, text+"; "+path+" is immutable")
	case slices.Contains(unpatchable, it.Key.Resource):
		it.Report.Warn("exists-unpatchable", "", text)
	default:
		it.Report.Warn("exists-differently", "", text)
	}
}

// likeness is how the target's object compares with the item.
type likeness uint8

const (
	same    likeness = iota
	hidden           // but for managedFields, which the object that was given does not show
	retyped          // but for the empty values that an action has added to the item
	managed          // but for managedFields
	different
)

// why says in what the two differ where nothing of it matters.
func (l likeness) why() string {
	switch l {
	case retyped:
		return "an action adds empty values to the one in the backup"
	case managed:
		return "their managedFields differ"
	}
	return ""
}

// emptied are the resources whose Go types write more empty values than a creationTimestamp, such as an empty status.
var emptied = []string{
	layout.Pods, layout.PersistentVolumeClaims, layout.Services, layout.CRDs, layout.Jobs, layout.StatefulSets,
}

// compare compares as Velero does. Kubectl leaves managedFields out of what it prints, and every API server sets them.
func (w *walk) compare(it *pipeline.Item, cluster *object.Value) likeness {
	whole := object.Equal(cluster, it.Object)
	isRetyped := it.Retyped && (w.o.Profile.Does(actions.WritesNullTimestamps) || slices.Contains(emptied, it.Key.Resource))
	if whole && !isRetyped {
		return same
	}
	if whole {
		return retyped
	}
	mine, theirs := it.Object.Clone(), cluster.Clone()
	unseen := !w.o.ExactTarget && !theirs.Has("metadata", "managedFields")
	mine.Remove("metadata", "managedFields")
	theirs.Remove("metadata", "managedFields")
	switch {
	case !object.Equal(mine, theirs):
		return different
	case isRetyped:
		return retyped
	case unseen:
		return hidden
	}
	return managed
}

// update is what the policy of that name does: where the API server refuses the patch, Velero warns, and patches the
// restore's two labels alone. Source: v1.18.2 pkg/restore/restore.go:2486-2518 (processUpdateResourcePolicy).
func (w *walk) update(it *pipeline.Item, found, cluster *object.Value) (pipeline.Verdict, error) {
	if err := blankRestoreLabels(cluster); err != nil {
		return pipeline.Fail("wrong-target", "metadata", err)
	}
	verdict, err := patch(it, cluster, it.Object, "the target has it, and the policy is update")
	if err != nil || verdict.Outcome != report.Update {
		return verdict, err
	}
	if w.env.APIServer != nil {
		if verdict, err = w.refusable(it, found, verdict); err == nil && verdict.Outcome == report.Update {
			tellOfTakenVolume(it, found)
		}
		return verdict, err
	}
	path := immutable(it.Key.Resource, found, it.Object)
	if path == "" {
		tellOfTakenVolume(it, found)
		return verdict, nil
	}
	it.Warned = append(it.Warned, pipeline.Warned{Sort: "patch-refused", Namespace: it.Namespace})
	it.Report.Warn("patch-refused", path, fmt.Sprintf(
		"the API server refuses to change %s of the target's %s %s; Velero warns, and sets only its two labels", path, it.Object.ObjectKind(), it.Object.Name()))
	return pipeline.End(report.Exists, "the target has it, and the API server refuses the patch: "+path+" is immutable")
}

// tellOfTakenVolume is an error where the patch points a bound PersistentVolume to another claim.
func tellOfTakenVolume(it *pipeline.Item, found *object.Value) {
	if it.Key.Resource != layout.PersistentVolumes {
		return
	}
	has, gets := claimOf(found), claimOf(it.Object)
	if has != gets && has.Name != "" {
		it.Report.Error("volume-taken-from-claim", "spec.claimRef", fmt.Sprintf(
			"the target's PersistentVolume %s is bound to claim %s, and the patch binds it to %s: what uses %[2]s loses its volume", found.Name(), has, claimOrNone(it.Object)))
	}
}

func claimOrNone(pv *object.Value) string { return cmp.Or(claimOf(pv).String(), "none") }

// claimOf is the claim that a PersistentVolume is bound to.
func claimOf(pv *object.Value) layout.NamespacedName {
	ref := pv.Get("spec", "claimRef")
	return layout.NamespacedName{Namespace: ref.Get("namespace").Str(), Name: ref.Get("name").Str()}
}

// refusable asks the target's API server whether it takes the patch. After a refusal Velero warns, and where the policy is update
// patches only its own two labels. Source: v1.18.2 pkg/restore/restore.go:2505-2517.
func (w *walk) refusable(it *pipeline.Item, found *object.Value, verdict pipeline.Verdict) (pipeline.Verdict, error) {
	if verdict.Outcome != report.Update || w.env.APIServer == nil {
		return verdict, nil
	}
	text, err := jsonpatch.MergePatch(found.JSON(), it.Report.Patch)
	if err != nil {
		return pipeline.Fail("patch-failed", "", err)
	}
	patched, err := object.Parse(text)
	if err != nil {
		return pipeline.Fail("patch-failed", "", err)
	}
	answer := w.env.APIServer.Patch(it.Key.Resource, found, patched)
	if answer.Broken != nil {
		return verdict, answer.Broken
	}
	if !answer.Refused() {
		return verdict, nil
	}
	it.Report.Code = answer.Code
	it.Warned = append(it.Warned, pipeline.Warned{Sort: "patch-refused", Namespace: it.Namespace})
	it.Report.Warn("patch-refused", answer.Field(), fmt.Sprintf("the API server refuses Velero's patch, with code %d: %s", answer.Code, answer.Message))
	return pipeline.End(report.Exists, "the target has it, and the API server refuses the patch: "+answer.Message)
}

// blankRestoreLabels empties the target's restore labels, so that the patch carries the new ones.
// Source: v1.18.2 pkg/restore/restore.go:2444-2455 (removeRestoreLabels).
func blankRestoreLabels(o *object.Value) error {
	if err := o.Put(object.Text(""), "metadata", "labels", pipeline.BackupNameLabel); err != nil {
		return err
	}
	return o.Put(object.Text(""), "metadata", "labels", pipeline.RestoreNameLabel)
}

// patch reports the merge patch that turns the target's object into the desired one.
// Source: v1.18.2 pkg/restore/merge_service_account.go:112-137 (generatePatch).
func patch(it *pipeline.Item, from, to *object.Value, reason string) (pipeline.Verdict, error) {
	if object.Equal(from, to) {
		return pipeline.End(report.Exists, "the target already has everything that Velero would merge into it")
	}
	text, err := jsonpatch.CreateMergePatch(from.JSON(), to.JSON())
	if err != nil {
		return pipeline.Fail("patch-failed", "", err)
	}
	it.Report.Patch = json.RawMessage(text)
	return pipeline.End(report.Update, reason)
}

// mergeServiceAccount adds to the target's ServiceAccount what only the backup's has: secrets and image pull secrets by
// name, labels and annotations by key. Source: v1.18.2 pkg/restore/merge_service_account.go:32-110.
//
// Velero reads the item as a ServiceAccount once more, after the resource modifiers, and warns if they made it none.
func mergeServiceAccount(it *pipeline.Item, cluster *object.Value) (pipeline.Verdict, error) {
	if err := it.Object.Fits(typed.ServiceAccount()); err != nil {
		return pipeline.Fail("merge-failed", "", err)
	}
	desired := cluster.Clone()
	for _, list := range []string{"secrets", "imagePullSecrets"} {
		if err := mergeByName(desired, it.Object, list); err != nil {
			return pipeline.Fail("merge-failed", list, err)
		}
	}
	for _, m := range []string{"labels", "annotations"} {
		if err := mergeByKey(desired, it.Object, m); err != nil {
			return pipeline.Fail("merge-failed", "metadata."+m, err)
		}
	}
	return patch(it, cluster, desired, "the target has it, and Velero merges the backup's ServiceAccount into it")
}

func mergeByKey(into, from *object.Value, list string) error {
	if from.Get("metadata", list).Len() == 0 {
		return nil
	}
	if !into.Has("metadata", list) {
		if err := into.Put(object.New(), "metadata", list); err != nil {
			return err
		}
	}
	merged := into.Get("metadata", list)
	if merged.Kind() != object.Object {
		return fmt.Errorf("is %s, not an object", merged.Kind())
	}
	merged.SetAll(func(yield func(string, *object.Value) bool) {
		for key, v := range from.Get("metadata", list).Members() {
			if !merged.Has(key) && !yield(key, v) {
				return
			}
		}
	})
	return nil
}

func mergeByName(into, from *object.Value, list string) error {
	names := map[string]bool{}
	merged := slices.Clone(into.Get(list).Elements())
	for _, e := range merged {
		names[e.Get("name").Str()] = true
	}
	added := false
	for i, e := range from.Get(list).Elements() {
		if e.Kind() != object.Object {
			return fmt.Errorf("%s[%d]: is %s, not an object", list, i, e.Kind())
		}
		if name := e.Get("name").Str(); !names[name] {
			names[name], added = true, true
			merged = append(merged, e)
		}
	}
	if added {
		into.Set(list, object.List(merged...))
	}
	return nil
}

// newStatusFilter is the Restore's list of resources whose status goes back; without one none does.
func newStatusFilter(o *Options, resolve func(string) string) filters.Pair {
	s := o.Restore.Spec.RestoreStatus
	if s == nil {
		return filters.NewPair(nil, []string{"*"})
	}
	return filters.NewPair(filters.Resolve(s.IncludedResources, resolve), filters.Resolve(s.ExcludedResources, resolve))
}

// wantsStatus says whether the status goes back, by the item's own annotation or the restore's list.
// Source: v1.18.2 pkg/restore/restore.go:2613-2659.
func wantsStatus(p actions.Profile, item *object.Value, resource string, listed filters.Pair) bool {
	if !p.Does(actions.ReadsStatusAnnotation) {
		return listed.Has(resource)
	}
	switch strings.ToLower(strings.TrimSpace(item.Annotation("velero.io/restore-status"))) {
	case "true":
		return true
	case "false":
		return false
	}
	return listed.Has(resource)
}
