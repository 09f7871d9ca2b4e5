//go:build apiserver

package apiserver

import (
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/veltx/veltx/tarball/object"
)

// pruned are the JSON pointers of what was sent, is not empty, and is not in the object that the server has made of it. It
// does not look at managedFields.
func pruned(sent *object.Value, c *call) []string {
	got, err := c.answered()
	if err != nil {
		return nil
	}
	var list []string
	lost(sent, got, "", &list)
	return list
}

// answered is the object as the server would send it back.
func (c *call) answered() (map[string]any, error) {
	if u, ok := c.obj.(*unstructured.Unstructured); ok {
		return u.Object, nil
	}
	out, err := c.iface.GetObjectConvertor().ConvertToVersion(c.obj, c.gvr.GroupVersion())
	if err != nil {
		return nil, err
	}
	return runtime.DefaultUnstructuredConverter.ToUnstructured(out)
}

func lost(sent *object.Value, got any, at string, list *[]string) {
	switch sent.Kind() {
	case object.Object:
		fields, _ := got.(map[string]any)
		for name, v := range sent.Members() {
			pointer := at + "/" + escaped(name)
			in, there := fields[name]
			switch {
			case pointer == "/metadata/managedFields", pointer == "/apiVersion", pointer == "/kind", empty(v):
			case !there:
				*list = append(*list, pointer)
			default:
				lost(v, in, pointer, list)
			}
		}
	case object.Array:
		elements, _ := got.([]any)
		for i, v := range sent.Elements() {
			pointer := at + "/" + strconv.Itoa(i)
			switch {
			case empty(v):
			case i >= len(elements):
				*list = append(*list, pointer)
			default:
				lost(v, elements[i], pointer, list)
			}
		}
	}
}

// escaped is a name as it stands in a JSON pointer; few have anything to escape.
func escaped(name string) string {
	if !strings.ContainsAny(name, "~/") {
		return name
	}
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// empty says that nothing is lost with a value: null, "", an empty list or object, and what an empty field of Go is.
func empty(v *object.Value) bool {
	switch v.Kind() {
	case object.Object:
		for range v.Members() {
			return false
		}
		return true
	case object.Array:
		return len(v.Elements()) == 0
	}
	text := string(v.JSON())
	return text == "null" || text == `""` || text == "false" || text == "0"
}
