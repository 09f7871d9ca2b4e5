package apiserver

import (
	"math"
	"strconv"

	"github.com/veltx/veltx/tarball/object"
)

// content is a value as Kubernetes keeps it without a type, with numbers as Velero writes them: 2.0 is 2.
func content(v *object.Value) any {
	switch v.Kind() {
	case object.Bool:
		return v.True()
	case object.Number:
		return numberOf(string(v.JSON()))
	case object.String:
		return v.Str()
	case object.Array:
		list := make([]any, 0, v.Len())
		for _, e := range v.Elements() {
			list = append(list, content(e))
		}
		return list
	case object.Object:
		m := make(map[string]any, v.Len())
		for name, member := range v.Members() {
			m[name] = content(member)
		}
		return m
	}
	return nil
}

func numberOf(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	// encoding/json writes floats below this without an exponent.
	if f == math.Trunc(f) && math.Abs(f) < 1<<63 {
		return int64(f)
	}
	return f
}
