package apiserver

// Resource is something that the server serves.
type Resource struct {
	// Group, Version and Name are the parts of the request's path.
	Group, Version, Name string
	// Kind and Singular are the names that discovery tells.
	Kind, Singular string
	// Short are the short names, as "po" for pods.
	Short []string
	// Namespaced tells the scope.
	Namespaced bool
	// Defined is set for what a CustomResourceDefinition brought.
	Defined bool
}

// Serve adds resources. One that is served already, or whose versions are
// laid down by a CustomResourceDefinition, stays as it is.
func (s *Server) Serve(resources ...Resource) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var add []Resource
	for _, r := range resources {
		if !s.defined(r.Group, r.Name) {
			add = append(add, r)
		}
	}
	s.serve(add)
}

// ServeVersion serves every resource of a group in one more version.
func (s *Server) ServeVersion(group, version string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var add []Resource
	for _, r := range s.resources {
		if r.Group == group {
			r.Version = version
			add = append(add, r)
		}
	}
	s.serve(add)
}

// Lookup finds a served resource by group and name, whatever its version.
func (s *Server) Lookup(group, name string) (Resource, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.resources {
		if r.Group == group && r.Name == name {
			return r, true
		}
	}
	return Resource{}, false
}

func (s *Server) serve(resources []Resource) {
	for _, r := range resources {
		if _, ok := s.find(r.Group, r.Version, r.Name); !ok {
			s.resources = append(s.resources, r)
		}
	}
}

func (s *Server) defined(group, name string) bool {
	for _, r := range s.resources {
		if r.Group == group && r.Name == name && r.Defined {
			return true
		}
	}
	return false
}

func (s *Server) find(group, version, name string) (Resource, bool) {
	for _, r := range s.resources {
		if r.Group == group && r.Version == version && r.Name == name {
			return r, true
		}
	}
	return Resource{}, false
}

func (s *Server) byKind(apiVersion, kind string) (Resource, bool) {
	for _, r := range s.resources {
		if r.Kind == kind && r.groupVersion() == apiVersion {
			return r, true
		}
	}
	return Resource{}, false
}

func (r Resource) groupVersion() string {
	if r.Group == "" {
		return r.Version
	}
	return r.Group + "/" + r.Version
}

// groups answers /apis.
func (s *Server) groups() map[string]any {
	var names []string
	versions := map[string][]any{}
	for _, r := range s.resources {
		if r.Group == "" {
			continue
		}
		if _, known := versions[r.Group]; !known {
			names = append(names, r.Group)
		}
		gv := map[string]any{"groupVersion": r.groupVersion(), "version": r.Version}
		if !hasVersion(versions[r.Group], r.Version) {
			versions[r.Group] = append(versions[r.Group], gv)
		}
	}
	list := []any{}
	for _, n := range names {
		list = append(list, map[string]any{"name": n, "versions": versions[n], "preferredVersion": versions[n][0]})
	}
	return map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": list}
}

func hasVersion(list []any, version string) bool {
	for _, v := range list {
		if m, ok := v.(map[string]any); ok && m["version"] == version {
			return true
		}
	}
	return false
}

// resourceList answers /api/v1 and /apis/<group>/<version>.
func (s *Server) resourceList(group, version string) (map[string]any, bool) {
	list := []any{}
	gv := Resource{Group: group, Version: version}.groupVersion()
	for _, r := range s.resources {
		if r.Group != group || r.Version != version {
			continue
		}
		entry := map[string]any{
			"name": r.Name, "singularName": r.Singular, "namespaced": r.Namespaced, "kind": r.Kind,
			"verbs": []any{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"},
		}
		if r.Group == "" && r.Name == "bindings" {
			entry["verbs"] = []any{"create"}
		}
		if len(r.Short) > 0 {
			entry["shortNames"] = r.Short
		}
		list = append(list, entry)
	}
	if len(list) == 0 {
		return nil, false
	}
	return map[string]any{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": gv, "resources": list}, true
}
