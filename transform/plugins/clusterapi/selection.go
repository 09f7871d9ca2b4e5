package clusterapi

import (
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/object"
)

// selectable are the fields by which a server selects objects, beside names and namespaces.
// Source: Kubernetes v1.33 pkg/apis/{core,batch,apps,certificates}/*/conversion.go.
var selectable = map[string][]string{
	"pods": {
		"spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP",
		"status.podIPs", "status.nominatedNodeName",
	},
	"nodes": {"spec.unschedulable"}, "namespaces": {"status.phase"}, "secrets": {"type"}, "services": {"spec.clusterIP", "spec.type"},
	"serviceaccounts": nil, "replicationcontrollers": {"status.replicas"}, "replicasets.apps": {"status.replicas"}, "jobs.batch": {"status.successful"},
	"events": {
		"involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
		"involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
	},
	"certificatesigningrequests.certificates.k8s.io": {"spec.signerName"},
}

// selection is which objects a request selects.
type selection struct {
	labels labels.Selector
	fields fields.Selector
}

func newSelection(r *request) (*selection, error) {
	query := r.URL.Query()
	byLabel, err := labels.Parse(query.Get("labelSelector"))
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	byField, err := fields.ParseSelector(query.Get("fieldSelector"))
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	for _, one := range byField.Requirements() {
		if one.Field != "metadata.name" && one.Field != "metadata.namespace" && !slices.Contains(selectable[r.full()], one.Field) {
			return nil, apierrors.NewBadRequest(fmt.Sprintf("field label not supported: %s", one.Field))
		}
	}
	return &selection{byLabel, byField}, nil
}

// has says whether an object is selected.
func (s *selection) has(o *object.Value) bool {
	if !s.labels.Empty() && !s.labels.Matches(labels.Set(o.Labels())) {
		return false
	}
	if s.fields.Empty() {
		return true
	}
	values := fields.Set{}
	for _, one := range s.fields.Requirements() {
		values[one.Field] = textAt(o, one.Field)
	}
	return s.fields.Matches(values)
}

// textAt is a field as a selector compares it.
func textAt(o *object.Value, path string) string {
	at := o.Get(strings.Split(path, ".")...)
	switch at.Kind() {
	case object.String:
		return at.Str()
	case object.Number, object.Bool:
		return string(at.JSON())
	}
	return ""
}
