package restore

import (
	"context"
	"errors"
	"slices"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/report"
)

// Referrer is an item that names a namespace, as Velero would send it.
type Referrer struct {
	Key        layout.ItemKey // in the backup
	Namespace  string         // in the target
	References []references.Reference
	Object     *object.Value // for as long as it is shown
}

// References simulates the restore of a backup and shows, in restore order, what Velero would send that names a namespace of the
// mapping; without one, any namespace of the backup. It returns the scanner that found them.
func References(ctx context.Context, src *tarball.Source, o *Options, least references.Sure, see func(*Referrer) error) (_ *references.Scanner, err error) {
	quiet := *o
	quiet.Unread = report.Changes | report.Values | report.Objects
	quiet.readsSchemas = true
	var scanner *references.Scanner
	w, err := newWalk(ctx, src, &quiet, report.SinkFunc(func(*report.Item) error { return nil }), func(it *pipeline.Item) error {
		found := scanner.Scan(it.Key.Resource, it.Object, it.FromBackup, least)
		if len(found) == 0 {
			return nil
		}
		return see(&Referrer{Key: it.Key, Namespace: it.Namespace, References: found, Object: it.Object})
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	scanner = w.scanner()
	if w.cannotBegin() {
		return nil, errors.New(w.exit.summary.Findings[len(w.exit.summary.Findings)-1].Message)
	}
	return scanner, w.restore(ctx)
}

// scanner looks for the namespaces of the mapping; without one, for those of the backup.
func (w *walk) scanner() *references.Scanner {
	if w.env.References != nil {
		return w.env.References
	}
	names := w.from.index.Namespaces()
	for _, rg := range w.from.index.Ranges(layout.Namespaces, "") {
		for id := rg.From; id < rg.To; id++ {
			names = append(names, w.from.index.Key(id).Name)
		}
	}
	slices.Sort(names)
	return references.Named(slices.Compact(names), &w.from)
}

// HasService implements references.Objects.
func (c *catalogue) HasService(namespace, name string) bool {
	_, ok := c.index.Find(layout.Address{Resource: layout.Services, Namespace: namespace, Name: name}.Key())
	return ok
}

// HasObject implements references.Objects.
func (c *catalogue) HasObject(namespace, name string) bool {
	for _, resource := range c.index.Resources() {
		if _, ok := c.index.Find(layout.Address{Resource: resource, Namespace: namespace, Name: name}.Key()); ok {
			return true
		}
	}
	return false
}

// Schema implements references.Objects.
func (c *catalogue) Schema(resource string) *references.Schema { return c.schemas[resource] }

// learnSchemas reads what CustomResourceDefinitions of the target say of the fields of items; those of the backup come first.
func (c *catalogue) learnSchemas(target []*object.Value) {
	for _, o := range target {
		if o.ObjectKind() == "CustomResourceDefinition" {
			c.learnSchema(o)
		}
	}
}

// learnSchema reads one of a resource that the backup has items of.
func (c *catalogue) learnSchema(crd *object.Value) {
	resource := crd.Name()
	if _, known := c.schemas[resource]; !known && len(c.index.Ranges(resource, "")) > 0 {
		c.schemas[resource] = references.ReadSchema(crd)
	}
}
