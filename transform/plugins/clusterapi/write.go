package clusterapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/modifiers"
)

// verbs are the words of Kubernetes for methods that write.
var verbs = map[string]string{http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete"}

// isReview says that a POST asks something and writes nothing.
func isReview(r *request) bool {
	return strings.HasPrefix(r.gv.group, "auth") && strings.HasSuffix(r.resource, "reviews")
}

// review answers what a plugin may do: all that Velero's server may, which is everything.
func (c *Cluster) review(w http.ResponseWriter, r *request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	var o map[string]any
	if err == nil {
		err = json.Unmarshal(body, &o)
	}
	if err != nil {
		fail(w, apierrors.NewBadRequest(err.Error()))
		return
	}
	o["status"] = map[string]any{"allowed": true}
	write(w, http.StatusCreated, o)
}

// write refuses a write, or keeps it.
func (c *Cluster) write(w http.ResponseWriter, r *request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		fail(w, apierrors.NewRequestEntityTooLargeError(fmt.Sprintf("limit is %d", maxBody)))
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	verb := verbs[r.Method]
	switch {
	case verb == "":
		fail(w, apierrors.NewMethodNotSupported(r.groupResource(), r.Method))
		return
	case verb == "delete" && r.name == "":
		verb = "deletecollection"
	}
	sent, parseErr := parseBody(body)
	if r.name == "" && parseErr == nil && sent != nil {
		r.name = sent.Name()
	}
	what := r.describe()
	if r.subresource != "" {
		what += "/" + r.subresource
	}
	c.notes.wrote(r.plugin, verb, r.full(), what)
	if !c.options.Writes {
		fail(w, apierrors.NewForbidden(r.groupResource(), r.name, errors.New("a preview writes nothing; --plugin-writes keeps what plugins write for the rest of the run")))
		return
	}
	if parseErr != nil && r.Method != http.MethodDelete {
		fail(w, apierrors.NewBadRequest(parseErr.Error()))
		return
	}
	code, answer, err := c.keepWrite(verb, r, body, sent)
	if err != nil {
		fail(w, err)
		return
	}
	write(w, code, answer)
}

// parseBody reads an object in JSON, or in YAML as an apply patch may be. A JSON patch is a list, and no object.
func parseBody(body []byte) (*object.Value, error) {
	if len(body) == 0 {
		return nil, nil
	}
	text, err := yaml.YAMLToJSON(body)
	if body[0] == '{' {
		text, err = body, nil
	}
	if err != nil {
		return nil, err
	}
	return object.Parse(text)
}

// keepWrite does what a write asks.
func (c *Cluster) keepWrite(verb string, r *request, body []byte, sent *object.Value) (int, any, error) {
	at := r.named()
	there := c.objects[r.full()][at]
	dry := r.URL.Query().Get("dryRun") != ""
	switch {
	case r.subresource != "" && r.subresource != "status":
		return 0, nil, apierrors.NewMethodNotSupported(r.groupResource(), verb+" "+r.subresource)
	case verb == "deletecollection":
		return c.deleteAll(r, dry)
	case verb == "create":
		return c.create(r, sent, dry)
	case there == nil && verb == "patch" && strings.HasPrefix(r.Header.Get("Content-Type"), "application/apply-patch"):
		return c.create(r, sent, dry)
	case there == nil:
		return 0, nil, apierrors.NewNotFound(r.groupResource(), r.name)
	case verb == "delete":
		if !dry {
			c.removeKept(r.full(), at)
		}
		return http.StatusOK, &metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusSuccess}, nil
	}
	before, err := c.read(r.full(), there)
	if err != nil {
		return 0, nil, err
	}
	after, err := edited(r, before, body, sent)
	if err != nil {
		return 0, nil, err
	}
	if asked := after.Get("metadata", "resourceVersion").Str(); asked != "" && asked != version(there.seq) {
		return 0, nil, apierrors.NewConflict(r.groupResource(), r.name, errors.New("the object has been modified; please apply your changes to the latest version and try again"))
	}
	return c.answerKept(http.StatusOK, r, after, dry)
}

