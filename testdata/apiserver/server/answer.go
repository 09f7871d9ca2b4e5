package server

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// Answer is what the server says of a POST.
type Answer struct {
	Code    int      `json:"code"`
	Message string   `json:"message,omitempty"`
	Fields  []string `json:"fields,omitempty"` // that an error names
	Pruned  []string `json:"pruned,omitempty"` // JSON pointers of what was sent, is not empty, and did not come back
}

// Create posts an object and reads the answer.
func (s *Server) Create(ctx context.Context, resource string, o *object.Value, namespace string) (Answer, error) {
	code, text, err := s.Do(ctx, http.MethodPost, Path(resource, o.APIVersion(), namespace), o.JSON())
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Code: code}
	if code < 300 {
		made, err := object.Parse(text)
		if err == nil {
			a.pruned(o, made, "")
			slices.Sort(a.Pruned)
		}
		return a, err
	}
	var status struct {
		Message string
		Details struct{ Causes []struct{ Field string } }
	}
	if json.Unmarshal(text, &status) != nil {
		status.Message = strings.TrimSpace(string(text))
	}
	a.Message = status.Message
	for _, cause := range status.Details.Causes {
		a.Fields = append(a.Fields, cause.Field)
	}
	return a, nil
}

// pruned finds what was sent and did not come back. managedFields are not looked at.
func (a *Answer) pruned(sent, got *object.Value, at string) {
	miss := func(pointer string, v, in *object.Value) {
		switch {
		case isEmpty(v) || pointer == "/metadata/managedFields":
		case in == nil:
			a.Pruned = append(a.Pruned, pointer)
		default:
			a.pruned(v, in, pointer)
		}
	}
	switch sent.Kind() {
	case object.Object:
		for name, v := range sent.Members() {
			miss(at+"/"+strings.NewReplacer("~", "~0", "/", "~1").Replace(name), v, got.Get(name))
		}
	case object.Array:
		elements := got.Elements()
		for i, v := range sent.Elements() {
			var in *object.Value
			if i < len(elements) {
				in = elements[i]
			}
			miss(at+"/"+strconv.Itoa(i), v, in)
		}
	}
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
