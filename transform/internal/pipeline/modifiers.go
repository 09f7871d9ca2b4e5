package pipeline

import (
	"fmt"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// applyModifiers runs the resource modifiers. A rule that fails is an error of the item, which is restored all the
// same, without that rule. Source: v1.18.2 pkg/restore/restore.go:1462-1468.
func applyModifiers(env *Env, _ Around, it *Item) (Verdict, error) {
	it.Modified.Tried = true
	if !env.modifies(it.Key.Resource) {
		return goOn()
	}
	result := env.Modifiers.Apply(it.Key.Resource, it.Object.JSON())
	it.Modified.Result = result
	for _, patched := range result.Patched {
		modified, err := object.Parse(patched.Item)
		if err != nil {
			return Verdict{}, fmt.Errorf("%s: resource modifier rule %d: %w", it.Key, patched.Index, err)
		}
		if !it.Unread.Has(report.Changes) {
			it.keep(ModifierStep(patched.Index), object.Diff(it.Object, modified))
		}
		it.Object, it.Modified.Changed = modified, true
	}
	for _, failed := range result.Errors {
		it.Report.Step = ModifierStep(failed.Index)
		it.Report.Error("modifier-failed", "", fmt.Sprintf("%v%s; Velero restores the item without this rule", failed, env.statusGone(it, failed.Index)))
	}
	if result.LabelsUnreadable {
		it.Report.Step = ByModifiers
		it.Report.Warn("labels-unreadable", "metadata.labels", "a resource modifier sets a label that is not a string; Velero then replaces all labels with its own two")
	}
	return goOn()
}

// statusGone says that a rule reads the status that the item had in the backup.
// Source: v1.18.2 pkg/restore/restore.go:1316 takes it away, and :1462 runs the modifiers.
func (env *Env) statusGone(it *Item, rule int) string {
	if rule < 0 || it.Status == nil || !env.Modifiers.ReadsStatus(rule) {
		return ""
	}
	return " (Velero removes the status first)"
}

// ModifierStep names a rule, or all of them where it is none in particular.
func ModifierStep(rule int) string {
	if rule < 0 {
		return ByModifiers
	}
	return fmt.Sprintf(ByModifier, rule)
}