// create makes an object.
func (c *Cluster) create(r *request, o *object.Value, dry bool) (int, any, error) {
	if o == nil || o.Kind() != object.Object {
		return 0, nil, apierrors.NewBadRequest("the object is missing")
	}
	if prefix := o.Get("metadata", "generateName").Str(); r.name == "" && prefix != "" {
		r.name = fmt.Sprintf("%s%05d", prefix, c.seq%100000)
	}
	switch {
	case r.name == "":
		return 0, nil, apierrors.NewBadRequest("name or generateName is required")
	case r.Namespaced && r.namespace == "":
		return 0, nil, apierrors.NewBadRequest("an object of " + r.full() + " is in a namespace")
	case r.Namespaced && !c.has(layout.Namespaces, "", r.namespace):
		return 0, nil, apierrors.NewNotFound(schema.GroupResource{Resource: layout.Namespaces}, r.namespace)
	case c.has(r.full(), r.inNamespace(), r.name):
		return 0, nil, apierrors.NewAlreadyExists(r.groupResource(), r.name)
	}
	return c.answerKept(http.StatusCreated, r, o, dry)
}

// edited is an object after an update or a patch.
func edited(r *request, before *object.Value, body []byte, sent *object.Value) (*object.Value, error) {
	if sent == nil {
		return nil, apierrors.NewBadRequest("the body is missing")
	}
	text, err := body, error(nil)
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	switch {
	case r.Method == http.MethodPut:
	case kind == "application/json-patch+json":
		var p jsonpatch.Patch
		if p, err = jsonpatch.DecodePatch(body); err == nil {
			text, err = p.Apply(before.JSON())
		}
	case kind == "application/merge-patch+json":
		text, err = jsonpatch.MergePatch(before.JSON(), body)
	case kind == "application/strategic-merge-patch+json", kind == "application/apply-patch+yaml":
		text, err = modifiers.MergeStrategically(before.JSON(), sent.JSON())
	default:
		return nil, apierrors.NewGenericServerResponse(http.StatusUnsupportedMediaType, "patch", r.groupResource(), r.name, "the body of the request was in an unknown format: "+kind, 0, true)
	}
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	after, err := object.Parse(text)
	if err != nil {
		return nil, apierrors.NewBadRequest(err.Error())
	}
	if r.subresource == "status" {
		status := after.Get("status")
		after = before.Clone()
		if status != nil {
			after.Set("status", status)
		}
	}
	return after, nil
}

// answerKept keeps an object, unless it was only tried, and answers with it.
func (c *Cluster) answerKept(code int, r *request, o *object.Value, dry bool) (int, any, error) {
	o.Set("apiVersion", object.Text(r.gv.String()))
	o.Set("kind", object.Text(r.entry.Kind))
	if err := o.Put(object.Text(r.name), "metadata", "name"); err != nil {
		return 0, nil, apierrors.NewBadRequest(err.Error())
	}
	if r.Namespaced {
		o.Get("metadata").Set("namespace", object.Text(r.namespace))
	}
	if dry {
		return code, o, nil
	}
	o.Remove("metadata", "resourceVersion")
	text := o.Append(nil)
	if err := c.put(r.full(), r.inNamespace(), r.name, text, true); err != nil {
		return 0, nil, err
	}
	kept, err := object.Parse(text)
	if err != nil {
		return 0, nil, apierrors.NewBadRequest(err.Error())
	}
	c.table.learn(kept)
	kept.OpenAll()
	c.kept = append(c.kept, Write{layout.Address{Resource: r.full(), Namespace: r.inNamespace(), Name: r.name}, kept})
	shown, err := c.read(r.full(), c.objects[r.full()][r.named()])
	return code, shown, err
}

// deleteAll deletes what a request selects.
func (c *Cluster) deleteAll(r *request, dry bool) (int, any, error) {
	matches, err := newSelection(r)
	if err != nil {
		return 0, nil, err
	}
	for _, name := range c.names(r.full()) {
		o, err := c.selected(r, matches, name, c.objects[r.full()][name])
		if err != nil {
			return 0, nil, err
		}
		if o != nil && !dry {
			c.removeKept(r.full(), name)
		}
	}
	return http.StatusOK, &metav1.Status{TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusSuccess}, nil
}

func (c *Cluster) removeKept(resource string, name layout.NamespacedName) {
	c.remove(resource, name)
	c.kept = append(c.kept, Write{Address: layout.Address{Resource: resource, Namespace: name.Namespace, Name: name.Name}})
}
