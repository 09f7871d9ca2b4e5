package transform

import (
	"fmt"
	"slices"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/report"
)

// item is one item on its way through the restore.
type item struct {
	*run
	key        layout.ItemKey
	plain      index.ID // the plain copy, by which it is remembered that the item was done
	resource   string
	namespace  string // target
	object     *object.Value
	fromBackup *object.Value
	fit        actions.Fit
	modified   bool // by a resource modifier
	report     report.Item
	room       *room
}

// restoreItem takes one item through the stages. It returns an error only where the whole run has to end.
// Source: v1.18.2 pkg/restore/restore.go:1083-1735 (restoreItem).
func (r *run) restoreItem(it *item) error {
	if !r.admitted(it) {
		return nil
	}
	if err := checkIdentity(it.key, it.object); err != nil {
		return it.fail("wrong-item", "", fmt.Errorf("%s: %w", it.key.Path(), err))
	}
	if it.namespace != "" {
		it.report.Step = byNamespace
		if err := r.ensureNamespace(it.key.Namespace); err != nil {
			return err
		}
		if why := r.spaces[it.namespace]; why != "" {
			return it.fail("namespace-terminating", "", fmt.Errorf("namespace %s: %s", it.namespace, why))
		}
	}
	it.report.Step = ""
	it.fromBackup = it.object.Clone()
	it.report.Version = layout.Version(it.object.APIVersion())
	completed, err := isCompleted(it.object, it.resource)
	if err != nil {
		return it.fail("wrong-type", "", err)
	}
	if completed {
		if !r.index.Mark(it.plain) {
			return it.emit(report.Skip, "it has completed its work")
		}
		return nil
	}
	if r.index.Mark(it.plain) {
		return nil // restored before, as another item asked for it
	}
	if it.resource == "pods" && it.object.Annotation(mirrorPodAnnotation) != "" {
		return it.emit(report.Skip, "a mirror pod: the kubelet of its node makes it from a file")
	}
	return r.runStages(it)
}

// runStages is what happens to an item that is restored.
func (r *run) runStages(it *item) error {
	if it.resource == persistentVolumes {
		if done, err := r.volumes.restorePV(it); done || err != nil {
			return err
		}
	}
	status := it.object.Get("status")
	if err := it.step(byMetadataReset, func() error { return resetMetadata(it.object, r.o.Profile) }); err != nil {
		return it.fail("wrong-type", "", err)
	}
	if done, err := r.runActions(it); done || err != nil {
		return err
	}
	if it.resource == persistentVolumeClaims {
		if err := it.step(byVolumeBinding, func() error { return r.volumes.bindPVC(it) }); err != nil {
			return it.fail("wrong-type", "", err)
		}
	}
	if err := r.applyModifiers(it); err != nil {
		return err
	}
	if err := it.step(byNamespaceMapping, it.moveToTarget); err != nil {
		return it.fail("wrong-type", "metadata", err)
	}
	err := it.step(byRestoreLabels, func() error {
		return addRestoreLabels(it.object, r.o.Restore.Name, r.o.Restore.Spec.BackupName)
	})
	if err != nil {
		return it.fail("wrong-type", "metadata", err)
	}
	return r.create(it, status)
}

// admitted checks the filters again, since an action may have asked for an item that they exclude.
func (r *run) admitted(it *item) bool {
	return r.selection.reachable(it.key) && r.selection.resource(it.resource)
}

func (it *item) moveToTarget() error {
	if it.namespace == "" || it.object.Get("metadata", "namespace").Is(it.namespace) {
		return nil
	}
	return it.object.Put(object.Text(it.namespace), "metadata", "namespace")
}

// step runs one step and keeps what it changed.
func (it *item) step(by string, edit func() error) error {
	it.report.Step = by
	if err := edit(); err != nil {
		return err
	}
	it.record(by)
	return nil
}

// record keeps what was changed since the last time, as the work of one step.
func (it *item) record(by string) {
	if !it.o.Unread.Has(report.Changes) {
		it.keep(by, it.object.TakeChanges())
	}
}

func (it *item) keep(by string, changes []object.Change) {
	values := !it.o.Unread.Has(report.Values)
	it.report.Changes = slices.Grow(it.report.Changes, len(changes))
	for _, c := range changes {
		change := report.Change{By: by, Op: string(c.Op), Path: c.Path}
		if c.Old != nil && values {
			change.Old = c.Old.JSON()
		}
		if c.New != nil && values {
			change.New = c.New.JSON()
		}
		it.report.Changes = append(it.report.Changes, change)
	}
}

// fail reports the item as failed.
func (it *item) fail(id, path string, err error) error {
	it.report.Error(id, path, err.Error())
	return it.emit(report.Fail, err.Error())
}

// emit closes the item and hands it to the sink.
func (it *item) emit(outcome report.Outcome, reason string) error {
	it.report.Outcome, it.report.Reason = outcome, reason
	it.volumes.note(it)
	it.summary.Count(&it.report)
	it.report.Order = it.summary.Items
	if it.o.Restored != nil && it.summary.Items%1024 == 0 {
		it.o.Restored(it.summary.Items, it.index.Len())
	}
	if it.object != nil && (outcome == report.Create || outcome == report.Update) {
		it.report.Name = it.object.Name()
		if !it.o.Unread.Has(report.Objects) {
			it.report.Object = it.object.JSON()
		}
		if it.taken != nil {
			if err := it.taken(&it.report, it.object); err != nil {
				return err
			}
		}
	}
	if !it.o.Secrets {
		if err := it.redactor.Redact(&it.report); err != nil {
			return fmt.Errorf("%s: %w", it.key, err)
		}
	}
	return it.sink.Item(&it.report)
}
