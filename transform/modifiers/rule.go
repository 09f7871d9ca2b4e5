package modifiers

import (
	"errors"
	"fmt"
	"slices"
)

// errNoPatch is what a rule without patches says of every item that it matches: it passes Velero's validation
// (internal/resourcemodifiers/resource_modifiers.go:215).
var errNoPatch = errors.New("patches: want patches, mergePatches or strategicPatches, got none")

// errTestFailed says that a "test" operation of the rule's own patches failed: the rule is skipped.
var errTestFailed = errors.New("a test operation failed")

// rule is one rule, compiled. What doesn't compile is kept as an error until an item gets that far, since that is when
// Velero notices.
type rule struct {
	conditions conditions
	patch      patcher

	readsStatus bool // its JSON patch does
}

// how is what patches are applied with.
type how struct {
	size      int64 // of the patched item, at most
	before114 bool  // with the library of Velero before 1.14
}

// patcher runs one kind of patch. It returns a new object of a size at most, or errTestFailed, and leaves its argument alone.
type patcher func(before *object, how how) (*object, error)

func compile(f *file) *Rules {
	rules := &Rules{rules: make([]rule, len(f.ResourceModifierRules))}
	for i := range f.ResourceModifierRules {
		spec := &f.ResourceModifierRules[i]
		rules.rules[i] = rule{
			conditions: compileConditions(&spec.Conditions), patch: compilePatcher(spec),
			readsStatus: slices.ContainsFunc(spec.Patches, readsStatus),
		}
	}
	return rules
}

// readsStatus says whether an operation needs something in the status to be there.
func readsStatus(p fileJSONPatch) bool {
	return inStatus(p.From) || p.Operation != "add" && inStatus(p.Path)
}

func compilePatcher(spec *fileRule) patcher {
	switch {
	case len(spec.Patches) > 0:
		return compileJSONPatch(spec.Patches)
	case len(spec.MergePatches) > 0:
		return compileMergePatches(spec.MergePatches)
	case len(spec.StrategicPatches) > 0:
		return compileStrategicPatches(spec.StrategicPatches)
	}
	return func(*object, how) (*object, error) { return nil, errNoPatch }
}

// guarded runs f and turns a panic into an error. The libraries that Velero uses panic on some input, such as a JSON
// patch's test of a list with a null in it; a preview must go on.
func guarded[T any](f func() (T, error)) (made T, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", ErrPanic, cause)
		}
	}()
	return f()
}
