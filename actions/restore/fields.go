package restore

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// This file reads fields the way Velero's actions do, which turn an item into a typed structure first: what is missing
// or null is the zero value, and a value of the wrong type is an error. The error names the field; at is where the
// value itself stands in the item ("" for the item, "spec.ports[2]" for an element).

// fieldGet returns the value at the end of the path, nil where it is missing or null.
func fieldGet(v *object.Value, at string, want object.Kind, path ...string) (*object.Value, error) {
	for _, name := range path {
		if v.IsNull() {
			return nil, nil
		}
		if v.Kind() != object.Object {
			return nil, fieldError(v, at, object.Object)
		}
		v, at = v.Get(name), fieldPath(at, name)
	}
	if v.IsNull() {
		return nil, nil
	}
	if v.Kind() != want {
		return nil, fieldError(v, at, want)
	}
	return v, nil
}

// fieldGetStrict is fieldGet for fields that Velero reads with apimachinery's unstructured.Nested functions: these do
// not take null at the end of the path for a missing value.
func fieldGetStrict(v *object.Value, at string, want object.Kind, path ...string) (*object.Value, error) {
	found, err := fieldGet(v, at, want, path...)
	if end := v.Get(path...); err == nil && found == nil && end != nil {
		return nil, fieldError(end, fieldPath(at, path...), want)
	}
	return found, err
}

// fieldText returns a string, "" where it is missing.
func fieldText(v *object.Value, at string, path ...string) (string, error) {
	found, err := fieldGet(v, at, object.String, path...)
	return found.Str(), err
}

// fieldTexts returns an object of strings, such as annotations; a null in it counts as "".
func fieldTexts(v *object.Value, at string, path ...string) (map[string]string, error) {
	found, err := fieldGet(v, at, object.Object, path...)
	if found == nil {
		return nil, err
	}
	texts := make(map[string]string, found.Len())
	for key, e := range found.Members() {
		text, ok := e.Text()
		if !ok {
			if text, err = fieldText(e, fieldPath(at, path...)+"["+key+"]"); err != nil {
				return nil, err
			}
		}
		texts[key] = text
	}
	return texts, nil
}

// fieldList returns the elements of a list of objects; null elements stay null.
func fieldList(v *object.Value, at string, path ...string) ([]*object.Value, error) {
	found, err := fieldGet(v, at, object.Array, path...)
	for i, e := range found.Elements() {
		if _, err := fieldGet(e, fieldIndex(fieldPath(at, path...), i), object.Object); err != nil {
			return nil, err
		}
	}
	return found.Elements(), err
}

// fieldInt returns an integer, 0 where it is missing. A whole number may be written with a fraction or an exponent.
func fieldInt(v *object.Value, at string, path ...string) (int64, error) {
	found, err := fieldGet(v, at, object.Number, path...)
	if found == nil {
		return 0, err
	}
	if n, ok := found.Int(); ok {
		return n, nil
	}
	f, err := strconv.ParseFloat(string(found.JSON()), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > math.MaxInt32 {
		return 0, fmt.Errorf("%s: is %s, not an integer", fieldPath(at, path...), found.JSON())
	}
	return int64(f), nil
}

// fieldKind checks that what is at the dotted paths is of one kind, missing or null.
func fieldKind(v *object.Value, want object.Kind, paths ...string) error {
	for _, path := range paths {
		if _, err := fieldGet(v, "", want, strings.Split(path, ".")...); err != nil {
			return err
		}
	}
	return nil
}

// fieldDrop removes members of the object at the path, and the object as well if that leaves it empty, as typed
// structures do.
func fieldDrop(v *object.Value, path []string, names ...string) {
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

func fieldError(v *object.Value, at string, want object.Kind) error {
	article := "a"
	if want >= object.Array {
		article = "an"
	}
	if at == "" {
		return fmt.Errorf("is %s, not %s %s", v.Kind(), article, want)
	}
	return fmt.Errorf("%s: is %s, not %s %s", at, v.Kind(), article, want)
}

func fieldPath(at string, path ...string) string {
	if len(path) == 0 {
		return at
	}
	if at != "" {
		at += "."
	}
	return at + strings.Join(path, ".")
}

func fieldIndex(at string, i int) string { return at + "[" + strconv.Itoa(i) + "]" }

// configRows returns the data of a ConfigMap that configures an action, nil where there is no ConfigMap.
func configRows(config *object.Value) (map[string]string, error) {
	rows, err := fieldTexts(config, "", "data")
	if err != nil {
		return nil, fmt.Errorf("ConfigMap %s: %w", config.Name(), err)
	}
	return rows, nil
}
