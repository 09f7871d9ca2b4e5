package apiserver

import (
	"errors"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/transform/apiserver/refusal"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

// errNoSuchPath is the answer to a path below which nothing is served: no Status, but text.
var errNoSuchPath = errors.New("404 page not found")

// errNoSuchResource is the answer where the version is served, and the resource is not.
func errNoSuchResource() error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusNotFound, Reason: metav1.StatusReasonNotFound, Message: "the server could not find the requested resource",
	}}
}

// errNotThere is the answer to a POST where a resource is only listed.
func errNotThere() error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusMethodNotAllowed, Reason: metav1.StatusReasonMethodNotAllowed,
		Message: "the server does not allow this method on the requested resource",
	}}
}

// refused turns an error into the server's answer.
func refused(err error) pipeline.Answer {
	if errors.Is(err, errNoSuchPath) {
		return pipeline.Answer{Code: http.StatusNotFound, Message: err.Error()}
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		return pipeline.Answer{Code: http.StatusInternalServerError, Message: err.Error()}
	}
	s := status.Status()
	return refusal.Of(&s)
}

// hide takes the UID out of a message: the server makes one of its own.
func (c *call) hide(answer pipeline.Answer) pipeline.Answer {
	if m, err := meta.Accessor(c.obj); c.obj != nil && err == nil && m.GetUID() != "" {
		answer.Message = strings.ReplaceAll(answer.Message, string(m.GetUID()), "(uid)")
	}
	return answer
}
