package apiserver

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/veltx/veltx/tarball/object"
)

// pruned are the JSON pointers of what was sent, is not empty, and is not in the object that the server has made of it. It
// does not look at managedFields.
func pruned(sent *object.Value, c *call) []string {
	var list losses
	if u, ok := c.obj.(*unstructured.Unstructured); ok {
		list.inContent(sent, u.Object, "")
		return list
	}
	out, err := c.iface.GetObjectConvertor().ConvertToVersion(c.obj, c.gvr.GroupVersion())
	if err != nil {
		return nil
	}
	list.inType(sent, reflect.ValueOf(out), "")
	return list
}

// losses are what is found lost.
type losses []string

// looked says whether a member of an object is looked at.
func looked(pointer string, v *object.Value) bool {
	return pointer != "/metadata/managedFields" && pointer != "/apiVersion" && pointer != "/kind" && !empty(v)
}

// inContent compares with an object without a type.
func (l *losses) inContent(sent *object.Value, got any, at string) {
	switch sent.Kind() {
	case object.Object:
		fields, _ := got.(map[string]any)
		for name, v := range sent.Members() {
			in, there := fields[name]
			pointer := at + "/" + escaped(name)
			switch {
			case !looked(pointer, v):
			case !there:
				*l = append(*l, pointer)
			default:
				l.inContent(v, in, pointer)
			}
		}
	case object.Array:
		elements, _ := got.([]any)
		for i, v := range sent.Elements() {
			pointer := at + "/" + strconv.Itoa(i)
			switch {
			case empty(v):
			case i >= len(elements):
				*l = append(*l, pointer)
			default:
				l.inContent(v, elements[i], pointer)
			}
		}
	}
}

// inType compares with a Go value, as it would stand in JSON.
func (l *losses) inType(sent *object.Value, got reflect.Value, at string) {
	if sent.Kind() != object.Object && sent.Kind() != object.Array {
		return
	}
	for got.Kind() == reflect.Pointer || got.Kind() == reflect.Interface {
		if got.IsNil() {
			l.inContent(sent, nil, at)
			return
		}
		got = got.Elem()
	}
	switch {
	case got.Type().Implements(marshaler), reflect.PointerTo(got.Type()).Implements(marshaler):
		var plain any
		if text, err := json.Marshal(got.Interface()); err == nil && json.Unmarshal(text, &plain) == nil {
			l.inContent(sent, plain, at)
		}
	case sent.Kind() == object.Array:
		l.inSlice(sent, got, at)
	case got.Kind() == reflect.Struct:
		l.inStruct(sent, got, at)
	case got.Kind() == reflect.Map:
		l.inMap(sent, got, at)
	}
}

var marshaler = reflect.TypeFor[json.Marshaler]()

func (l *losses) inSlice(sent *object.Value, got reflect.Value, at string) {
	n := 0
	if got.Kind() == reflect.Slice {
		n = got.Len()
	}
	for i, v := range sent.Elements() {
		if empty(v) {
			continue
		}
		pointer := at + "/" + strconv.Itoa(i)
		if i >= n {
			*l = append(*l, pointer)
			continue
		}
		l.inType(v, got.Index(i), pointer)
	}
}

func (l *losses) inMap(sent *object.Value, got reflect.Value, at string) {
	for name, v := range sent.Members() {
		if empty(v) {
			continue
		}
		pointer := at + "/" + escaped(name)
		in := got.MapIndex(reflect.ValueOf(name).Convert(got.Type().Key()))
		if !in.IsValid() {
			*l = append(*l, pointer)
			continue
		}
		l.inType(v, in, pointer)
	}
}

func (l *losses) inStruct(sent *object.Value, got reflect.Value, at string) {
	fields := fieldsOf(got.Type())
	for name, v := range sent.Members() {
		pointer := at
		if leaf := v.Kind() != object.Object && v.Kind() != object.Array; leaf {
			// Most are there: their pointer is not needed.
			if f, known := fields[name]; known && !f.missing(got) {
				continue
			}
		}
		pointer += "/" + escaped(name)
		if !looked(pointer, v) {
			continue
		}
		f, known := fields[name]
		if !known || f.missing(got) {
			*l = append(*l, pointer)
			continue
		}
		l.inType(v, got.FieldByIndex(f.index), pointer)
	}
}

// jsonField is a field of a struct as it stands in JSON.
type jsonField struct {
	index     []int
	omitEmpty bool
}

// missing says that JSON does not show the field.
func (f jsonField) missing(in reflect.Value) bool {
	if !f.omitEmpty {
		return false
	}
	v := in.FieldByIndex(f.index)
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

var jsonFields sync.Map // of types

// fieldsOf are the fields of a type by their name in JSON.
func fieldsOf(t reflect.Type) map[string]jsonField {
	if known, ok := jsonFields.Load(t); ok {
		return known.(map[string]jsonField)
	}
	fields := map[string]jsonField{}
	collectFields(t, nil, fields)
	jsonFields.Store(t, fields)
	return fields
}

func collectFields(t reflect.Type, at []int, into map[string]jsonField) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		index := append(slices.Clone(at), i)
		switch {
		case name == "" && f.Type.Kind() == reflect.Struct && (f.Anonymous || strings.Contains(options, "inline")):
			collectFields(f.Type, index, into)
		case name != "" && name != "-" && f.IsExported():
			into[name] = jsonField{index, strings.Contains(options, "omitempty")}
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
	case object.Object, object.Array:
		return v.Len() == 0
	}
	raw := v.JSON()
	if len(raw) > len("false") {
		return false
	}
	text := string(raw)
	return text == "null" || text == `""` || text == "false" || text == "0"
}
