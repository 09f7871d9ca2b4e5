package apiserver

import (
	"fmt"
	"net/http"
)

// handle answers one request other than a watch.
func (s *Server) handle(client string, req *http.Request, body []byte) (int, any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if answer, ok := s.discover(req.URL.Path); ok {
		return http.StatusOK, answer
	}
	t, ok := parsePath(req.URL.Path)
	if !ok || t.resource == "" {
		return failure(http.StatusNotFound, "NotFound", "the server could not find the requested resource", t)
	}
	res, ok := s.find(t.group, t.version, t.resource)
	if !ok {
		return failure(http.StatusNotFound, "NotFound", "the server could not find the requested resource", t)
	}
	call := Call{Client: client, Group: t.group, Version: t.version, Resource: t.resource, Namespace: t.namespace, Name: t.name, Body: body}
	switch {
	case req.Method == http.MethodGet && t.name == "":
		return s.handleList(res, t, req)
	case req.Method == http.MethodGet:
		return s.handleGet(t)
	case req.Method == http.MethodPost:
		return s.handleCreate(res, t, call)
	case req.Method == http.MethodPut:
		return s.handleUpdate(res, t, call)
	case req.Method == http.MethodPatch:
		return s.handlePatch(res, t, call, req.Header.Get("Content-Type"))
	case req.Method == http.MethodDelete && t.name == "":
		return s.handleDeleteCollection(t, call, req)
	case req.Method == http.MethodDelete:
		return s.handleDelete(t, call)
	}
	return failure(http.StatusMethodNotAllowed, "MethodNotAllowed", "method not allowed", t)
}

func (s *Server) discover(path string) (any, bool) {
	switch path {
	case "/version":
		return map[string]any{"major": "1", "minor": "33", "gitVersion": "v1.33.13", "platform": "linux/amd64"}, true
	case "/api":
		return map[string]any{"kind": "APIVersions", "versions": []any{"v1"}}, true
	case "/apis":
		return s.groups(), true
	}
	if t, ok := parsePath(path); ok && t.resource == "" {
		return s.resourceList(t.group, t.version)
	}
	return nil, false
}

func failure(code int, reason, message string, t target) (int, any) {
	return code, map[string]any{
		"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{}, "status": "Failure",
		"message": message, "reason": reason, "code": code,
		"details": map[string]any{"name": t.name, "group": t.group, "kind": t.resource},
	}
}

func notFound(t target) (int, any) {
	return failure(http.StatusNotFound, "NotFound", fmt.Sprintf("%s %q not found", t.groupResource(), t.name), t)
}

func (t target) groupResource() string {
	if t.group == "" {
		return t.resource
	}
	return t.resource + "." + t.group
}

func (t target) key() string {
	return key(t.group, t.resource, t.namespace, t.name)
}

func (s *Server) handleList(res Resource, t target, req *http.Request) (int, any) {
	match, err := matcher(req.URL.Query().Get("labelSelector"), req.URL.Query().Get("fieldSelector"))
	if err != nil {
		return failure(http.StatusBadRequest, "BadRequest", err.Error(), t)
	}
	items := []any{}
	for _, o := range s.list(t.group, t.resource, t.namespace, match) {
		items = append(items, o.as(t.group, t.version))
	}
	return http.StatusOK, map[string]any{
		"kind": res.Kind + "List", "apiVersion": res.groupVersion(),
		"metadata": map[string]any{"resourceVersion": fmt.Sprint(s.counter)}, "items": items,
	}
}

func (s *Server) handleGet(t target) (int, any) {
	found, ok := s.objects[t.key()]
	if !ok {
		return notFound(t)
	}
	return http.StatusOK, found.as(t.group, t.version)
}

func (s *Server) handleCreate(res Resource, t target, call Call) (int, any) {
	obj, err := decode(call.Body)
	if err != nil {
		return failure(http.StatusBadRequest, "BadRequest", "the object provided is unrecognized: "+err.Error(), t)
	}
	t.name = str(obj, "metadata", "name")
	if t.name == "" {
		if prefix := str(obj, "metadata", "generateName"); prefix != "" {
			t.name = fmt.Sprintf("%s%05d", prefix, s.counter)
			meta(obj)["name"] = t.name
		}
	}
	if t.name == "" {
		return failure(http.StatusUnprocessableEntity, "Invalid", res.Kind+` "" is invalid: metadata.name: Required value: name or generateName is required`, t)
	}
	if ns := str(obj, "metadata", "namespace"); ns != t.namespace && ns != "" {
		return failure(http.StatusBadRequest, "BadRequest", "the namespace of the provided object does not match the namespace sent on the request", t)
	}
	if str(obj, "metadata", "resourceVersion") != "" {
		return failure(http.StatusInternalServerError, "InternalError", "resourceVersion should not be set on objects to be created", t)
	}
	if _, exists := s.objects[t.key()]; exists {
		return failure(http.StatusConflict, "AlreadyExists", fmt.Sprintf("%s %q already exists", t.groupResource(), t.name), t)
	}
	s.put(res, t.namespace, t.name, obj)
	call.Verb, call.Name = "create", t.name
	s.calls = append(s.calls, call)
	return http.StatusCreated, s.objects[t.key()].as(t.group, t.version)
}

func (s *Server) handleUpdate(res Resource, t target, call Call) (int, any) {
	found, ok := s.objects[t.key()]
	if !ok {
		return notFound(t)
	}
	obj, err := decode(call.Body)
	if err != nil {
		return failure(http.StatusBadRequest, "BadRequest", err.Error(), t)
	}
	call.Verb = "update"
	if t.subresource == "status" {
		call.Verb = "updateStatus"
		updated := clone(found.object).(map[string]any)
		updated["status"] = obj["status"]
		obj = updated
	}
	s.put(res, t.namespace, t.name, obj)
	s.calls = append(s.calls, call)
	return http.StatusOK, s.objects[t.key()].as(t.group, t.version)
}

func (s *Server) handlePatch(res Resource, t target, call Call, contentType string) (int, any) {
	found, ok := s.objects[t.key()]
	if !ok {
		return notFound(t)
	}
	if contentType != "application/merge-patch+json" {
		return failure(http.StatusUnsupportedMediaType, "UnsupportedMediaType", "only merge patches are understood, not "+contentType, t)
	}
	patch, err := decode(call.Body)
	if err != nil {
		return failure(http.StatusBadRequest, "BadRequest", err.Error(), t)
	}
	merged := merge(clone(found.object), patch).(map[string]any)
	s.put(res, t.namespace, t.name, merged)
	call.Verb = "patch"
	s.calls = append(s.calls, call)
	return http.StatusOK, s.objects[t.key()].as(t.group, t.version)
}

func (s *Server) handleDelete(t target, call Call) (int, any) {
	if _, ok := s.objects[t.key()]; !ok {
		return notFound(t)
	}
	s.remove(t.key())
	call.Verb = "delete"
	s.calls = append(s.calls, call)
	return http.StatusOK, map[string]any{"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{}, "status": "Success"}
}

func (s *Server) handleDeleteCollection(t target, call Call, req *http.Request) (int, any) {
	match, err := matcher(req.URL.Query().Get("labelSelector"), req.URL.Query().Get("fieldSelector"))
	if err != nil {
		return failure(http.StatusBadRequest, "BadRequest", err.Error(), t)
	}
	for _, o := range s.list(t.group, t.resource, t.namespace, match) {
		s.remove(key(o.group, o.resource, o.namespace, o.name))
	}
	call.Verb = "deletecollection"
	s.calls = append(s.calls, call)
	return http.StatusOK, map[string]any{"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{}, "status": "Success"}
}
