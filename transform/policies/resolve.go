package policies

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gobwas/glob"
)

// ErrTwice is what kinds are refused with that are one resource, such as pod and pods.
var ErrTwice = errors.New("a policy has this resource twice, maybe under another name")

// Discovery gives the full name of a resource that is given by a name or a kind; false where the target is not known to have it.
type Discovery func(kind string) (string, bool)

// KindOf is the kind of the first item of a resource in a namespace ("" for none), "" where it cannot be read.
type KindOf func(resource, namespace string) string

// Resolved are policies whose kinds are those of a target. It is for one goroutine.
type Resolved struct {
	namespaces []*namespaces
	cluster    *kinds // nil without a policy
	known      map[string]*namespaces
	kindOf     KindOf
}

// namespaces are the names and patterns of a policy.
type namespaces struct {
	where    string
	names    []string
	patterns []glob.Glob
	kinds    *kinds
}

// kinds are the filters of a policy by the full names of resources.
type kinds struct {
	byResource map[string]*Filter
	filters    []Filter
	all        *Filter
	unknown    bool // a kind that the target is not known to have
}

// Resolve finds the resources of the kinds. Two kinds of a policy that are one resource are an error, as Velero has it.
func (p *Policies) Resolve(discovery Discovery, kindOf KindOf) (*Resolved, error) {
	if p == nil {
		return nil, nil
	}
	r := &Resolved{known: map[string]*namespaces{}, kindOf: kindOf}
	var err error
	if p.ClusterScoped != nil {
		if r.cluster, err = resolve(p.ClusterScoped, discovery); err != nil {
			return nil, err
		}
	}
	for _, n := range p.Namespaced {
		k, err := resolve(n.Filters, discovery)
		if err != nil {
			return nil, err
		}
		of := &namespaces{where: n.Where, names: n.Namespaces, kinds: k}
		for _, name := range n.Namespaces {
			if !strings.ContainsAny(name, "*?[") {
				continue
			}
			if pattern, err := glob.Compile(name); err == nil { // Velero takes one that does not compile by its letters
				of.patterns = append(of.patterns, pattern)
			}
		}
		r.namespaces = append(r.namespaces, of)
	}
	return r, nil
}

func resolve(list []Filter, discovery Discovery) (*kinds, error) {
	k := &kinds{byResource: map[string]*Filter{}, filters: list}
	for i := range list {
		f := &list[i]
		if f.All() {
			k.all = f
			continue
		}
		for _, kind := range f.Kinds {
			full, ok := discovery(strings.ToLower(kind))
			if !ok {
				k.unknown = true
			}
			if _, twice := k.byResource[full]; twice {
				return nil, fmt.Errorf("%s.kinds: %s: %w", f.Where, full, ErrTwice)
			}
			k.byResource[full] = f
		}
	}
	return k, nil
}

// in is the policy of a namespace, nil where none is for it: exact names come before patterns, wherever they stand.
func (r *Resolved) in(namespace string) *namespaces {
	if n, ok := r.known[namespace]; ok {
		return n
	}
	n := r.find(namespace)
	r.known[namespace] = n
	return n
}

func (r *Resolved) find(namespace string) *namespaces {
	for _, n := range r.namespaces {
		if slices.Contains(n.names, namespace) {
			return n
		}
	}
	for _, n := range r.namespaces {
		for _, p := range n.patterns {
			if p.Match(namespace) {
				return n
			}
		}
	}
	return nil
}

// Where is the place of the policy that decides on a namespace, "" where none does.
func (r *Resolved) Where(namespace string) string {
	if n := r.in(namespace); n != nil {
		return n.where
	}
	return ""
}

// Of is the filter that decides on the items of a resource in a namespace ("" for what has none). With ruled but no filter they
// are all left out; not ruled, the restore's label selectors decide.
func (r *Resolved) Of(resource, namespace string) (f *Filter, ruled bool) {
	switch {
	case r == nil:
		return nil, false
	case namespace == "":
		if r.cluster == nil {
			return nil, false
		}
		f := r.cluster.of(resource, namespace, r.kindOf)
		return f, f != nil
	}
	n := r.in(namespace)
	if n == nil {
		return nil, false
	}
	k := n.kinds
	if k.byResource[resource] == nil && k.all == nil && !k.unknown {
		return nil, true
	}
	if f := k.of(resource, namespace, r.kindOf); f != nil {
		return f, true
	}
	return k.all, true
}

// of is the filter that lists the resource, or the kind of its items.
func (k *kinds) of(resource, namespace string, kindOf KindOf) *Filter {
	if f := k.byResource[resource]; f != nil {
		return f
	}
	kind := kindOf(resource, namespace)
	if kind == "" {
		return nil
	}
	for i := range k.filters {
		for _, listed := range k.filters[i].Kinds {
			if strings.EqualFold(listed, kind) {
				k.byResource[resource] = &k.filters[i]
				return &k.filters[i]
			}
		}
	}
	return nil
}
