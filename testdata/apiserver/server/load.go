package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball/object"
)

// Path is where objects of a resource are posted, "deployments.apps" in a version and a namespace.
func Path(resource, apiVersion, namespace string) string {
	plural, _, _ := strings.Cut(resource, ".")
	root := "/apis/"
	if !strings.Contains(apiVersion, "/") {
		root = "/api/"
	}
	if namespace != "" {
		return root + apiVersion + "/namespaces/" + namespace + "/" + plural
	}
	return root + apiVersion + "/" + plural
}

// first are the kinds of a target that others need.
var first = []string{"CustomResourceDefinition", "Namespace", "ServiceAccount", "PriorityClass", "StorageClass"}

// slow are the kinds that the server counts on only when it has heard of them.
var slow = []string{
	"LimitRange", "MutatingWebhookConfiguration", "ResourceQuota", "RuntimeClass", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding",
	"ValidatingWebhookConfiguration", "PriorityClass", "Namespace", "StorageClass", "IngressClass",
}

// Load puts the objects of a target into the cluster, and does what controllers do about them: namespaces get their ServiceAccount and
// their ConfigMap, and quotas the status that they are given. resource says what an object is one of.
func (s *Server) Load(ctx context.Context, objects []*object.Value, resource func(*object.Value) string) error {
	sorted := slices.Clone(objects)
	place := func(o *object.Value) int {
		if at := slices.Index(first, o.ObjectKind()); at >= 0 {
			return at
		}
		return len(first)
	}
	slices.SortStableFunc(sorted, func(a, b *object.Value) int { return place(a) - place(b) })
	waits := false
	for _, o := range sorted {
		if err := s.put(ctx, o, resource(o)); err != nil {
			return err
		}
		waits = waits || Slow(o)
		switch o.ObjectKind() {
		case "Namespace":
			if err := s.Fill(ctx, o.Name()); err != nil {
				return err
			}
		case "CustomResourceDefinition":
			if err := s.established(ctx, o.Name()); err != nil {
				return err
			}
		}
	}
	if waits {
		time.Sleep(4 * time.Second)
	}
	return nil
}

// Slow says that the server counts on an object some time after it has accepted it.
func Slow(o *object.Value) bool { return slices.Contains(slow, o.ObjectKind()) }

// put creates an object with its status; what the cluster has already, such as namespace default, is replaced.
func (s *Server) put(ctx context.Context, o *object.Value, resource string) error {
	path := Path(resource, o.APIVersion(), o.Namespace())
	code, text, err := s.Do(ctx, http.MethodPost, path, o.JSON())
	if err != nil {
		return err
	}
	if code == http.StatusConflict {
		code, text, err = s.Do(ctx, http.MethodPut, path+"/"+o.Name(), o.JSON())
	}
	if err == nil && code >= 300 {
		err = fmt.Errorf("the target's %s %s: %d %s", o.ObjectKind(), o.Name(), code, text)
	}
	if err != nil || o.ObjectKind() != "ResourceQuota" {
		return err
	}
	var made map[string]any
	if err := json.Unmarshal(text, &made); err != nil {
		return err
	}
	made["status"] = json.RawMessage(o.Get("status").JSON())
	body, err := json.Marshal(made)
	if err != nil {
		return err
	}
	if code, text, err = s.Do(ctx, http.MethodPut, path+"/"+o.Name()+"/status", body); err == nil && code >= 300 {
		err = fmt.Errorf("the status of the target's ResourceQuota %s: %d %s", o.Name(), code, text)
	}
	return err
}

// Fill makes what controllers put into each namespace.
func (s *Server) Fill(ctx context.Context, namespace string) error {
	for resource, body := range map[string]string{
		"serviceaccounts": `{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"default"}}`,
		"configmaps":      `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"kube-root-ca.crt"}}`,
	} {
		code, text, err := s.Do(ctx, http.MethodPost, Path(resource, "v1", namespace), []byte(body))
		if err == nil && code >= 300 && code != http.StatusConflict && code != http.StatusForbidden {
			err = fmt.Errorf("%s of namespace %s: %d %s", resource, namespace, code, text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *Server) established(ctx context.Context, crd string) error {
	for range 100 {
		_, text, err := s.Do(ctx, http.MethodGet, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"+crd, nil)
		if err != nil {
			return err
		}
		if bytes.Contains(text, []byte(`"type":"Established"`)) && !bytes.Contains(text, []byte(`"status":"False","type":"Established"`)) {
			time.Sleep(500 * time.Millisecond) // until its handler is in place
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("CustomResourceDefinition %s is not established after 10 seconds", crd)
}

// List has the objects of a resource in all namespaces.
func (s *Server) List(ctx context.Context, resource, apiVersion string) ([]*object.Value, error) {
	code, text, err := s.Do(ctx, http.MethodGet, Path(resource, apiVersion, ""), nil)
	if err == nil && code != http.StatusOK {
		err = fmt.Errorf("list of %s: %d %s", resource, code, text)
	}
	if err != nil {
		return nil, err
	}
	list, err := object.Parse(text)
	if err != nil {
		return nil, err
	}
	kind := strings.TrimSuffix(list.ObjectKind(), "List")
	var items []*object.Value
	for _, item := range list.Get("items").Elements() {
		item = item.Clone()
		item.Set("apiVersion", object.Text(apiVersion))
		item.Set("kind", object.Text(kind))
		items = append(items, item)
	}
	return items, nil
}
