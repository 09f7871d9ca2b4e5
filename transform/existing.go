package transform

import (
	"encoding/json"
	"fmt"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/typed"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// create is the end of an item's way: Velero creates it, or finds that it exists.
func (r *run) create(it *item, status *object.Value) error {
	it.report.Step = byCreate
	if err := r.unservedVersion(it); err != nil {
		return it.fail("version-not-served", "apiVersion", err)
	}
	r.warnOfMissingCRD(it.resource)
	found, present := r.view.Exists(it.resource, it.object, it.namespace)
	if it.resource == crds {
		r.learnServed(it.object, found == nil && present == "")
	}
	switch {
	case found != nil:
		return r.meet(it, found)
	case present != "":
		return r.meetUnknown(it, present)
	}
	if r.o.Profile != actions.V1_6 && status != nil && !r.o.Unread.Has(report.Objects) && wantsStatus(it.object, it.resource, r.status) {
		it.report.Status = status.JSON()
	}
	if err := r.view.Created(it.resource, it.object); err != nil {
		return err
	}
	r.watch.created(it)
	r.readBack(it)
	return it.emit(report.Create, "")
}

// readBack is an error where a resource modifier made a pod or a definition that Velero cannot read once it is created: it
// looks for the volumes and hooks of the one, and waits for the other, of which only the metadata are checked here.
// Source: v1.18.2 pkg/restore/restore.go:1748-1755,1769-1776.
func (r *run) readBack(it *item) {
	shape := map[string]func() *object.Shape{"pods": typed.Pod, crds: typed.Metadata}[it.resource]
	if shape == nil || !it.modified {
		return
	}
	if err := it.object.Fits(shape()); err != nil {
		it.report.Error("unreadable-afterwards", "", fmt.Sprintf("a resource modifier made an item that cannot be read back, and an API server refuses it: %v", err))
	}
}

// meetUnknown is for what every cluster has, though nobody gave the object itself.
func (r *run) meetUnknown(it *item, present string) error {
	if r.o.Restore.Spec.ExistingResourcePolicy == "update" || it.resource == "serviceaccounts" {
		it.report.Notes = append(it.report.Notes, report.Note{By: byExisting, Text: "Velero patches what differs; give the target's object with -f to see the patch"})
	}
	return it.emit(report.Exists, present)
}

// meet is what Velero does with an item that the target has. A ServiceAccount is merged whatever the policy is, even one
// that is the same: the typed action gives it a creationTimestamp of null, by which it differs, and then there is nothing
// to merge.
// Source: v1.18.2 pkg/restore/restore.go:1555-1657.
func (r *run) meet(it *item, found *object.Value) error {
	it.report.Step = byExisting
	cluster := found.Clone()
	if err := resetMetadata(cluster, r.o.Profile); err != nil {
		return it.fail("wrong-target", "", fmt.Errorf("the target's object: %w", err))
	}
	labels := it.object.Labels()
	if err := addRestoreLabels(cluster, labels[restoreNameLabel], labels[backupNameLabel]); err != nil {
		return it.fail("wrong-target", "", fmt.Errorf("the target's object: %w", err))
	}
	same := object.Equal(cluster, it.object)
	policy := r.o.Restore.Spec.ExistingResourcePolicy
	switch {
	case same && (policy != "update" || it.resource == "serviceaccounts"):
		return it.emit(report.Exists, "the target has it, just as it would be created")
	case it.resource == "serviceaccounts":
		return r.mergeServiceAccount(it, cluster)
	case policy == "update":
		if err := blankRestoreLabels(cluster); err != nil {
			return it.fail("wrong-target", "metadata", err)
		}
		return r.patch(it, cluster, it.object, "the target has it, and the policy is update")
	}
	it.report.Warn("exists-differently", "", fmt.Sprintf("the target's %s %s differs from the one in the backup and stays as it is", it.object.ObjectKind(), it.object.Name()))
	return it.emit(report.Exists, "the target has it, and differs")
}

// blankRestoreLabels empties the target's restore labels, so that the patch carries the new ones.
// Source: v1.18.2 pkg/restore/restore.go:2444-2455 (removeRestoreLabels).
func blankRestoreLabels(o *object.Value) error {
	if err := o.Put(object.Text(""), "metadata", "labels", backupNameLabel); err != nil {
		return err
	}
	return o.Put(object.Text(""), "metadata", "labels", restoreNameLabel)
}

// patch reports the merge patch that turns the target's object into the desired one.
// Source: v1.18.2 pkg/restore/merge_service_account.go:112-137 (generatePatch).
func (r *run) patch(it *item, from, to *object.Value, reason string) error {
	if object.Equal(from, to) {
		return it.emit(report.Exists, "the target has all that Velero would merge into it")
	}
	text, err := jsonpatch.CreateMergePatch(from.JSON(), to.JSON())
	if err != nil {
		return it.fail("patch-failed", "", err)
	}
	it.report.Patch = json.RawMessage(text)
	return it.emit(report.Update, reason)
}

// mergeServiceAccount adds to the target's ServiceAccount what only the backup's has: secrets and image pull secrets by
// name, labels and annotations by key. Source: v1.18.2 pkg/restore/merge_service_account.go:32-110.
func (r *run) mergeServiceAccount(it *item, cluster *object.Value) error {
	desired := cluster.Clone()
	for _, list := range []string{"secrets", "imagePullSecrets"} {
		if err := mergeByName(desired, it.object, list); err != nil {
			return it.fail("merge-failed", list, err)
		}
	}
	for _, m := range []string{"labels", "annotations"} {
		for key, v := range it.object.Get("metadata", m).Members() {
			if !desired.Has("metadata", m, key) {
				if err := desired.Put(v, "metadata", m, key); err != nil {
					return it.fail("merge-failed", "metadata."+m, err)
				}
			}
		}
	}
	return r.patch(it, cluster, desired, "the target has it, and Velero merges the backup's ServiceAccount into it")
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
