package inspect

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
)

// maxOddPaths is how many entries in odd places are named.
const maxOddPaths = 10

// maxVersionFile is more than metadata/version ever holds.
const maxVersionFile = 64

// counter counts the entries of a backup. It keeps one number for each resource and namespace, never one for each item.
type counter struct {
	inventory  *Inventory
	resources  map[string]*ResourceCount
	namespaces map[string]*NamespaceCount
	versions   map[versionKey]*VersionCount
	spread     map[spreadKey]bool // which namespaces a resource has items in
}

type versionKey struct{ resource, dir string }

type spreadKey struct{ resource, namespace string }

// Backup reads and counts the whole backup; label is how the user named it.
func Backup(ctx context.Context, src *tarball.Source, label string) (*Inventory, error) {
	c := &counter{
		inventory: &Inventory{Name: src.Name(), Source: label, Format: src.Format()},
		resources: map[string]*ResourceCount{}, namespaces: map[string]*NamespaceCount{},
		versions: map[versionKey]*VersionCount{}, spread: map[spreadKey]bool{},
	}
	if info, err := os.Stat(src.Path()); err == nil && src.Format() == tarball.FormatTarGz {
		c.inventory.PackedBytes = info.Size()
	}
	if err := src.Each(ctx, c.entry); err != nil {
		return nil, err
	}
	c.settle()
	return c.inventory, c.addSide(src)
}

func (c *counter) entry(e *tarball.Entry) error {
	c.inventory.Entries++
	c.inventory.UnpackedBytes += e.Size
	key, err := layout.Parse(e.Path)
	switch {
	case errors.Is(err, layout.ErrNotItem):
		return c.other(e)
	case err != nil:
		c.odd(e.Path)
		return nil
	}
	r := count(c.resources, key.Resource, ResourceCount{Resource: key.Resource})
	if key.VersionDir != "" {
		count(c.versions, versionKey{key.Resource, key.VersionDir}, VersionCount{Version: key.Version(), Preferred: key.Preferred()}).Copies++
		return nil
	}
	c.inventory.Items++
	r.Items++
	r.Bytes += e.Size
	n := count(c.namespaces, key.Namespace, NamespaceCount{Namespace: key.Namespace})
	n.Items++
	n.Bytes += e.Size
	if spread := (spreadKey{key.Resource, key.Namespace}); key.Namespace != "" && !c.spread[spread] {
		c.spread[spread] = true
		r.Namespaces++
	}
	return nil
}

// other is an entry that is no item: the version file, or something foreign.
func (c *counter) other(e *tarball.Entry) error {
	if e.Path != layout.VersionFile {
		c.odd(e.Path)
		return nil
	}
	if e.Size > maxVersionFile {
		return nil
	}
	body, err := e.Body()
	if err != nil {
		return err
	}
	c.inventory.FormatVersion = strings.TrimSpace(string(body))
	return nil
}

func (c *counter) odd(path string) {
	c.inventory.OddEntries++
	if len(c.inventory.OddPaths) < maxOddPaths {
		c.inventory.OddPaths = append(c.inventory.OddPaths, path)
	}
}

// count is the count of a key, begun where there is none.
func count[K comparable, C any](counts map[K]*C, key K, begin C) *C {
	if counts[key] == nil {
		counts[key] = &begin
	}
	return counts[key]
}

// sorted are the counts of a map, by what name returns.
func sorted[K comparable, C any](counts map[K]*C, name func(C) string) []C {
	list := []C{}
	for _, c := range counts {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b C) int { return cmp.Compare(name(a), name(b)) })
	return list
}

// settle sorts the counts into the inventory.
func (c *counter) settle() {
	for key, v := range c.versions {
		r := count(c.resources, key.resource, ResourceCount{Resource: key.resource})
		r.Versions = append(r.Versions, *v)
	}
	for _, r := range c.resources {
		slices.SortFunc(r.Versions, func(a, b VersionCount) int {
			return cmp.Or(rank(a)-rank(b), cmp.Compare(a.Version, b.Version))
		})
	}
	c.inventory.Resources = sorted(c.resources, func(r ResourceCount) string { return r.Resource })
	c.inventory.Namespaces = sorted(c.namespaces, func(n NamespaceCount) string { return n.Namespace })
}

// rank puts the preferred version first.
func rank(v VersionCount) int {
	if v.Preferred {
		return 0
	}
	return 1
}

// addSide adds what stands beside the tarball.
func (c *counter) addSide(src *tarball.Source) error {
	side, err := src.Side()
	if err != nil {
		return err
	}
	if b := side.Backup; b != nil {
		c.inventory.Status = newBackupStatus(b)
		c.inventory.FormatVersion = cmp.Or(c.inventory.FormatVersion, b.Status.FormatVersion)
		c.inventory.Asked = asked(b)
	}
	for _, file := range side.Files {
		entries, err := src.CountEntries(file)
		if err != nil {
			return err
		}
		shown := SideFile{Name: file.Name, Kind: string(file.Kind), Bytes: file.Size}
		if entries >= 0 {
			shown.Entries = &entries
		}
		c.inventory.SideFiles = append(c.inventory.SideFiles, shown)
	}
	failed, warned, err := src.Results(side)
	if err != nil {
		return err
	}
	c.inventory.Messages = append(messages("error", failed), messages("warning", warned)...)
	for _, v := range side.VolumeInfos {
		c.inventory.Volumes = append(c.inventory.Volumes, newVolume(v))
	}
	return nil
}
