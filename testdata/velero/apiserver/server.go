// Package apiserver is a small Kubernetes API server that lives in memory and
// answers Velero's real clients: discovery, get, list, create, update, patch,
// delete. It has no admission, no defaulting and, unless asked to run them, no
// controllers, so what it
// records is exactly what the client sent. It uses only the standard library,
// because clients of very different ages are linked against it.
package apiserver

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
)

// Call is one write that the server accepted.
type Call struct {
	// Client is the name that the client was made with, see Server.Client.
	Client string
	// Verb is create, update, updateStatus, patch, delete or deletecollection.
	Verb string
	// Group, Version and Resource are taken from the request's path.
	Group, Version, Resource string
	// Namespace and Name say which object was written.
	Namespace, Name string
	// Body is what went over the wire, byte for byte.
	Body []byte
}

// Server holds the objects of one cluster.
type Server struct {
	mu        sync.Mutex
	resources []Resource
	objects   map[string]*stored
	order     []string
	counter   int
	calls     []Call
	// controllers are on: see RunControllers.
	controllers bool
	done        chan struct{}
	closed      sync.Once
}

// New returns an empty cluster that serves the built-in resources.
func New() *Server {
	return &Server{
		resources: builtin(),
		objects:   map[string]*stored{},
		done:      make(chan struct{}),
	}
}

// RunControllers makes the server do what controllers of every real cluster do:
// a namespace gets a ServiceAccount default and a ConfigMap kube-root-ca.crt,
// and a token secret of a ServiceAccount gets its token. What they write is not
// recorded. It is called before anything is in the cluster.
func (s *Server) RunControllers() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.controllers = true
}

// Close ends every open watch. Later requests are never answered.
func (s *Server) Close() {
	s.closed.Do(func() { close(s.done) })
}

func (s *Server) isClosed() bool {
	select {
	case <-s.done:
		return true
	default:
		return false
	}
}

// Calls returns the writes accepted so far, in order.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// Add puts an object into the cluster as if it had been created: with a uid,
// a resource version, a creation time, and without recording a call. Its
// apiVersion and kind must belong to a resource that is served.
func (s *Server) Add(object []byte) error { return s.add(object, s.put) }

// Load puts an object into the cluster exactly as it is.
func (s *Server) Load(object []byte) error { return s.add(object, s.keep) }

// LoadVersion gives an object that is in the cluster the form that it has in
// another version. Of those without one the server only changes the
// apiVersion.
func (s *Server) LoadVersion(object []byte) error {
	return s.add(object, func(res Resource, namespace, name string, obj map[string]any) {
		o, ok := s.objects[key(res.Group, res.Name, namespace, name)]
		if !ok {
			s.keep(res, namespace, name, obj)
			return
		}
		if o.versions == nil {
			o.versions = map[string]map[string]any{}
		}
		o.versions[res.Version] = obj
	})
}

func (s *Server) add(object []byte, store func(Resource, string, string, map[string]any)) error {
	obj, err := decode(object)
	if err != nil {
		return fmt.Errorf("reading an object of the target: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	res, ok := s.byKind(str(obj, "apiVersion"), str(obj, "kind"))
	if !ok {
		return fmt.Errorf("no resource of kind %q in %q is served", str(obj, "kind"), str(obj, "apiVersion"))
	}
	namespace := str(obj, "metadata", "namespace")
	if !res.Namespaced {
		namespace = ""
	}
	if res.Namespaced && namespace == "" {
		return fmt.Errorf("%s %s of the target has no namespace", res.Kind, str(obj, "metadata", "name"))
	}
	store(res, namespace, str(obj, "metadata", "name"), obj)
	return nil
}

// Has tells whether the cluster holds the object.
func (s *Server) Has(group, resource, namespace, name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.objects[key(group, resource, namespace, name)]
	return ok
}

// Get returns the stored object as JSON, or nil.
func (s *Server) Get(group, resource, namespace, name string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	found, ok := s.objects[key(group, resource, namespace, name)]
	if !ok {
		return nil
	}
	data, err := json.Marshal(found.object)
	if err != nil {
		return nil
	}
	return data
}

// Client returns a transport whose writes are recorded under the given name.
func (s *Server) Client(name string) http.RoundTripper {
	return transport{server: s, client: name}
}

func key(group, resource, namespace, name string) string {
	return strings.Join([]string{group, resource, namespace, name}, "|")
}
