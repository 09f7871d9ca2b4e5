package real

import (
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// pointers writes names into JSON pointers.
var pointers = strings.NewReplacer("~", "~0", "/", "~1")

// Pruned finds what was sent, is not empty and did not come back, as sorted JSON pointers. managedFields are not looked at.
func Pruned(sent, got *object.Value) []string {
	list := lost(nil, sent, got, "")
	slices.Sort(list)
	return list
}

func lost(list []string, sent, got *object.Value, at string) []string {
	look := func(pointer string, v, in *object.Value) {
		switch {
		case isEmpty(v) || pointer == "/metadata/managedFields":
		case in == nil:
			list = append(list, pointer)
		default:
			list = lost(list, v, in, pointer)
		}
	}
	switch sent.Kind() {
	case object.Object:
		for name, v := range sent.Members() {
			look(at+"/"+pointers.Replace(name), v, got.Get(name))
		}
	case object.Array:
		elements := got.Elements()
		for i, v := range sent.Elements() {
			var in *object.Value
			if i < len(elements) {
				in = elements[i]
			}
			look(at+"/"+strconv.Itoa(i), v, in)
		}
	}
	return list
}

// isEmpty says that a value is one that Go's types leave out.
func isEmpty(v *object.Value) bool {
	switch v.Kind() {
	case object.Object, object.Array:
		return v.Len() == 0
	case object.String:
		return v.IsText("")
	case object.Bool:
		return !v.True()
	case object.Number:
		n, ok := v.Int()
		return ok && n == 0
	}
	return true
}
