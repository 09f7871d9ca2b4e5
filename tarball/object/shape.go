package object

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Shape says which values a Go type can take when apimachinery's DefaultUnstructuredConverter fills it. The zero Shape
// takes everything. Null fits every shape.
type Shape struct {
	Type   ShapeType
	Fields map[string]*Shape // of a Struct; members without an entry are not looked at, or none may be there if it is Strict
	Strict bool
	Elem   *Shape // of a List, Map or Bytes
	Parse  func(text []byte) error
}

// ErrUnknownField says that a strict shape has no such field.
var ErrUnknownField = errors.New("no such field")

// ShapeType is the sort of a Shape.
type ShapeType uint8

// The sorts of shapes.
const (
	AnyShape    ShapeType = iota
	StringShape           // a string
	BytesShape            // a string in base64
	BoolShape             // true or false
	IntShape              // a number without a fraction
	FloatShape            // a number
	ListShape             // an array, each element of Elem
	MapShape              // an object, each value of Elem
	StructShape           // an object with Fields
	ParsedShape           // whatever Parse takes: a type with an UnmarshalJSON of its own
)

// ShapeError says which field does not fit.
type ShapeError struct {
	Path string // "spec.ports[2].name"
	Want string
	Got  Kind
	Err  error // of Parse; nil for a wrong kind
}

// Error implements error.
func (e *ShapeError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("%s: is %s, not %s", e.Path, e.Got, e.Want)
}

// Unwrap returns what a field's own parser said.
func (e *ShapeError) Unwrap() error { return e.Err }

// Fits says whether the value fits the shape; the error is a *ShapeError for the first field that does not.
func (v *Value) Fits(s *Shape) error {
	if e := s.value(v); e != nil {
		e.Path = strings.TrimPrefix(e.Path, ".")
		return e
	}
	return nil
}

// value checks a value that may be opened; unopened text is walked without opening it.
func (s *Shape) value(v *Value) *ShapeError {
	if s == nil || s.Type == AnyShape || v.IsNull() {
		return nil
	}
	if v.in == nil || v.kind < Array || s.Type == ParsedShape {
		_, err := s.text(v.JSON(), 0)
		return err
	}
	switch {
	case s.takesArrays() && v.kind == Array:
		for i, e := range v.in.elements {
			if err := s.Elem.value(e); err != nil {
				return err.at("[" + strconv.Itoa(i) + "]")
			}
		}
	case s.Type == MapShape && v.kind == Object:
		for i := range v.in.members {
			if err := s.Elem.value(v.in.members[i].value); err != nil {
				return err.at("[" + v.in.members[i].key() + "]")
			}
		}
	case s.Type == StructShape && v.kind == Object:
		for i := range v.in.members {
			field := s.field(v.in.members[i].quoted)
			err := field.value(v.in.members[i].value)
			if field == nil && s.Strict {
				err = &ShapeError{Err: ErrUnknownField}
			}
			if err != nil {
				return err.at("." + v.in.members[i].key())
			}
		}
	default:
		return s.wrong(v.kind)
	}
	return nil
}

// takesArrays: bytes may be written as an array of numbers, too.
func (s *Shape) takesArrays() bool { return s.Type == ListShape || s.Type == BytesShape }

func (s *Shape) field(quoted []byte) *Shape {
	inner := quoted[1 : len(quoted)-1]
	if f, ok := s.Fields[string(inner)]; ok || bytes.IndexByte(inner, '\\') < 0 {
		return f
	}
	return s.Fields[unquote(quoted)]
}

func (s *Shape) wrong(got Kind) *ShapeError { return &ShapeError{Want: s.Type.want(), Got: got} }

func (t ShapeType) want() string {
	return [...]string{"anything", "a string", "a string in base64", "a boolean", "a whole number", "a number", "an array", "an object", "an object", "of this form"}[t]
}

// at puts the place in front of the path of an error that comes up from it.
func (e *ShapeError) at(place string) *ShapeError {
	e.Path = place + e.Path
	return e
}

