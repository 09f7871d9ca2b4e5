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
		it.Report.Error("modifier-failed", "", fmt.Sprintf("%v; Velero restores the item without this rule", failed))
	}
	if result.LabelsUnreadable {
		it.Report.Step = ByModifiers
		it.Report.Warn("labels-unreadable", "metadata.labels", "a resource modifier made a label that is no string; Velero then replaces all labels by its own two")
	}
	return goOn()
}

// ModifierStep names a rule, or all of them where it is none in particular.
func ModifierStep(rule int) string {
	if rule < 0 {
		return ByModifiers
	}
	return fmt.Sprintf(ByModifier, rule)
}
