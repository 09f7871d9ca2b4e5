package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/filters"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/report"
)

// Source is the cluster that is backed up, as far as a backup of it or its manifests tell. It is closed by its user.
type Source struct {
	index     *index.Index
	known     *discovery.Resolver
	preferred map[string]string // resource -> the directory of copies in the preferred version
	time      time.Time         // of the entries of an archive that is written
	mixed     bool              // items need not be in the preferred version: manifests
	findings  []report.Finding
	leftOut   []report.Finding // those that tell of manifests which are no item
}

// Close removes what the source keeps on disk.
func (s *Source) Close() error { return s.index.Close() }

// Len is the number of items.
func (s *Source) Len() int { return s.index.Len() }

// HasTime says whether the source knows when it was: a backup with its velero-backup.json does.
func (s *Source) HasTime() bool { return s.time.Unix() != 0 }

// SetTime sets the time of the entries of archives that are written; the epoch stands where nobody set it.
func (s *Source) SetTime(t time.Time) { s.time = t }

// Each tells of every item by its address.
func (s *Source) Each(tell func(layout.ItemKey)) {
	for _, resource := range s.index.Resources() {
		for id := range s.items(resource) {
			tell(s.index.Key(id))
		}
	}
}

// FromBackup reads a backup as the cluster that it was made of, as far as a backup with these options could reach.
func FromBackup(ctx context.Context, src *tarball.Source, o *Options) (*Source, error) {
	side, err := src.Side()
	if err != nil {
		return nil, err
	}
	s := &Source{known: discovery.New(), preferred: map[string]string{}, time: time.Unix(0, 0)}
	if side.Backup != nil && side.Backup.Status.StartTimestamp != nil {
		s.time = side.Backup.Status.StartTimestamp.Time
	}
	s.index, err = index.Build(ctx, src, index.Options{
		Keep: reachable(o), Versions: versions(o), TempDir: o.TempDir, OnIndexed: o.OnIndexed,
	})
	if err != nil {
		return nil, err
	}
	for _, stray := range s.index.Strays() {
		s.findings = append(s.findings, report.Finding{ID: "wrong-path", Severity: report.Warning, Subject: stray.Path,
			Message: fmt.Sprintf("%v; it is not taken over", stray.Err)})
	}
	for _, resource := range s.index.Resources() {
		ranges := s.index.Ranges(resource, "")
		s.known.AddFolder(resource, len(ranges) > 0 && ranges[len(ranges)-1].Namespace != "")
		for _, dir := range s.index.VersionDirs(resource) {
			if (layout.ItemKey{VersionDir: dir}).Preferred() {
				s.preferred[resource] = dir
			}
		}
	}
	s.learn()
	return s, nil
}

// reachable says which bodies could be asked for. Snapshots bring in what they need from any namespace, and plugins what they want.
func reachable(o *Options) func(layout.ItemKey) bool {
	names := o.Spec.IncludedNamespaces
	spaces := filters.NewSet(names)
	everywhere := len(names) == 0 || spaces.Has("*") || o.has(actions.FeatureCSI) || o.hasPlugins()
	return func(k layout.ItemKey) bool {
		return everywhere || k.Namespace == "" || spaces.Match(k.Namespace) || o.isPolicy(k)
	}
}

// versions says which copies in other versions could be asked for: all that the backup would store, and those of
// definitions, which velero.io/crd-remap-version takes.
func versions(o *Options) func(layout.ItemKey) bool {
	return func(k layout.ItemKey) bool {
		return k.Resource == layout.CRDs || o.has(actions.FeatureAPIGroupVersions)
	}
}

// learn makes the names known that CustomResourceDefinitions give to their resources.
func (s *Source) learn() {
	for id := range s.items(layout.CRDs) {
		if crd, err := s.read(id); err == nil {
			s.known.AddCRD(crd)
		}
	}
}

// items yields the plain copies of a resource in the order of the catalogue.
func (s *Source) items(resource string) func(yield func(index.ID) bool) {
	return func(yield func(index.ID) bool) {
		for _, rg := range s.index.Ranges(resource, "") {
			for id := rg.From; id < rg.To; id++ {
				if !yield(id) {
					return
				}
			}
		}
	}
}

// listed are the items of a resource in the order in which an API server lists them: by their keys in etcd.
func (s *Source) listed(resource string) []index.ID {
	ids := slices.Collect(s.items(resource))
	slices.SortFunc(ids, func(a, b index.ID) int { return compareKeys(s.index.Key(a), s.index.Key(b)) })
	return ids
}

// compareKeys compares "namespace/name", where a slash comes after a dash.
func compareKeys(a, b layout.ItemKey) int {
	if a.Namespace == b.Namespace {
		return cmp.Compare(a.Name, b.Name)
	}
	return cmp.Compare(a.Namespace+"/"+a.Name, b.Namespace+"/"+b.Name)
}

// errNotKept says that the body of an item was not read, since no backup with these options could need it.
var errNotKept = errors.New("its namespace is left out")

// itemError is what is wrong with one item of the source; the others can still be backed up.
type itemError struct {
	key layout.ItemKey
	err error
}

func (e *itemError) Error() string { return e.key.Path() + ": " + e.err.Error() }
func (e *itemError) Unwrap() error { return e.err }

// read returns an item, which must be what its address says.
func (s *Source) read(id index.ID) (*object.Value, error) {
	body, ok, err := s.index.Body(id)
	key := s.index.Key(id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errNotKept
	}
	o, err := object.Parse(body)
	switch {
	case err != nil:
		return nil, &itemError{key, err}
	case o.Kind() != object.Object || o.Name() != key.Name || o.Namespace() != key.Namespace || o.ObjectKind() == "":
		return nil, &itemError{key, fmt.Errorf("holds %s %q in namespace %q", cmp.Or(o.ObjectKind(), "an object without a kind"), o.Name(), o.Namespace())}
	}
	return o, nil
}

// find returns an item by its name.
func (s *Source) find(resource, namespace, name string) (index.ID, bool) {
	return s.index.Find(layout.Address{Resource: resource, Namespace: namespace, Name: name}.Key())
}

// namespaces returns all namespaces that there are, sorted: those with a Namespace, and those with items.
//
// Differs from Velero: it knows only those with a Namespace, and logs an error where another is included by name.
func (s *Source) namespaces() []string {
	names := s.index.Namespaces()
	for id := range s.items(layout.Namespaces) {
		names = append(names, s.index.Key(id).Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
