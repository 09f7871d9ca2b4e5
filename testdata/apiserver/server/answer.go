package server

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/apiserver/real"
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
		if err != nil {
			return a, err
		}
		a.Pruned = real.Pruned(o, made)
		return a, nil
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
