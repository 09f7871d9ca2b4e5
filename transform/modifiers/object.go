package modifiers

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// object is an item between two rules.
type object struct {
	// velero is the item as Velero holds it: maps, with int64 for integers that fit and float64 for all other numbers.
	velero *unstructured.Unstructured
	// text is velero as compact JSON, made when first asked for.
	text []byte
	// exact is the item with the numbers as they were written, nil where that is no different from text.
	// Differs from Velero: it would send text.
	exact []byte
}

func newObject(item []byte) (*object, error) {
	o, err := decodeObject(item)
	if err != nil {
		return nil, fmt.Errorf("item: %w", err)
	}
	if !hasUnusualNumber(item) {
		return o, nil
	}
	if o.exact, err = canonical(item); err != nil {
		return nil, fmt.Errorf("item: %w", err)
	}
	return o, nil
}

// decodeObject reads JSON as Velero does after a patch: a mapping with a kind (internal/resourcemodifiers/
// json_patch.go:72).
func decodeObject(text []byte) (*object, error) {
	u := &unstructured.Unstructured{}
	if err := u.UnmarshalJSON(text); err != nil {
		return nil, err
	}
	return &object{velero: u}, nil
}

// json is the object's text in Velero's eyes.
func (o *object) json() []byte {
	if o.text == nil {
		o.text, _ = json.Marshal(o.velero.Object) // what was decoded from JSON can be encoded
	}
	return o.text
}

// item is the object's text to pass on.
func (o *object) item() []byte {
	if o.exact != nil {
		return o.exact
	}
	return o.json()
}

// withExact carries the exact numbers of before over to o, which a patch made of it, by running the patch once more on
// the exact text. Where that doesn't work out, o keeps Velero's numbers.
func (o *object) withExact(before *object, run func(exact []byte) ([]byte, error)) *object {
	if before.exact == nil {
		return o
	}
	patched, err := guarded(func() ([]byte, error) { return run(before.exact) })
	if err != nil {
		return o
	}
	if patched, err = canonical(patched); err == nil {
		o.exact = patched
	}
	return o
}
