package restore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/internal/pipeline"
	"github.com/veltx/veltx/transform/references"
)

// catalogue is the backup as a restore sees it: its items, and which of them the restore takes.
type catalogue struct {
	index     *index.Index
	selection *selection
	order     []string          // resources in the order of the restore
	ahead     map[string]bool   // those of them that the walk is not done with
	versions  map[string]string // resource -> directory of the version, with EnableAPIGroupVersions
	schemas   map[string]*references.Schema
}

// read catalogues the archive and prepares what depends on it; without an error the caller closes it.
func (c *catalogue) read(ctx context.Context, src *tarball.Source, s *setting) (err error) {
	if c.index, err = buildIndex(ctx, src, s.o, s.env.Chain.HasPlugins()); err != nil {
		return err
	}
	if err := c.prepare(s); err != nil {
		return errors.Join(err, c.index.Close())
	}
	return nil
}

// buildIndex catalogues the archive. Names of resources in the filters resolve only when all folders are known, so the
// first selection, by what is known before, may only be used to leave bodies out that no name could ever reach. (A
// folder's own name always stands for that folder.) Where an action may bring what the filters leave out, one of a plugin may bring
// anything, and of Velero's own those of snapshots bring Secrets of other namespaces.
func buildIndex(ctx context.Context, src *tarball.Source, o *Options, plugins bool) (*index.Index, error) {
	spaces := filters.NewPair(o.Restore.Spec.IncludedNamespaces, o.Restore.Spec.ExcludedNamespaces)
	expands := o.expandsNamespaces() // to names that are only known once all are read
	must, never := mustHave(o.Profile), neverRestored(o.Profile)
	brings := o.Profile.Does(actions.IncludesSnapshotsOfClaims)
	if brings {
		must = append(slices.Clip(must), layout.Secrets)
	}
	keep := func(k layout.ItemKey) bool {
		if brings && plugins {
			return true
		}
		if slices.Contains(never, k.Resource) {
			return false
		}
		return k.Namespace == "" || expands || spaces.Has(k.Namespace) || slices.Contains(must, k.Resource)
	}
	versions := func(layout.ItemKey) bool { return o.Has(actions.FeatureAPIGroupVersions) }
	return index.Build(ctx, src, index.Options{Keep: keep, Versions: versions, TempDir: o.TempDir, OnIndexed: o.OnIndexed})
}

// prepare makes what depends on the items.
func (c *catalogue) prepare(s *setting) (err error) {
	for _, name := range c.index.Resources() {
		ranges := c.index.Ranges(name, "")
		s.target.resources.AddFolder(name, len(ranges) > 0 && ranges[0].Namespace != "")
	}
	if err := c.learnCRDs(s.target, s.readsSchemas()); err != nil {
		return err
	}
	if s.readsSchemas() {
		c.learnSchemas(s.o.Target)
	}
	if c.selection, err = newSelection(s.o, s.target.resolve, c.index.Namespaces()); err != nil {
		return err
	}
	if c.selection.policies, err = s.o.Policies.Resolve(s.target.resources.Resolve, c.kindOf); err != nil {
		return fmt.Errorf("resource policies: %w", err)
	}
	c.order = restoreOrder(s.o.Profile, c.index.Resources(), s.target.resolve)
	c.ahead = map[string]bool{}
	for _, resource := range c.order {
		c.ahead[resource] = c.selection.resource(resource)
	}
	c.versions = c.chooseVersions(s)
	return c.checkMeetings(s.env)
}

// learnCRDs makes the names known that the backup's CustomResourceDefinitions give to their resources, and with schemas which fields
// of these are namespaces.
func (c *catalogue) learnCRDs(t *target, schemas bool) error {
	c.schemas = map[string]*references.Schema{}
	for _, rg := range c.index.Ranges(layout.CRDs, "") {
		for id := rg.From; id < rg.To; id++ {
			body, ok, err := c.index.Body(id)
			if err != nil {
				return err
			}
			crd, parseErr := object.Parse(body)
			if !ok || parseErr != nil {
				continue
			}
			t.resources.AddCRD(crd)
			if schemas {
				c.learnSchema(crd)
			}
		}
	}
	return nil
}

// get is actions.Backup.Get: an item of the backup as it stands there, nil where it has none or it cannot be read.
func (c *catalogue) get(ref layout.Address) *object.Value {
	id, ok := c.index.Find(ref.Key())
	if !ok {
		return nil
	}
	body, ok, err := c.index.Body(id)
	if err != nil || !ok {
		return nil
	}
	item, err := object.Parse(body)
	if err != nil {
		return nil
	}
	return item
}

