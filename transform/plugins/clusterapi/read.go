package clusterapi

import (
	"fmt"
	"net/http"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// get answers for one object.
func (c *Cluster) get(w http.ResponseWriter, r *request) {
	o, err := c.getObject(r)
	if err != nil {
		fail(w, err)
		return
	}
	write(w, http.StatusOK, o)
}

func (c *Cluster) getObject(r *request) (*object.Value, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.subresource != "" && r.subresource != "status" {
		c.notes.unknown(r.plugin, r.describe()+"/"+r.subresource, false)
		return nil, notServed()
	}
	s := c.objects[r.full()][layout.NamespacedName{Namespace: r.inNamespace(), Name: r.name}]
	if s == nil {
		c.notes.unknown(r.plugin, r.describe(), c.isComplete(r))
		return nil, apierrors.NewNotFound(r.groupResource(), r.name)
	}
	if s.bare && r.full() != layout.Namespaces {
		c.notes.unknown(r.plugin, "what is in "+r.describe(), false)
	}
	o, err := c.read(r.full(), s)
	if err != nil {
		return nil, err
	}
	return c.as(r, o)
}

// inNamespace is the namespace of the object that is asked for; that of a Namespace itself is none.
func (r *request) inNamespace() string {
	if !r.Namespaced {
		return ""
	}
	return r.namespace
}

// describe names what is asked for: "configmaps shop/settings", "pods in shop", "nodes".
func (r *request) describe() string {
	switch {
	case r.name == "" && r.inNamespace() == "":
		return r.full()
	case r.name == "":
		return r.full() + " in namespace " + r.namespace
	}
	return layout.Address{Resource: r.full(), Namespace: r.inNamespace(), Name: r.name}.String()
}

// isComplete says whether the user described all objects of a resource, or what is asked for is one that Velero does without: a
// plugin's own ConfigMap.
func (c *Cluster) isComplete(r *request) bool {
	config := r.full() == layout.ConfigMaps && strings.Contains(r.URL.Query().Get("labelSelector"), "velero.io/plugin-config")
	return c.options.Exact || c.describes(r) || config
}

// as is an object as it is asked for: in a version, and whole or its metadata alone.
func (c *Cluster) as(r *request, o *object.Value) (*object.Value, error) {
	if is := o.APIVersion(); is != r.gv.String() {
		if !r.defined {
			c.notes.unknown(r.plugin, fmt.Sprintf("%s in the version %s", r.describe(), r.gv), false)
			return nil, &apierrors.StatusError{ErrStatus: metav1.Status{
				Status: metav1.StatusFailure, Code: http.StatusNotAcceptable, Reason: metav1.StatusReasonNotAcceptable,
				Message: fmt.Sprintf("veltx has %s as %s, and converts no objects: ask for %[2]s", r.describe(), is),
			}}
		}
		o.Set("apiVersion", object.Text(r.gv.String()))
	}
	if !r.wants("PartialObjectMetadata") {
		return o, nil
	}
	partial := object.New()
	partial.Set("kind", object.Text("PartialObjectMetadata"))
	partial.Set("apiVersion", object.Text("meta.k8s.io/v1"))
	partial.Set("metadata", o.Get("metadata"))
	return partial, nil
}

// wants says whether the answer is asked for in another form first.
func (r *request) wants(kind string) bool {
	for _, accepted := range strings.Split(r.Header.Get("Accept"), ",") {
		if strings.Contains(accepted, "as="+kind) {
			return true
		}
		if strings.TrimSpace(accepted) == "application/json" {
			return false
		}
	}
	return false
}

// list is an answer with many objects.
type list struct {
	Kind       string            `json:"kind"`
	APIVersion string            `json:"apiVersion"`
	Metadata   map[string]string `json:"metadata"`
	Items      []*object.Value   `json:"items"`
}

// list answers for the objects that a request selects. It gives all of them, whatever limit is asked for, as a server may.
func (c *Cluster) list(w http.ResponseWriter, r *request) {
	answer, err := c.listObjects(r)
	if err != nil {
		fail(w, err)
		return
	}
	write(w, http.StatusOK, answer)
}

func (c *Cluster) listObjects(r *request) (*list, error) {
	matches, err := newSelection(r)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.isComplete(r) {
		c.notes.unknown(r.plugin, r.describe(), false)
	}
	answer := &list{Kind: r.Kind + "List", APIVersion: r.gv.String(), Metadata: map[string]string{"resourceVersion": version(c.seq)}, Items: []*object.Value{}}
	if r.wants("PartialObjectMetadata") {
		answer.Kind, answer.APIVersion = "PartialObjectMetadataList", "meta.k8s.io/v1"
	}
	for _, name := range c.names(r.full()) {
		o, err := c.selected(r, matches, name, c.objects[r.full()][name])
		if err != nil {
			return nil, err
		}
		if o != nil {
			answer.Items = append(answer.Items, o)
		}
	}
	return answer, nil
}

// selected is the object as it is asked for, nil if the request does not select it.
func (c *Cluster) selected(r *request, matches *selection, name layout.NamespacedName, s *stored) (*object.Value, error) {
	if r.inNamespace() != "" && name.Namespace != r.namespace || r.name != "" && name.Name != r.name {
		return nil, nil
	}
	o, err := c.read(r.full(), s)
	if err != nil || !matches.has(o) {
		return nil, err
	}
	return c.as(r, o)
}
