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
		list.inContent(sent, u.Object, nil)
		return list
	}
	out, err := c.iface.GetObjectConvertor().ConvertToVersion(c.obj, c.gvr.GroupVersion())
	if err != nil {
		return nil
	}
	list.inType(sent, reflect.ValueOf(out), nil)
	return list
}

// losses are what is found lost.
type losses []string

// place is where something stands: a name in an object or an index in an array. The whole object is nil.
type place struct {
	in     *place
	name   string
	index  int
	inList bool // index tells
}

// pointer is the place as a JSON pointer.
func (p *place) pointer() string {
	switch {
	case p == nil:
		return ""
	case p.inList:
		return p.in.pointer() + "/" + strconv.Itoa(p.index)
	}
	return p.in.pointer() + "/" + escaped(p.name)
}

func (l *losses) add(at *place) { *l = append(*l, at.pointer()) }

// looked says whether a member of an object is looked at.
func looked(at *place, v *object.Value) bool {
	switch {
	case at.in == nil:
		return at.name != "apiVersion" && at.name != "kind" && !empty(v)
	case at.in.in == nil && at.in.name == "metadata":
		return at.name != "managedFields" && !empty(v)
	}
	return !empty(v)
}

// inContent compares with an object without a type.
func (l *losses) inContent(sent *object.Value, got any, at *place) {
	switch sent.Kind() {
	case object.Object:
		fields, _ := got.(map[string]any)
		for name, v := range sent.Members() {
			in, there := fields[name]
			here := place{in: at, name: name}
			switch {
			case !looked(&here, v):
			case !there:
				l.add(&here)
			default:
				l.inContent(v, in, &here)
			}
		}
	case object.Array:
		elements, _ := got.([]any)
		for i, v := range sent.Elements() {
			here := place{in: at, index: i, inList: true}
			switch {
			case empty(v):
			case i >= len(elements):
				l.add(&here)
			default:
				l.inContent(v, elements[i], &here)
			}
		}
	}
}

// inType compares with a Go value, as it would stand in JSON.
func (l *losses) inType(sent *object.Value, got reflect.Value, at *place) {
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
	of := shapeOf(got.Type())
	switch {
	case of.marshals:
		var plain any
		if text, err := json.Marshal(got.Interface()); err == nil && json.Unmarshal(text, &plain) == nil {
			l.inContent(sent, plain, at)
		}
	case sent.Kind() == object.Array:
		l.inSlice(sent, got, at)
	case of.fields != nil:
		l.inStruct(sent, got, of.fields, at)
	case of.texts:
		l.inTexts(sent, got.Interface().(map[string]string), at)
	case got.Kind() == reflect.Map:
		l.inMap(sent, got, at)
	}
}

func (l *losses) inSlice(sent *object.Value, got reflect.Value, at *place) {
	n := 0
	if got.Kind() == reflect.Slice {
		n = got.Len()
	}
	for i, v := range sent.Elements() {
		if empty(v) {
			continue
		}
		here := place{in: at, index: i, inList: true}
		if i >= n {
			l.add(&here)
			continue
		}
		l.inType(v, got.Index(i), &here)
	}
}

// inTexts is inMap for the commonest map.
func (l *losses) inTexts(sent *object.Value, got map[string]string, at *place) {
	for name, v := range sent.Members() {
		if _, there := got[name]; !there && !empty(v) {
			l.add(&place{in: at, name: name})
		}
	}
}

func (l *losses) inMap(sent *object.Value, got reflect.Value, at *place) {
	for name, v := range sent.Members() {
		if empty(v) {
			continue
		}
		here := place{in: at, name: name}
		in := got.MapIndex(reflect.ValueOf(name).Convert(got.Type().Key()))
		if !in.IsValid() {
			l.add(&here)
			continue
		}
		l.inType(v, in, &here)
	}
}

func (l *losses) inStruct(sent *object.Value, got reflect.Value, fields map[string]jsonField, at *place) {
	for name, v := range sent.Members() {
		f, known := fields[name]
		there := known && !f.missing(got)
		if leaf := v.Kind() != object.Object && v.Kind() != object.Array; leaf && there {
			continue // most are
		}
		here := place{in: at, name: name}
		switch {
		case !looked(&here, v):
		case !there:
			l.add(&here)
		default:
			l.inType(v, got.FieldByIndex(f.index), &here)
		}
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

// shape is what there is to know of a type.
type shape struct {
	marshals bool                 // it writes itself as JSON
	texts    bool                 // it is a map[string]string
	fields   map[string]jsonField // of a struct, by their name in JSON
}

var (
	shapes    sync.Map // of types
	marshaler = reflect.TypeFor[json.Marshaler]()
)

func shapeOf(t reflect.Type) *shape {
	if known, ok := shapes.Load(t); ok {
		return known.(*shape)
	}
	s := &shape{
		marshals: t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler),
		texts:    t == reflect.TypeFor[map[string]string](),
	}
	if t.Kind() == reflect.Struct {
		s.fields = map[string]jsonField{}
		collectFields(t, nil, s.fields)
	}
	shapes.Store(t, s)
	return s
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
