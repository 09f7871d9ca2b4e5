// Package field reads fields of items the way Velero's actions do, which turn an item into a typed structure first: what
// is missing or null is the zero value, and a value of the wrong type is an error that names the field.
package field

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// Get returns the value at the end of a path, nil where it is missing or null. at is where v itself stands in the item:
// "" for the item, "spec.volumes[2]" for an element.
func Get(v *object.Value, at string, want object.Kind, path ...string) (*object.Value, error) {
	for _, name := range path {
		if v.IsNull() {
			return nil, nil
		}
		if v.Kind() != object.Object {
			return nil, wrongKind(v, at, object.Object)
		}
		v, at = v.Get(name), Path(at, name)
	}
	if v.IsNull() {
		return nil, nil
	}
	if v.Kind() != want {
		return nil, wrongKind(v, at, want)
	}
	return v, nil
}

// Text returns a string, "" where it is missing.
func Text(v *object.Value, at string, path ...string) (string, error) {
	found, err := Get(v, at, object.String, path...)
	return found.Str(), err
}

// Texts returns an object of strings, such as labels; a null in it counts as "".
func Texts(v *object.Value, at string, path ...string) (map[string]string, error) {
	found, err := Get(v, at, object.Object, path...)
	if found == nil {
		return nil, err
	}
	texts := make(map[string]string, found.Len())
	for key, e := range found.Members() {
		if texts[key], err = Text(e, Path(at, path...)+"["+key+"]"); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// List returns the elements of a list of objects; null elements stay null.
func List(v *object.Value, at string, path ...string) ([]*object.Value, error) {
	found, err := Get(v, at, object.Array, path...)
	for i, e := range found.Elements() {
		if _, err := Get(e, Index(Path(at, path...), i), object.Object); err != nil {
			return nil, err
		}
	}
	return found.Elements(), err
}

// Path is the path below at.
func Path(at string, path ...string) string {
	if at == "" || len(path) == 0 {
		return at + strings.Join(path, ".")
	}
	return at + "." + strings.Join(path, ".")
}

// Index is the path of an element of the list at the path.
func Index(at string, i int) string { return at + "[" + strconv.Itoa(i) + "]" }

func wrongKind(v *object.Value, at string, want object.Kind) error {
	article := "a"
	if want >= object.Array {
		article = "an"
	}
	if at == "" {
		return fmt.Errorf("is %s, not %s %s", v.Kind(), article, want)
	}
	return fmt.Errorf("%s: is %s, not %s %s", at, v.Kind(), article, want)
}
