// Package typed knows which items Velero's actions cannot take: they turn an item into a Go type of Kubernetes first,
// and a field of the wrong type anywhere in it fails the item, even one that the action never looks at.
package typed

import (
	"encoding/json"
	"path"
	"reflect"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/tarball/object"
)

// ShapeOf returns the shape of a Go type, with the rules of apimachinery's DefaultUnstructuredConverter.FromUnstructured
// (k8s.io/apimachinery v0.33 pkg/runtime/converter.go:300-560): names are compared exactly, unknown members are passed
// over, a number with a fraction cannot become an integer, and a type with an UnmarshalJSON of its own decides itself.
func ShapeOf(example any) *object.Shape {
	b := builder{known: map[reflect.Type]*object.Shape{}}
	return b.shape(reflect.TypeOf(example))
}

// builder remembers the types that it is in the middle of, since some hold themselves.
type builder struct {
	known  map[reflect.Type]*object.Shape
	strict bool // structures take no other members than their fields
	old    bool // as of Kubernetes 1.19
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

func (b *builder) shape(t reflect.Type) *object.Shape {
	if s, ok := b.known[t]; ok {
		return s
	}
	if t.Kind() == reflect.Pointer && !reflect.PointerTo(t).Implements(unmarshaler) {
		return b.shape(t.Elem())
	}
	s := &object.Shape{}
	b.known[t] = s
	b.fill(s, t)
	return s
}

func (b *builder) fill(s *object.Shape, t reflect.Type) {
	switch {
	case t == reflect.TypeFor[metav1.FieldsV1]():
		return // takes everything, and managed fields are a good part of many items
	case t == reflect.TypeFor[metav1.Time]():
		s.Type, s.Parse = object.ParsedShape, parseTime
		return
	case reflect.PointerTo(t).Implements(unmarshaler):
		s.Type = object.ParsedShape
		s.Parse = func(text []byte) error { return reflect.New(t).Interface().(json.Unmarshaler).UnmarshalJSON(text) }
		return
	}
	switch t.Kind() {
	case reflect.String:
		s.Type = object.StringShape
	case reflect.Bool:
		s.Type = object.BoolShape
	case reflect.Float32, reflect.Float64:
		s.Type = object.FloatShape
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		s.Type = object.IntShape
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			s.Type = object.BytesShape
		} else {
			s.Type = object.ListShape
		}
		s.Elem = b.shape(t.Elem())
	case reflect.Map:
		s.Type, s.Elem = object.MapShape, b.shape(t.Elem())
	case reflect.Struct:
		s.Type, s.Fields, s.Strict = object.StructShape, map[string]*object.Shape{}, b.strict
		b.fields(s.Fields, t, nameOf(t))
	}
}

// nameOf is how lists of fields call a type.
func nameOf(t reflect.Type) string { return path.Base(t.PkgPath()) + "." + t.Name() }

// parseTime leaves to metav1.Time all but the form in which nearly all times are.
func parseTime(text []byte) error {
	if text[0] == '"' {
		if _, err := time.Parse(time.RFC3339, string(text[1:len(text)-1])); err == nil {
			return nil
		}
	}
	return new(metav1.Time).UnmarshalJSON(text)
}

// fields adds those of a structure, and of what is embedded in it, as the fields of a type.
func (b *builder) fields(into map[string]*object.Shape, t reflect.Type, of string) {
	if b.old {
		for _, gone := range goneSince119[of] {
			into[gone] = &object.Shape{}
		}
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-", b.old && newerThan119[of+"."+name]:
		case name == "" && (f.Anonymous || strings.Contains(options, "inline")):
			b.fields(into, f.Type, of)
		case name == "":
			into[strings.ToLower(f.Name[:1])+f.Name[1:]] = b.shape(f.Type)
		default:
			into[name] = b.shape(f.Type)
		}
	}
}