// Restored implements findings.Backup.
func (c *catalogue) Restored(key layout.ItemKey) bool {
	id, ok := c.index.Find(key)
	return ok && c.index.Marked(id)
}

// Landed implements findings.Backup.
func (c *catalogue) Landed(key layout.ItemKey) bool {
	id, ok := c.index.Find(key)
	return ok && c.index.Landed(id)
}

// Past implements findings.Backup.
func (c *catalogue) Past(resource string) bool { return !c.ahead[resource] }

// Address implements findings.Backup.
func (c *catalogue) Address(number int) layout.Address { return c.index.Key(index.ID(number)).Address }

// RestoredOf implements findings.Backup.
func (c *catalogue) RestoredOf(resource string) iter.Seq[layout.ItemKey] {
	return func(yield func(layout.ItemKey) bool) {
		for _, rg := range c.index.Ranges(resource, "") {
			for id := rg.From; id < rg.To; id++ {
				if c.index.Marked(id) && !yield(c.index.Key(id)) {
					return
				}
			}
		}
	}
}

// WillRestore implements findings.Backup.
func (c *catalogue) WillRestore(key layout.ItemKey) bool {
	_, ok := c.index.Find(key)
	return ok && c.takes(key)
}

// Namespaces implements findings.Backup.
func (c *catalogue) Namespaces() []string { return c.index.Namespaces() }

// HasNamespace implements findings.Backup.
func (c *catalogue) HasNamespace(name string) bool {
	_, ok := c.index.Find(layout.Address{Resource: layout.Namespaces, Name: name}.Key())
	return ok || slices.Contains(c.index.Namespaces(), name)
}

// LeavesOutResource implements volumes.Backup.
func (c *catalogue) LeavesOutResource(resource string) (why, bring string) {
	return c.selection.byResource(layout.Address{Resource: resource}.Key())
}

// TakesNamespace implements volumes.Backup.
func (c *catalogue) TakesNamespace(name string) bool { return c.selection.namespaces.Has(name) }

// Len implements findings.Backup.
func (c *catalogue) Len() int { return c.index.Len() }

// takes says whether the filters let the item through, also where an action asks for it.
func (c *catalogue) takes(key layout.ItemKey) bool {
	return c.selection.reachable(key) && c.selection.resource(key.Resource)
}

// kindOf is the kind of the first item of a resource in a namespace, by which Velero finds the policy of a kind that the target is
// not known to have.
func (c *catalogue) kindOf(resource, namespace string) string {
	for _, rg := range c.index.Ranges(resource, "") {
		if rg.Namespace != namespace {
			continue
		}
		if o := c.get(c.index.Key(rg.From).Address); o != nil {
			return o.ObjectKind()
		}
	}
	return ""
}

// hasKind says whether items of some resource say that they are of a kind.
func (c *catalogue) hasKind(kind string) bool {
	return slices.ContainsFunc(c.index.Resources(), func(resource string) bool {
		ranges := c.index.Ranges(resource, "")
		return len(ranges) > 0 && strings.EqualFold(kind, c.kindOf(resource, ranges[0].Namespace))
	})
}

// checkMeetings refuses a namespace mapping that makes two items meet, target by target.
func (c *catalogue) checkMeetings(env *pipeline.Env) error {
	into := map[string][]string{}
	for _, original := range c.index.Namespaces() {
		if c.selection.namespaces.Has(original) {
			target := env.TargetNamespace(original)
			into[target] = append(into[target], original)
		}
	}
	meetings := pipeline.NewMeetings(env)
	for _, target := range slices.Sorted(maps.Keys(into)) {
		if len(into[target]) < 2 {
			continue
		}
		if err := c.admitAll(meetings, into[target]); err != nil {
			return err
		}
	}
	return nil
}

// admitAll lets the items of some namespaces meet.
func (c *catalogue) admitAll(meetings *pipeline.Meetings, namespaces []string) error {
	for _, resource := range c.index.Resources() {
		if !c.selection.resource(resource) {
			continue
		}
		for _, rg := range c.index.Ranges(resource, "") {
			if !slices.Contains(namespaces, rg.Namespace) {
				continue
			}
			for id := rg.From; id < rg.To; id++ {
				if _, err := meetings.Admit(c.index.Key(id)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
