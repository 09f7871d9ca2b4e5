package restore

import (
	"encoding/json"
	"fmt"
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

// Create implements pipeline.Around: Velero creates the item, or finds that it exists.
func (w *walk) Create(it *pipeline.Item) (pipeline.Verdict, error) {
	if err := w.target.unservedVersion(it); err != nil {
		return pipeline.Fail(actions.FailureID(err, "version-not-served"), "apiVersion", err)
	}
	found, present := w.target.view.Exists(it.Key.Resource, it.Object, it.Namespace)
	if it.Key.Resource == layout.CRDs {
		w.target.learn(it.Object, found == nil && present == "")
	}
	switch {
	case found != nil:
		return w.meet(it, found)
	case present != "":
		return w.meetUnknown(it, present)
	}
	if w.o.Profile.Does(actions.RestoresStatus) && it.Status != nil && !it.Unread.Has(report.Objects) && wantsStatus(it.Object, it.Key.Resource, w.status) {
		it.Report.Status = it.Status.JSON()
	}
	if err := w.target.view.Created(it.Key.Resource, it.Object); err != nil {
		return pipeline.Verdict{}, err
	}
	readBack(it)
	return pipeline.End(report.Create, "")
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
		it.Report.Error("unreadable-afterwards", "", fmt.Sprintf("a resource modifier made an item that cannot be read back, and an API server refuses it: %v", err))
	}
}

// meetUnknown is for what every cluster has, though nobody gave the object itself.
func (w *walk) meetUnknown(it *pipeline.Item, present string) (pipeline.Verdict, error) {
	if w.o.Restore.Spec.ExistingResourcePolicy == "update" || it.Key.Resource == layout.ServiceAccounts {
		it.Report.Notes = append(it.Report.Notes, report.Note{By: pipeline.ByExisting, Text: "Velero patches what differs; give the target's object with -f to see the patch"})
	}
	return pipeline.End(report.Exists, present)
}

// meet is what Velero does with an item that the target has. A ServiceAccount is merged whatever the policy is, even one
// that is the same: the typed action gives it a creationTimestamp of null, by which it differs, and then there is nothing
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
	same := object.Equal(cluster, it.Object)
	policy := w.o.Restore.Spec.ExistingResourcePolicy
	switch {
	case same && it.Key.Resource == layout.ServiceAccounts, same && policy != "update" && !it.Retyped:
		return pipeline.End(report.Exists, "the target has it, just as it would be created")
	case it.Key.Resource == layout.ServiceAccounts:
		return mergeServiceAccount(it, cluster)
	case policy == "update":
		if err := blankRestoreLabels(cluster); err != nil {
			return pipeline.Fail("wrong-target", "metadata", err)
		}
		return patch(it, cluster, it.Object, "the target has it, and the policy is update")
	}
	text, reason := "the target's %s %s differs from the one in the backup and stays as it is", "the target has it, and differs"
	if same {
		text = "the target's %s %s is the same and stays; Velero warns that it is different, since an action adds empty values to the one in the backup"
		reason = "the target has it, just as it would be created but for empty values"
	}
	it.Report.Warn("exists-differently", "", fmt.Sprintf(text, it.Object.ObjectKind(), it.Object.Name()))
	return pipeline.End(report.Exists, reason)
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
		return pipeline.End(report.Exists, "the target has all that Velero would merge into it")
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
func mergeServiceAccount(it *pipeline.Item, cluster *object.Value) (pipeline.Verdict, error) {
	desired := cluster.Clone()
	for _, list := range []string{"secrets", "imagePullSecrets"} {
		if err := mergeByName(desired, it.Object, list); err != nil {
			return pipeline.Fail("merge-failed", list, err)
		}
	}
	for _, m := range []string{"labels", "annotations"} {
		for key, v := range it.Object.Get("metadata", m).Members() {
			if !desired.Has("metadata", m, key) {
				if err := desired.Put(v, "metadata", m, key); err != nil {
					return pipeline.Fail("merge-failed", "metadata."+m, err)
				}
			}
		}
	}
	return patch(it, cluster, desired, "the target has it, and Velero merges the backup's ServiceAccount into it")
}

func mergeByName(into, from *object.Value, list string) error {
	names := map[string]bool{}
	merged := into.Get(list).Elements()
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
			merged = append(merged[:len(merged):len(merged)], e)
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
func wantsStatus(item *object.Value, resource string, listed filters.Pair) bool {
	switch strings.ToLower(strings.TrimSpace(item.Annotation("velero.io/restore-status"))) {
	case "true":
		return true
	case "false":
		return false
	}
	return listed.Has(resource)
}
