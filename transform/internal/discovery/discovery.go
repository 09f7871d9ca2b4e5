// Package discovery resolves names of resources as a cluster's discovery would, from a table of Kubernetes' own
// resources, the folders and CustomResourceDefinitions of the backup, and what the user gave of the target.
package discovery

import (
	"cmp"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/object"
)

// Resource is one resource of the API.
type Resource struct {
	Name       string // plural with its group, "deployments.apps"
	Kind       string
	Singular   string
	ShortNames []string
	Namespaced bool
}

// Resolver resolves names. The zero value is not ready; use New.
type Resolver struct {
	byName map[string]Resource
	served map[string]bool
	order  []string // names, Kubernetes' own first, in the order in which discovery prefers them
}

// New returns a resolver that knows Kubernetes' own resources, and Velero's and the CSI snapshotter's.
func New() *Resolver {
	own := builtin()
	r := &Resolver{byName: make(map[string]Resource, len(own)*2), served: map[string]bool{}}
	for _, b := range own {
		r.Add(b)
		r.served[b.Name] = !strings.HasSuffix(b.Name, ".snapshot.storage.k8s.io")
	}
	return r
}

// Add makes a resource known; one that is known already keeps its place.
func (r *Resolver) Add(res Resource) {
	if _, known := r.byName[res.Name]; !known {
		r.order = append(r.order, res.Name)
	}
	r.byName[res.Name] = res
}

// AddFolder makes a resource known of which only the folder in the backup is.
func (r *Resolver) AddFolder(name string, namespaced bool) {
	if _, known := r.byName[name]; !known {
		r.Add(Resource{Name: name, Namespaced: namespaced})
	}
}

// AddCRD makes the resource known that a CustomResourceDefinition defines, and returns its name.
func (r *Resolver) AddCRD(crd *object.Value) string {
	spec := crd.Get("spec")
	names := spec.Get("names")
	plural, group := names.Get("plural").Str(), spec.Get("group").Str()
	if plural == "" || group == "" {
		return ""
	}
	res := Resource{
		Name: plural + "." + group, Kind: names.Get("kind").Str(),
		Singular:   cmp.Or(names.Get("singular").Str(), strings.ToLower(names.Get("kind").Str())),
		Namespaced: spec.Get("scope").Str() == "Namespaced",
	}
	for _, s := range names.Get("shortNames").Elements() {
		res.ShortNames = append(res.ShortNames, s.Str())
	}
	r.Add(res)
	return res.Name
}

// Serve notes that the target serves the resource that a CustomResourceDefinition defines.
func (r *Resolver) Serve(crd *object.Value) {
	if name := r.AddCRD(crd); name != "" {
		r.served[name] = true
	}
}

// Served says whether the target serves the resource, as far as is known: Kubernetes' own resources, Velero's, and
// those that Serve was told of.
func (r *Resolver) Served(name string) bool { return r.served[name] }

// Resolve returns the full name of a resource given as "deployments", "deploy", "deployment.apps" and the like. As in
// client-go's RESTMapper, a group that no resource has is taken as the beginning of one.
// Source: Velero v1.18.2 pkg/discovery/helper.go (ResourceFor), client-go restmapper/shortcut.go.
func (r *Resolver) Resolve(name string) (string, bool) {
	if _, ok := r.byName[name]; ok {
		return name, true
	}
	plain, group, _ := strings.Cut(strings.ToLower(name), ".")
	for _, match := range []func(full string) bool{
		func(full string) bool { return group == "" || full == group },
		func(full string) bool { return strings.HasPrefix(full, group) },
	} {
		for _, candidate := range r.order {
			resource, fullGroup, _ := strings.Cut(candidate, ".")
			if match(fullGroup) && r.isNamed(candidate, resource, plain) {
				return candidate, true
			}
		}
	}
	return name, false
}

func (r *Resolver) isNamed(full, plural, name string) bool {
	if name == "" {
		return false
	}
	res := r.byName[full]
	return plural == name || res.Singular == name || slices.Contains(res.ShortNames, name)
}

// Lookup returns what is known of a resource by its full name.
func (r *Resolver) Lookup(name string) (Resource, bool) {
	res, ok := r.byName[name]
	return res, ok
}

// ForKind returns the resource of an object's apiVersion and kind. For kinds that nobody described it guesses the
// plural as Kubernetes does; ok is false then.
func (r *Resolver) ForKind(apiVersion, kind string) (name string, ok bool) {
	group, _, found := strings.Cut(apiVersion, "/")
	if !found {
		group = ""
	}
	for _, candidate := range r.order {
		_, g, _ := strings.Cut(candidate, ".")
		if g == group && r.byName[candidate].Kind == kind {
			return candidate, true
		}
	}
	plural := guessPlural(strings.ToLower(kind))
	if group == "" {
		return plural, false
	}
	return plural + "." + group, false
}

func guessPlural(singular string) string {
	switch {
	case strings.HasSuffix(singular, "endpoints"):
		return singular
	case strings.HasSuffix(singular, "s"), strings.HasSuffix(singular, "x"), strings.HasSuffix(singular, "ch"):
		return singular + "es"
	case strings.HasSuffix(singular, "y") && len(singular) > 1 && !strings.ContainsRune("aeiou", rune(singular[len(singular)-2])):
		return strings.TrimSuffix(singular, "y") + "ies"
	}
	return singular + "s"
}

// Order puts resources in the order in which a cluster's discovery lists them, as far as that is fixed: those of
// Kubernetes itself as in its table, then those of CustomResourceDefinitions by group. (Within a group a real cluster's
// client shuffles them.)
func (r *Resolver) Order(resources []string) []string {
	own := builtin()
	place := make(map[string]int, len(own))
	for i, b := range own {
		if isKubernetesOwn(b.Name) {
			place[b.Name] = i - len(own)
		}
	}
	return slices.SortedFunc(slices.Values(resources), func(a, b string) int {
		plainA, groupA, _ := strings.Cut(a, ".")
		plainB, groupB, _ := strings.Cut(b, ".")
		if place[a] != 0 || place[b] != 0 {
			return cmp.Compare(place[a], place[b])
		}
		return cmp.Or(cmp.Compare(groupA, groupB), cmp.Compare(plainA, plainB))
	})
}

func isKubernetesOwn(name string) bool {
	return !strings.HasSuffix(name, ".velero.io") && !strings.HasSuffix(name, ".snapshot.storage.k8s.io")
}
