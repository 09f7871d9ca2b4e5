package apiserver

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/registry/rest"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/apiserver/registry"
)

//go:generate go run ./gen

// servedTables are what each Kubernetes serves by default, packed: a line "= RELEASE", then one a resource, "GROUP/VERSION RESOURCE KIND
// SCOPE".
//
//go:embed served.gz
var servedTables []byte

// kind is what is served at a resource in one version.
type kind struct {
	name       string
	namespaced bool
}

// served is what the target serves without CustomResourceDefinitions.
type served struct {
	known      bool                         // all of it
	listed     map[schema.GroupVersion]bool // all versions that are served; nil if they are not known
	complete   map[schema.GroupVersion]bool // versions of which all resources are known
	resources  map[schema.GroupVersionResource]kind
	groups     map[string]bool
	strategies map[schema.GroupResource]rest.RESTCreateStrategy
	iface      admission.ObjectInterfaces

	definitions *definitionScheme
}

// newServed reads what the version serves and what discovery documents of the target say. Without either nothing is known.
func newServed(version string, given []*object.Value) (*served, error) {
	s := &served{complete: map[schema.GroupVersion]bool{}, resources: map[schema.GroupVersionResource]kind{}, groups: map[string]bool{}, strategies: registry.Strategies(), definitions: newDefinitionScheme()}
	if version != "" {
		if err := s.readTable(version); err != nil {
			return nil, err
		}
	}
	s.readDiscovery(given)
	equivalent := runtime.NewEquivalentResourceRegistry()
	for gvr, k := range s.resources {
		equivalent.RegisterKindFor(gvr, "", gvr.GroupVersion().WithKind(k.name))
	}
	s.iface = newInterfaces(registry.Scheme(), equivalent)
	return s, nil
}

// Versions are the minor versions of Kubernetes that Options.Version may be, oldest first.
func Versions() ([]string, error) {
	text, err := unpackTables()
	if err != nil {
		return nil, err
	}
	var list []string
	for line := range strings.Lines(text) {
		if release, ok := strings.CutPrefix(line, "= "); ok {
			list = append(list, minor(strings.TrimSpace(release)))
		}
	}
	return list, nil
}

func unpackTables() (string, error) {
	z, err := gzip.NewReader(bytes.NewReader(servedTables))
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(z)
	return string(text), err
}

// minor is a version without its patch, "1.33" of "v1.33.4-gke.100".
func minor(version string) string {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	if len(parts) < 2 {
		return version
	}
	return parts[0] + "." + strings.TrimRight(parts[1], "+")
}

func (s *served) readTable(version string) error {
	text, err := unpackTables()
	if err != nil {
		return err
	}
	within := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if release, ok := strings.CutPrefix(line, "= "); ok {
			within = minor(release) == minor(version)
			s.known = s.known || within
			continue
		}
		if words := strings.Fields(line); within && len(words) == 4 {
			s.add(words[0], words[1], kind{name: words[2], namespaced: words[3] == "namespaced"})
		}
	}
	if !s.known {
		versions, err := Versions()
		if err != nil {
			return err
		}
		return fmt.Errorf("it is not known what Kubernetes %s serves: give one of %s", version, strings.Join(versions, ", "))
	}
	return nil
}

func (s *served) add(groupVersion, resource string, k kind) {
	gv, err := schema.ParseGroupVersion(groupVersion)
	if err != nil {
		return
	}
	s.groups[gv.Group] = true
	s.resources[gv.WithResource(resource)] = k
}

// readDiscovery reads the discovery documents among the target's objects: what kubectl get --raw says of a path, and kubectl's own cache.
func (s *served) readDiscovery(given []*object.Value) {
	var services []*object.Value
	for _, o := range given {
		switch o.ObjectKind() {
		case "APIResourceList":
			s.readResources(o)
		case "APIGroupList":
			for _, group := range o.Get("groups").Elements() {
				for _, version := range group.Get("versions").Elements() {
					s.list(version.Get("groupVersion").Str())
				}
			}
		case "APIService":
			services = append(services, o)
		}
	}
	// Each version that a cluster serves has an APIService. Some of them, as a backup may hold, are not all.
	if slices.ContainsFunc(services, func(o *object.Value) bool { return o.Name() == "v1.apps" }) {
		for _, o := range services {
			s.list(strings.TrimPrefix(o.Get("spec", "group").Str()+"/"+o.Get("spec", "version").Str(), "/"))
		}
	}
}

// list notes a version of the list of all. The core group stands in a list of its own.
func (s *served) list(groupVersion string) {
	gv, err := schema.ParseGroupVersion(groupVersion)
	if err != nil {
		return
	}
	if s.listed == nil {
		s.listed = map[schema.GroupVersion]bool{{Version: "v1"}: true}
	}
	s.listed[gv] = true
}

func (s *served) readResources(o *object.Value) {
	groupVersion := o.Get("groupVersion").Str()
	for _, r := range o.Get("resources").Elements() {
		name := r.Get("name").Str()
		if strings.Contains(name, "/") || !slices.ContainsFunc(r.Get("verbs").Elements(), func(v *object.Value) bool { return v.Is("create") }) {
			continue
		}
		s.add(groupVersion, name, kind{name: r.Get("kind").Str(), namespaced: r.Get("namespaced").True()})
	}
	if gv, err := schema.ParseGroupVersion(groupVersion); err == nil && !o.Get("partial").True() {
		s.complete[gv] = true
	}
}

// serve fills in what serves a call. What is not known to be served, where not all is known, has no strategy.
func (s *served) serve(c *call) error {
	k, ok := s.resources[c.gvr]
	switch {
	case !ok && s.listed != nil && !s.listed[c.gvr.GroupVersion()]:
		return errNoSuchPath
	case !ok && s.complete[c.gvr.GroupVersion()]:
		return errNoSuchResource()
	case !ok && !s.known:
		return s.serveUnknown(c)
	case !ok && !s.groups[c.gvr.Group]:
		return errNoSuchPath
	case !ok, !k.namespaced && c.namespace != "":
		return errNoSuchResource()
	case k.namespaced && c.namespace == "": // a list of all namespaces is served there
		return errNotThere()
	}
	s.fill(c, k.name)
	return nil
}

// serveUnknown takes it that the target serves what this Kubernetes knows.
func (s *served) serveUnknown(c *call) error {
	if registry.Scheme().Recognizes(c.gvr.GroupVersion().WithKind(c.sent.ObjectKind())) {
		s.fill(c, c.sent.ObjectKind())
	}
	return nil
}

func (s *served) fill(c *call, kind string) {
	c.gvk = c.gvr.GroupVersion().WithKind(kind)
	if c.gvr.Group == definitions.Group {
		s.definitions.serve(c)
		return
	}
	if !registry.Scheme().Recognizes(c.gvk) {
		return
	}
	c.strategy, c.iface, c.decode = s.strategies[c.gvr.GroupResource()], s.iface, decodeBuiltin
}

func decodeBuiltin(c *call) error { return decode(registry.Scheme(), c) }

// newInterfaces are what admission plugins ask about kinds, and about resources that are the same in another version.
func newInterfaces(scheme *runtime.Scheme, equivalent runtime.EquivalentResourceMapper) admission.ObjectInterfaces {
	return &admission.RuntimeObjectInterfaces{
		ObjectCreater: scheme, ObjectTyper: scheme, ObjectDefaulter: scheme, ObjectConvertor: scheme, EquivalentResourceMapper: equivalent,
	}
}

// splitResource splits "deployments.apps".
func splitResource(full string) (plain, group string) {
	plain, group, _ = strings.Cut(full, ".")
	return plain, group
}