// text checks the value that starts at b[i], which is valid JSON, and returns the index after it.
func (s *Shape) text(b []byte, i int) (int, *ShapeError) {
	if s == nil || s.Type == AnyShape {
		return skipValue(b, i), nil
	}
	kind := kindOf(b[i])
	switch {
	case kind == Null:
		return i + len("null"), nil
	case s.takesArrays() && kind == Array:
		return s.list(b, i)
	case (s.Type == MapShape || s.Type == StructShape) && kind == Object:
		return s.members(b, i)
	}
	end := skipValue(b, i)
	return end, s.leaf(b[i:end], kind)
}

func (s *Shape) list(b []byte, i int) (int, *ShapeError) {
	i = skipSpace(b, i+1)
	for n := 0; b[i] != ']'; n++ {
		var err *ShapeError
		if i, err = s.Elem.text(b, i); err != nil {
			return i, err.at("[" + strconv.Itoa(n) + "]")
		}
		i = afterComma(b, i)
	}
	return i + 1, nil
}

func (s *Shape) members(b []byte, i int) (int, *ShapeError) {
	i = skipSpace(b, i+1)
	for b[i] != '}' {
		start := i
		i = skipString(b, i)
		key := b[start:i]
		i = afterColon(b, i)
		elem := s.Elem
		if s.Type == StructShape {
			if elem = s.field(key); elem == nil && s.Strict {
				return i, (&ShapeError{Err: ErrUnknownField}).at("." + unquote(key))
			}
		}
		var err *ShapeError
		if i, err = elem.text(b, i); err != nil {
			if s.Type == MapShape {
				return i, err.at("[" + unquote(key) + "]")
			}
			return i, err.at("." + unquote(key))
		}
		i = afterComma(b, i)
	}
	return i + 1, nil
}

// leaf checks a value that has no inside to this shape.
func (s *Shape) leaf(text []byte, kind Kind) *ShapeError {
	switch s.Type {
	case ParsedShape:
		if err := s.Parse(text); err != nil {
			return &ShapeError{Err: err, Got: kind}
		}
		return nil
	case StringShape:
		if kind == String {
			return nil
		}
	case BytesShape:
		if kind == String {
			if isBase64(text[1 : len(text)-1]) {
				return nil
			}
			if _, err := base64.StdEncoding.DecodeString(unquote(text)); err != nil {
				return &ShapeError{Err: fmt.Errorf("is not base64: %w", err), Got: kind}
			}
			return nil
		}
	case BoolShape:
		if kind == Bool {
			return nil
		}
	case FloatShape:
		if kind == Number {
			return nil
		}
	case IntShape:
		if kind == Number && isWhole(text) {
			return nil
		}
	}
	return s.wrong(kind)
}

// inBase64 has a 1 for the characters of base64 but the padding.
var inBase64 = func() (t [256]uint8) {
	for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") {
		t[c] = 1
	}
	return t
}()

// isBase64 knows base64 in its usual form, without line breaks; what it does not know may be base64 all the same.
func isBase64(b []byte) bool {
	if len(b)%4 != 0 {
		return false
	}
	for range 2 {
		if len(b) > 0 && b[len(b)-1] == '=' {
			b = b[:len(b)-1]
		}
	}
	all := uint8(1)
	for len(b) >= 4 {
		all &= inBase64[b[0]] & inBase64[b[1]] & inBase64[b[2]] & inBase64[b[3]]
		b = b[4:]
	}
	for _, c := range b {
		all &= inBase64[c]
	}
	return all == 1
}

// isWhole takes 3, 3.0 and 3e2, as a float without a fraction can become an integer.
func isWhole(text []byte) bool {
	if bytes.IndexByte(text, '.') < 0 && bytes.IndexByte(text, 'e') < 0 && bytes.IndexByte(text, 'E') < 0 {
		return true
	}
	f, err := strconv.ParseFloat(string(text), 64)
	return err == nil && f == math.Trunc(f)
}
