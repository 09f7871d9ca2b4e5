package modifiers

import (
	"bytes"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// ErrUnknownKind says that a strategic merge patch met a kind that Velero's server has no Go type for.
var ErrUnknownKind = errors.New("kind not registered")

// ErrPanic says that one of the libraries that Velero uses too panicked over a rule. Nothing in Velero's restorer stops
// such a panic: the restore ends at this item.
var ErrPanic = errors.New("the library that Velero patches with panicked")

// Result is what the rules did to one item. The zero value means that no rule matched.
type Result struct {
	// Item is the patched item: compact JSON with sorted keys and <, >, & escaped, as encoding/json writes maps. It is
	// nil when no rule changed anything.
	Item []byte
	// Patched are the rules that changed the item, in order.
	Patched []PatchedRule
	// Errors are the rules that failed, in order. Velero lists each in the restore's results and creates the item
	// without that rule's changes.
	Errors []RuleError
	// Hits are the indexes of the rules whose conditions the item met, whatever came of it.
	Hits []int
	// Skipped are the indexes of the rules that hit and have a "test" operation that failed.
	Skipped []int
	// LackStatus are the indexes of the rules that did not match because of a value in the status, which the item has no
	// longer.
	LackStatus []int
	// LabelsUnreadable says that, after the changes, metadata.labels aren't a mapping from text to text, as a JSON patch
	// makes them that adds the unquoted value true. Velero reads such labels as none, and when it then adds its own two,
	// they replace all labels of the item (pkg/restore/restore.go:2138-2149). It is false when Item is nil.
	LabelsUnreadable bool
}

// PatchedRule is one rule's share of the changes.
type PatchedRule struct {
	// Index is the rule's place in the file, from 0.
	Index int
	// Item is the item after this rule, in the form of Result.Item.
	Item []byte
}

// RuleError is one rule's failure on one item.
type RuleError struct {
	// Index is the rule's place in the file, from 0, or -1 if it is the item that can't be read.
	Index int
	// Err names rule and field.
	Err error
}

// Error is the text of Err.
func (e RuleError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e RuleError) Unwrap() error { return e.Err }

// MayMatch tells whether Apply could do anything to an item of the resource, "pods" or "deployments.apps". It reads no
// item and is cheap.
func (r *Rules) MayMatch(resource string) bool {
	for i := range r.rules {
		if r.rules[i].conditions.mayMatch(resource) {
			return true
		}
	}
	return false
}

// ReadsStatus tells whether a JSON patch of the rule reads a path in the status. There is none by the time modifiers run.
func (r *Rules) ReadsStatus(index int) bool { return r.rules[index].readsStatus }

// Apply runs all rules on one item of the resource ("pods", "deployments.apps"). The item is JSON as it is after the
// item actions, its metadata with the ORIGINAL namespace: Velero maps namespaces after the modifiers
// (pkg/restore/restore.go:1462-1475). Rules are matched against that item, and patch what the rules before them made
// of it (internal/resourcemodifiers/resource_modifiers.go:87-111).
func (r *Rules) Apply(resource string, item []byte) Result {
	if !r.MayMatch(resource) {
		return Result{}
	}
	original, err := newObject(item)
	if err != nil {
		return Result{Errors: []RuleError{{Index: -1, Err: err}}}
	}
	var result Result
	current := original
	for i := range r.rules {
		current = r.rules[i].run(r, i, resource, original, current, &result)
	}
	if len(result.Patched) > 0 {
		result.Item = result.Patched[len(result.Patched)-1].Item
		_, _, err := unstructured.NestedStringMap(current.velero.Object, "metadata", "labels")
		result.LabelsUnreadable = err != nil
	}
	return result
}

// run runs one rule, notes what came of it, and returns the object for the next rule.
func (r *rule) run(of *Rules, index int, resource string, original, current *object, result *Result) *object {
	subject := original
	if of.before114 {
		subject = current
	}
	matched, lacksStatus, err := r.conditions.match(resource, subject, of)
	if lacksStatus {
		result.LackStatus = append(result.LackStatus, index)
	}
	if err != nil {
		err = fmt.Errorf("resourceModifierRules[%d].conditions.%w", index, err)
		result.Errors = append(result.Errors, RuleError{Index: index, Err: err})
		return current
	}
	if !matched {
		return current
	}
	result.Hits = append(result.Hits, index)
	next, item, err := r.change(current, of.how())
	switch {
	case errors.Is(err, errTestFailed):
		result.Skipped = append(result.Skipped, index)
		return current
	case err != nil:
		err = fmt.Errorf("resourceModifierRules[%d].%w", index, err)
		result.Errors = append(result.Errors, RuleError{Index: index, Err: err})
		return current
	case item == nil:
		return current
	}
	result.Patched = append(result.Patched, PatchedRule{Index: index, Item: item})
	return next
}

// change patches the object. The item that it returns is nil if the patch changed nothing.
func (r *rule) change(before *object, how how) (*object, []byte, error) {
	after, err := r.patch(before, how)
	if err != nil {
		return nil, nil, err
	}
	if bytes.Equal(before.json(), after.json()) { // equal in Velero's eyes
		return before, nil, nil
	}
	item := after.item()
	return after, item, checkSize(item, how.size)
}
