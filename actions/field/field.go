// Package field reads fields of items the way Velero's actions do, which turn an item into a typed structure first: what
// is missing or null is the zero value, and a value of the wrong type is an error that names the field.
package field

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// Get returns the value at the end of a path, nil where it is missing or null. at is where v itself stands in the item:
// "" for the item, "spec.volumes[2]" for an element.
func Get(v *object.Value, at string, want object.Kind, path ...string) (*object.Value, error) {
	for i, name := range path {
		if v.IsNull() {
			return nil, nil
		}
		if v.Kind() != object.Object {
			return nil, WrongKind(v, Path(at, path[:i]...), object.Object)
		}
		v = v.Get(name)
	}
	if v.IsNull() {
		return nil, nil
	}
	if v.Kind() != want {
		return nil, WrongKind(v, Path(at, path...), want)
	}
	return v, nil
}

// GetStrict is Get for fields that Velero reads with apimachinery's unstructured.Nested functions: these do
// not take null at the end of the path for a missing value.
func GetStrict(v *object.Value, at string, want object.Kind, path ...string) (*object.Value, error) {
	found, err := Get(v, at, want, path...)
	if end := v.Get(path...); err == nil && found == nil && end != nil {
		return nil, WrongKind(end, Path(at, path...), want)
	}
	return found, err
}

// Text returns a string, "" where it is missing.
func Text(v *object.Value, at string, path ...string) (string, error) {
	found, err := Get(v, at, object.String, path...)
	return found.Str(), err
}

// Texts returns an object of strings, such as annotations; a null in it counts as "".
func Texts(v *object.Value, at string, path ...string) (map[string]string, error) {
	found, err := Get(v, at, object.Object, path...)
	if found == nil {
		return nil, err
	}
	texts := make(map[string]string, found.Len())
	for key, e := range found.Members() {
		text, ok := e.Text()
		if !ok {
			if text, err = Text(e, Path(at, path...)+"["+key+"]"); err != nil {
				return nil, err
			}
		}
		texts[key] = text
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

// Int returns an integer, 0 where it is missing. A whole number may be written with a fraction or an exponent.
func Int(v *object.Value, at string, path ...string) (int64, error) {
	found, err := Get(v, at, object.Number, path...)
	if found == nil {
		return 0, err
	}
	if n, ok := found.Int(); ok {
		return n, nil
	}
	f, err := strconv.ParseFloat(string(found.JSON()), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
		return 0, fmt.Errorf("%s: is %s, not an integer", Path(at, path...), found.JSON())
	}
	return int64(f), nil
}

// Kinds checks that what is at the dotted paths is of one kind, missing or null.
func Kinds(v *object.Value, want object.Kind, paths ...string) error {
	for _, path := range paths {
		if _, err := Get(v, "", want, strings.Split(path, ".")...); err != nil {
			return err
		}
	}
	return nil
}

// Drop removes members of the object at the path, and the object as well if that leaves it empty, as typed
// structures do.
func Drop(v *object.Value, path []string, names ...string) {
	parent, gone := v.Get(path...), false
	for _, name := range names {
		if parent.Has(name) {
			gone = parent.Remove(name)
		}
	}
	if gone && parent.Len() == 0 {
		v.Remove(path...)
	}
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

// WrongKind is the error of a value that is not of the kind that is wanted.
func WrongKind(v *object.Value, at string, want object.Kind) error {
	article := "a"
	if want >= object.Array {
		article = "an"
	}
	if at == "" {
		return fmt.Errorf("is %s, not %s %s", v.Kind(), article, want)
	}
	return fmt.Errorf("%s: is %s, not %s %s", at, v.Kind(), article, want)
}
