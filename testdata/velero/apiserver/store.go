package apiserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// stored is one object together with the resource it was written through.
type stored struct {
	group, resource, namespace, name string
	object                           map[string]any
	// exact is set for what was loaded: it never gets metadata of the server.
	exact bool
	// versions are the forms of the object in versions that LoadVersion gave.
	versions map[string]map[string]any
}

// decode reads a JSON object and keeps every number as it is written.
func decode(data []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	obj := map[string]any{}
	if err := d.Decode(&obj); err != nil {
		return nil, err
	}
	if obj == nil {
		return nil, fmt.Errorf("null is not an object")
	}
	return obj, nil
}

// str returns the string at the path, or "".
func str(obj map[string]any, path ...string) string {
	for _, p := range path[:len(path)-1] {
		next, ok := obj[p].(map[string]any)
		if !ok {
			return ""
		}
		obj = next
	}
	s, _ := obj[path[len(path)-1]].(string)
	return s
}

// meta returns the object's metadata, and makes it if there is none.
func meta(obj map[string]any) map[string]any {
	m, ok := obj["metadata"].(map[string]any)
	if !ok {
		m = map[string]any{}
		obj["metadata"] = m
	}
	return m
}

// put stores an object and gives it what a real server would: a uid, a
// resource version, a creation time, and the status that clients wait for.
func (s *Server) put(res Resource, namespace, name string, obj map[string]any) {
	if old, ok := s.objects[key(res.Group, res.Name, namespace, name)]; ok && old.exact {
		s.keep(res, namespace, name, obj)
		return
	}
	s.counter++
	m := meta(obj)
	if namespace != "" {
		m["namespace"] = namespace
	}
	if u, _ := m["uid"].(string); u == "" {
		m["uid"] = fmt.Sprintf("00000000-0000-4000-9000-%012d", s.counter)
	}
	m["resourceVersion"] = strconv.Itoa(s.counter)
	if m["creationTimestamp"] == nil {
		m["creationTimestamp"] = "2024-01-01T00:00:00Z"
	}
	switch {
	case res.Group == "" && res.Name == "namespaces":
		activate(obj)
	case res.isDefinition():
		establish(obj)
	}
	s.store(res, namespace, name, obj, false)
	s.control(res, namespace, name, obj)
}

func (r Resource) isDefinition() bool {
	return r.Group == "apiextensions.k8s.io" && r.Name == "customresourcedefinitions"
}

// keep stores an object that is never to get anything that nobody wrote.
func (s *Server) keep(res Resource, namespace, name string, obj map[string]any) {
	s.store(res, namespace, name, obj, true)
}

// store stores an object as it is, and serves what it defines.
func (s *Server) store(res Resource, namespace, name string, obj map[string]any, exact bool) {
	if res.isDefinition() {
		s.serve(crdResources(obj))
	}
	k := key(res.Group, res.Name, namespace, name)
	if _, known := s.objects[k]; !known {
		s.order = append(s.order, k)
	}
	s.objects[k] = &stored{group: res.Group, resource: res.Name, namespace: namespace, name: name, object: obj, exact: exact}
}

// activate gives a namespace the phase that clients wait for.
func activate(obj map[string]any) {
	if str(obj, "status", "phase") == "" {
		obj["status"] = map[string]any{"phase": "Active"}
	}
}

// remove deletes one object.
func (s *Server) remove(k string) {
	delete(s.objects, k)
	for i, o := range s.order {
		if o == k {
			s.order = append(s.order[:i:i], s.order[i+1:]...)
			return
		}
	}
}

// list returns the objects of a resource in the order of their names.
func (s *Server) list(group, resource, namespace string, match func(map[string]any) bool) []*stored {
	var found []*stored
	for _, k := range s.order {
		o := s.objects[k]
		if o.group != group || o.resource != resource || (namespace != "" && o.namespace != namespace) {
			continue
		}
		if match(o.object) {
			found = append(found, o)
		}
	}
	sort.SliceStable(found, func(i, j int) bool {
		if c := strings.Compare(found[i].namespace, found[j].namespace); c != 0 {
			return c < 0
		}
		return found[i].name < found[j].name
	})
	return found
}

// as returns the object as a client of the given version would see it.
func (o *stored) as(group, version string) map[string]any {
	form := o.object
	if other, ok := o.versions[version]; ok {
		form = other
	}
	out := clone(form).(map[string]any)
	if group == "" {
		out["apiVersion"] = version
	} else {
		out["apiVersion"] = group + "/" + version
	}
	return out
}

func clone(v any) any {
	switch t := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(t))
		for k, e := range t {
			out[k] = clone(e)
		}
		return out
	case []any:
		out := make([]any, len(t))
		for i, e := range t {
			out[i] = clone(e)
		}
		return out
	}
	return v
}

// merge applies a JSON merge patch.
func merge(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return clone(patch)
	}
	t, ok := target.(map[string]any)
	if !ok {
		t = map[string]any{}
	}
	for k, v := range p {
		if v == nil {
			delete(t, k)
			continue
		}
		t[k] = merge(t[k], v)
	}
	return t
}
