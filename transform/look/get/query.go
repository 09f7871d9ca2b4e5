// Package get looks into a backup, or a folder of manifests, as kubectl looks into a cluster.
package get

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/redaction"
)

// All stands for every resource.
const All = "all"

// Query says which items are looked for. The zero Query finds all.
type Query struct {
	Wanted    []Wanted            // none: everything
	Namespace string              // "" for every namespace, and cluster scope
	Labels    labels.Selector     // nil for any
	Redactor  *redaction.Redactor // hides the values of Secrets; nil keeps them
}

// Wanted is a resource, or one of its items, as the user calls it.
type Wanted struct{ Resource, Name string }

// Parse reads the manners of kubectl: "pods", "pods,services", "pod web web-2", "pod/web svc/web".
func Parse(args []string) ([]Wanted, error) {
	if len(args) == 0 {
		return nil, nil
	}
	if slices.ContainsFunc(args, func(a string) bool { return strings.Contains(a, "/") }) {
		return parseNames(args)
	}
	resources := strings.Split(args[0], ",")
	var list []Wanted
	for _, resource := range resources {
		if resource == "" {
			return nil, fmt.Errorf("%q: a resource is missing between commas", args[0])
		}
		for _, name := range args[1:] {
			list = append(list, Wanted{resource, name})
		}
		if len(args) == 1 {
			list = append(list, Wanted{Resource: resource})
		}
	}
	return list, nil
}

func parseNames(args []string) ([]Wanted, error) {
	var list []Wanted
	for _, arg := range args {
		resource, name, ok := strings.Cut(arg, "/")
		if !ok || resource == "" || name == "" || strings.Contains(name, "/") {
			return nil, fmt.Errorf("%q is not RESOURCE/NAME like the other arguments", arg)
		}
		list = append(list, Wanted{resource, name})
	}
	return list, nil
}

// Item is what a query finds.
type Item struct {
	Key    layout.ItemKey
	Object *object.Value // nil where Problem says why
	// Problem is what keeps the item from being read.
	Problem error
}

// Each finds the items, in the order of the query, then by namespace and name. An item that cannot be read is found with
// its Problem, unless labels are asked for. A name that no item has is an error, as is a resource that nobody knows.
func (q *Query) Each(ctx context.Context, s *backup.Source, found func(*Item) error) error {
	wanted := q.Wanted
	if len(wanted) == 0 {
		wanted = []Wanted{{Resource: All}}
	}
	for _, w := range wanted {
		if err := q.one(ctx, s, w, found); err != nil {
			return err
		}
	}
	return nil
}

func (q *Query) one(ctx context.Context, s *backup.Source, w Wanted, found func(*Item) error) error {
	resources, err := q.resources(s, w.Resource)
	if err != nil {
		return err
	}
	hits := 0
	for _, resource := range resources {
		for key := range s.Items(resource) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if w.Name != "" && key.Name != w.Name || q.Namespace != "" && key.Namespace != q.Namespace {
				continue
			}
			item, ok := q.read(s, key)
			if !ok {
				continue
			}
			hits++
			if err := found(item); err != nil {
				return err
			}
		}
	}
	if w.Name != "" && hits == 0 {
		return q.missing(s, resources[0], w.Name)
	}
	return nil
}

func (q *Query) resources(s *backup.Source, name string) ([]string, error) {
	if name == All {
		return s.Resources(), nil
	}
	full, err := s.Resolve(name)
	return []string{full}, err
}

// missing is the error for an item that is not there, with the name that was probably meant.
func (q *Query) missing(s *backup.Source, resource, name string) error {
	var names []string
	for key := range s.Items(resource) {
		if q.Namespace == "" || q.Namespace == key.Namespace {
			names = append(names, key.Name)
		}
	}
	near := layout.Nearest(name, names)
	if near != "" {
		near = "; did you mean " + near + "?"
	}
	if q.Namespace != "" {
		return fmt.Errorf("%s/%s/%s: there is no such item%s", resource, q.Namespace, name, near)
	}
	return fmt.Errorf("%s/%s: there is no such item in any namespace%s", resource, name, near)
}

// read reads an item and says whether its labels fit.
func (q *Query) read(s *backup.Source, key layout.ItemKey) (*Item, bool) {
	o, err := s.Item(key)
	if err != nil {
		return &Item{Key: key, Problem: err}, q.Labels == nil
	}
	if q.Labels != nil && !q.Labels.Matches(labels.Set(o.Labels())) {
		return nil, false
	}
	o, err = q.Redactor.Of(key.Resource, o).Object(o)
	return &Item{Key: key, Object: o, Problem: err}, true
}
