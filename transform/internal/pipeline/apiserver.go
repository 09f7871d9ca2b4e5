package pipeline

import (
	"errors"
	"fmt"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// APIServer answers what Velero sends as the target's API server would. It is given to a restore whose target is described.
type APIServer interface {
	// Create answers a POST of the object; exists says that the target has one of its name. What is accepted is there from
	// then on.
	Create(resource string, o *object.Value, exists bool) Answer
	// Patch answers a PATCH that makes to of from, which the target has.
	Patch(resource string, from, to *object.Value) Answer
	// Has says whether every such API server makes the object itself.
	Has(address layout.Address) bool
	// Knows says whether all objects are known that the target has of a resource.
	Knows(resource string) bool
	// Told is what there is to say of the server before it is asked.
	Told() []report.Finding
}

// Answer is the answer of an API server.
type Answer struct {
	Code    int      // the HTTP status
	Message string   // of an error
	Fields  []string // that an error names, "spec.ports[0].nodePort"
	Pruned  []string // JSON pointers of what was sent, and dropped
	Broken  error    // no answer came, and none will: it ends the run
	Later   *Answer  // that refuses the PATCH by which Velero gives a created item its managedFields back; nil for none
}

// Refused says whether the server answers an error.
func (a *Answer) Refused() bool { return a.Code >= 400 }

// Field is the first field that an error names, "" for none.
func (a *Answer) Field() string {
	if len(a.Fields) == 0 {
		return ""
	}
	return a.Fields[0]
}

// Refuse is the end of the way of an item that the API server refuses.
func (a *Answer) Refuse() Verdict {
	v := Ended(report.Refused, a.Message)
	v.Failure = &Failure{ID: "api-server-refuses", Path: a.Field(), Err: errors.New(a.Message)}
	return v
}

// askAPIServer asks the target's API server, where there is one, whether it takes the item. What the target has already is
// met, whatever the server says of it: Velero looks for it after any refusal.
func askAPIServer(env *Env, around Around, it *Item) (Verdict, error) {
	if env.APIServer == nil {
		return goOn()
	}
	exists := around.Exists(it)
	answer := env.APIServer.Create(it.Resource(), it.Object, exists)
	if answer.Broken != nil {
		return Verdict{}, answer.Broken
	}
	it.Report.Pruned = answer.Pruned
	if later := answer.Later; later != nil {
		it.Report.Warn("managed-fields-refused", "metadata.managedFields", fmt.Sprintf(
			"the API server refuses the patch by which Velero gives the item its managedFields back, with code %d: %s", later.Code, later.Message))
	}
	if !answer.Refused() {
		return goOn()
	}
	it.Report.Code = answer.Code
	if !exists {
		return answer.Refuse(), nil
	}
	return goOn()
}
