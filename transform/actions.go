package transform

import (
	"fmt"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
)

// runActions runs the chain over the item; done says that the item's story has ended.
// Source: v1.18.2 pkg/restore/restore.go:1322-1424.
func (r *run) runActions(it *item) (done bool, err error) {
	for _, a := range r.chain.For(it.resource) {
		if !a.Takes(it.object) {
			if r.o.Profile == actions.V1_6 {
				// v1.6.3 pkg/restore/restore.go:1129 ends the item where a later version goes on to the next action.
				it.report.Step = a.Name
				it.report.Warn("velero-1.6-drops-item", "", fmt.Sprintf("Velero 1.6 does not restore it, because the label selector of %s does not match; a later version would", a.Name))
				return true, it.emit(report.Skip, "Velero 1.6 drops items that the label selector of an applicable action does not match")
			}
			continue
		}
		if done, err := r.runAction(it, a); done || err != nil {
			return done, err
		}
	}
	return false, nil
}

func (r *run) runAction(it *item, a *actions.Link) (done bool, err error) {
	it.report.Step = a.Name
	out, lost, err := a.Run(r.input(it), &it.fit)
	if lost != "" {
		it.report.Warn("field-lost", lost, "the Kubernetes types of this Velero lack the field, and it restores the item without it; veltx keeps it")
	}
	if err != nil {
		return true, it.fail(actions.FailureID(err, "action-failed"), "", fmt.Errorf("%s: %w", a.Name, err))
	}
	it.report.Actions = append(it.report.Actions, a.Name)
	it.record(a.Name)
	if out == nil {
		return false, nil
	}
	it.note(a.Name, out.Notes)
	r.watch.use(a.Name, out.Used)
	for _, o := range out.Creates {
		resource, _ := r.resources.ForKind(o.APIVersion(), o.ObjectKind())
		if err := r.view.Created(resource, o); err != nil {
			return true, err
		}
	}
	if out.Skip != "" {
		return true, it.emit(report.Skip, out.Skip)
	}
	for _, ref := range out.Additional {
		if err := r.restoreAdditional(it, a.Name, ref); err != nil {
			return true, err
		}
	}
	return false, nil
}

func (r *run) input(it *item) *actions.Input {
	return &actions.Input{
		Profile: r.o.Profile, Resource: it.resource, Item: it.object, ItemFromBackup: it.fromBackup, Namespace: it.namespace,
		Restore: r.o.Restore, Backup: r.backup, Target: r.view, VeleroImage: r.o.VeleroImage,
	}
}

func (it *item) note(by string, notes []actions.Note) {
	for _, n := range notes {
		if n.Level == actions.Warning {
			it.report.Warn(n.ID, n.Path, n.Text)
			continue
		}
		it.report.Notes = append(it.report.Notes, report.Note{By: by, Path: n.Path, Text: n.Text, Keeps: n.Keeps})
	}
}

// restoreAdditional restores an item that an action asked for, before the one that asked.
func (r *run) restoreAdditional(it *item, action string, ref actions.ItemRef) error {
	key := ref.Key()
	id, ok := r.index.Find(key)
	if !ok {
		it.report.Warn("additional-item-missing", "", fmt.Sprintf("%s asks for %s, which the backup does not have", action, key))
		return nil
	}
	if !r.selection.reachable(key) || !r.selection.resource(key.Resource) {
		it.report.Notes = append(it.report.Notes, report.Note{By: action, Text: fmt.Sprintf("asks for %s, which the filters of the restore exclude", key)})
		return nil
	}
	if r.about != nil && it.key == *r.about {
		it.report.Notes = append(it.report.Notes, report.Note{By: action, Text: fmt.Sprintf("asks for %s, which comes before it", key)})
	}
	child, err := r.load(id, it.key.String())
	if err != nil || child == nil {
		return err
	}
	defer child.end()
	r.tell(key, action, func() string { return "asks for it while " + it.key.String() + " is restored, which it comes before" })
	return r.restoreItem(child)
}

// applyModifiers runs the resource modifiers. A rule that fails is an error of the item, which is restored all the
// same, without that rule. Source: v1.18.2 pkg/restore/restore.go:1462-1468.
func (r *run) applyModifiers(it *item) error {
	if r.o.Modifiers == nil {
		return nil
	}
	var result modifiers.Result
	if r.o.Modifiers.MayMatch(it.resource) {
		result = r.o.Modifiers.Apply(it.resource, it.object.JSON())
	}
	r.countModifiers(it, result)
	for _, patched := range result.Patched {
		modified, err := object.Parse(patched.Item)
		if err != nil {
			return fmt.Errorf("%s: resource modifier rule %d: %w", it.key, patched.Index, err)
		}
		if !it.o.Unread.Has(report.Changes) {
			it.keep(fmt.Sprintf(byModifier, patched.Index), object.Diff(it.object, modified))
		}
		it.object, it.modified = modified, true
	}
	for _, failed := range result.Errors {
		it.report.Step = modifierStep(failed.Index)
		it.report.Error("modifier-failed", "", fmt.Sprintf("%v; Velero restores the item without this rule", failed))
	}
	if result.LabelsUnreadable {
		it.report.Step = byModifiers
		it.report.Warn("labels-unreadable", "metadata.labels", "a resource modifier made a label that is no string; Velero then replaces all labels by its own two")
	}
	return nil
}

// modifierStep names a rule, or all of them where it is none in particular.
func modifierStep(rule int) string {
	if rule < 0 {
		return byModifiers
	}
	return fmt.Sprintf(byModifier, rule)
}

// countModifiers is the one place of a run that items on several cores share.
func (r *run) countModifiers(it *item, result modifiers.Result) {
	r.tallying.Lock()
	defer r.tallying.Unlock()
	r.tally.Add(layout.Address{Resource: it.resource, Namespace: it.key.Namespace, Name: it.key.Name}, result)
}
