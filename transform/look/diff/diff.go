// Package diff tells how two backups, or a backup and manifests, differ. Both sides stay in their spools; only their
// catalogues, and one item of each at a time, are in memory.
package diff

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/redaction"
	"github.com/veltx/veltx/transform/report"
)

// Sort is how an item differs.
type Sort string

// The sorts of differences, from A to B.
const (
	Added   Sort = "added"   // only B has it
	Removed Sort = "removed" // only A has it
	Changed Sort = "changed"
)

// Difference is an item that differs. A and B are without noise, nil where the item is not there.
type Difference struct {
	Sort    Sort
	Key     layout.ItemKey
	A, B    *object.Value
	Changes []report.Change // of a changed item
}

// Options say what is compared.
type Options struct {
	Resources []string        // as the user calls them; none for all
	Namespace string          // "" for all
	Labels    labels.Selector // of the item in A or in B; nil for any
	Noise     bool            // compare what servers set, too
	// Manifests says which sides are manifests: A, B, or both. What is equal for Kubernetes is equal then, and of an item
	// that only one side has as a manifest the fields that this gives are compared. With Noise all is compared as it is written.
	Manifests struct{ A, B bool }
	// Redactor hides the values of Secrets, after they have been compared; nil keeps them.
	Redactor *redaction.Redactor
}

// Summary counts items.
type Summary struct {
	Added   int `json:"added"`
	Removed int `json:"removed"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
}

// Differ says whether anything differs.
func (s *Summary) Differ() bool { return s.Added+s.Removed+s.Changed > 0 }

// Sources compares two sources, resource by resource, each by namespace and name.
func Sources(ctx context.Context, a, b *backup.Source, o Options, found func(*Difference) error) (*Summary, error) {
	c := &comparison{a: a, b: b, Options: o, summary: &Summary{}, found: found}
	resources, err := c.resources()
	if err != nil {
		return nil, err
	}
	for _, resource := range resources {
		for _, key := range c.keys(resource) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			if err := c.compare(key); err != nil {
				return nil, err
			}
		}
	}
	return c.summary, nil
}

type comparison struct {
	Options

	a, b    *backup.Source
	summary *Summary
	found   func(*Difference) error
}

// resources are those of both sides, or those asked for, by their full names.
func (c *comparison) resources() ([]string, error) {
	both := union(c.a.Resources(), c.b.Resources(), cmp.Compare[string])
	if len(c.Resources) == 0 {
		return both, nil
	}
	var wanted []string
	for _, name := range c.Resources {
		full, err := c.a.Resolve(name)
		if inB, errB := c.b.Resolve(name); errB == nil && (err != nil || !slices.Contains(both, full)) {
			full, err = inB, nil
		}
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, full)
	}
	slices.Sort(wanted)
	return slices.Compact(wanted), nil
}

// keys are the addresses of a resource's items on both sides.
func (c *comparison) keys(resource string) []layout.ItemKey {
	return union(slices.Collect(c.a.Items(resource)), slices.Collect(c.b.Items(resource)), func(x, y layout.ItemKey) int {
		return cmp.Or(cmp.Compare(x.Namespace, y.Namespace), cmp.Compare(x.Name, y.Name))
	})
}

func union[T comparable](a, b []T, compare func(T, T) int) []T {
	all := slices.Concat(a, b)
	slices.SortFunc(all, compare)
	return slices.Compact(all)
}

func (c *comparison) compare(key layout.ItemKey) error {
	if c.Namespace != "" && key.Namespace != c.Namespace {
		return nil
	}
	a, err := c.a.Item(key)
	if err != nil {
		return err
	}
	b, err := c.b.Item(key)
	if err != nil || !c.labelled(a) && !c.labelled(b) {
		return err
	}
	d := &Difference{Key: key, A: c.quiet(key, a), B: c.quiet(key, b)}
	switch {
	case a == nil:
		d.Sort = Added
		c.summary.Added++
	case b == nil:
		d.Sort = Removed
		c.summary.Removed++
	default:
		c.settle(d)
		if object.Equal(d.A, d.B) {
			c.summary.Same++
			return nil
		}
		d.Sort, d.Changes = Changed, report.AppendChanges(nil, "", object.Diff(d.A, d.B), true)
		c.summary.Changed++
	}
	if err := d.redact(c.Redactor); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return c.found(d)
}

// settle takes away what differs only in the text of manifests.
func (c *comparison) settle(d *Difference) {
	switch m := c.Manifests; {
	case c.Noise || !m.A && !m.B:
	case m.B:
		settler{given: !m.A}.settle(d.A, d.B)
	default:
		settler{given: true}.settle(d.B, d.A)
	}
}

func (c *comparison) labelled(o *object.Value) bool {
	return o != nil && (c.Labels == nil || c.Labels.Matches(labels.Set(o.Labels())))
}

// quiet is the item without noise.
func (c *comparison) quiet(key layout.ItemKey, o *object.Value) *object.Value {
	if o == nil || c.Noise {
		return o
	}
	return withoutNoise(key.Resource, o)
}

// redact hides the values of a Secret, those of both sides, in all that the difference holds.
func (d *Difference) redact(r *redaction.Redactor) error {
	secret := r.Of(d.Key.Resource, d.A, d.B)
	a, errA := secret.Object(d.A)
	b, errB := secret.Object(d.B)
	d.A, d.B = a, b
	return cmp.Or(errA, errB, secret.Changes(d.Changes))
}
