package sidefiles

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// Contents is what the files beside a tarball say of it.
type Contents struct {
	Resources  map[string][]string            // "apps/v1/Deployment" -> "shop/web", sorted
	Items      int                            // names in Resources: each item once for each of its versions
	Namespaces []string                       // that have items, sorted
	Claimed    map[layout.NamespacedName]bool // claims that PersistentVolumes are for: namespace, name
	Written    time.Time                      // when the first entry was written
}

// Read reads a tarball for what the files beside it say of it.
func Read(ctx context.Context, src *tarball.Source) (*Contents, error) {
	r := &contentsReader{names: map[string][]string{}, namespaces: map[string]bool{}, below: map[string]string{}, claimed: map[layout.NamespacedName]bool{}}
	if err := src.Each(ctx, r.entry); err != nil {
		return nil, err
	}
	r.addOld()
	c := &Contents{Resources: map[string][]string{}, Claimed: r.claimed, Written: r.written}
	for kind, names := range r.names {
		slices.Sort(names)
		c.Resources[kind] = slices.Compact(names)
		c.Items += len(c.Resources[kind])
	}
	c.Namespaces = slices.Sorted(maps.Keys(r.namespaces))
	return c, nil
}

type contentsReader struct {
	names      map[string][]string
	namespaces map[string]bool
	claimed    map[layout.NamespacedName]bool
	written    time.Time
	old        []string          // plain definitions in v1beta1
	below      map[string]string // name of a definition -> the preferred version under which its copy lies
}

// entry notes an item's plain copy, and those in other versions than the preferred one, whose bytes are the plain
// copy's. An item of which nobody can tell the kind is in no list.
func (r *contentsReader) entry(e *tarball.Entry) error {
	if r.written.IsZero() {
		r.written = e.ModTime
	}
	key, err := layout.Parse(e.Path)
	if err == nil && key.Preferred() && key.Resource == layout.CRDs {
		r.below[key.Name] = key.Version()
	}
	if err != nil || key.Preferred() {
		return nil
	}
	body, err := e.Body()
	if err != nil {
		return err
	}
	o, err := object.Parse(body)
	if err != nil {
		return nil
	}
	if claim := o.Get("spec", "claimRef"); key.Resource == layout.PersistentVolumes && claim != nil {
		r.claimed[layout.NamespacedName{Namespace: claim.Get("namespace").Str(), Name: claim.Get("name").Str()}] = true
	}
	kind := ListKey(o)
	if kind == OldDefinition && key.VersionDir == "" {
		r.old = append(r.old, key.Name)
		return nil
	}
	r.names[kind] = append(r.names[kind], ListName(key.Namespace, key.Name))
	if key.Namespace != "" {
		r.namespaces[key.Namespace] = true
	}
	return nil
}

// addOld adds the definitions in v1beta1: one in the place of another in v1 is listed as that.
func (r *contentsReader) addOld() {
	for _, name := range r.old {
		kind := OldDefinition
		if r.below[name] == "v1" {
			kind = Definition
		}
		r.names[kind] = append(r.names[kind], name)
	}
}

// What a resource list files definitions of custom resources under. One that velero.io/crd-remap-version put into the
// place of its form in v1 lies under that version and is listed as that.
const (
	Definition    = "apiextensions.k8s.io/v1/CustomResourceDefinition"
	OldDefinition = "apiextensions.k8s.io/v1beta1/CustomResourceDefinition"
)

// ListKey is what a resource list files an item under: its version and kind.
// Source: v1.18.2 pkg/backup/item_backupper.go:174-178, backed_up_items_map.go:53-72.
func ListKey(o *object.Value) string { return o.APIVersion() + "/" + o.ObjectKind() }

// ListName is what a resource list calls an item.
func ListName(namespace, name string) string {
	return layout.NamespacedName{Namespace: namespace, Name: name}.String()
}

// WriteResourceList writes the list of all items, {"v1/Pod": ["shop/web"]}, sorted by kind.
func (c *Contents) WriteResourceList(out io.Writer) error {
	return json.NewEncoder(out).Encode(c.Resources)
}
