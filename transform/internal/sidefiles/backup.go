package sidefiles

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

// everything stands in a list for all names.
const everything = "*"

// Snapshots counts native snapshots; nil where the original has no list of them.
type Snapshots struct{ Attempted, Completed int }

// Backup edits the original's velero-backup.json, as a whole document, into that of the copy.
func (c *Copy) Backup(b *object.Value, s *velero.BackupSpec, contents *Contents, snapshots *Snapshots) error {
	if err := b.Put(object.Text(c.To), "metadata", "name"); err != nil {
		return err
	}
	c.selectNamespaces(b.Get("spec"), s, contents)
	selectResources(b.Get("spec"), s)
	if err := countItems(b, contents.Items); err != nil {
		return err
	}
	if snapshots == nil {
		return nil
	}
	setCount(b.Get("status"), "volumeSnapshotsAttempted", snapshots.Attempted)
	setCount(b.Get("status"), "volumeSnapshotsCompleted", snapshots.Completed)
	return nil
}

func countItems(b *object.Value, items int) error {
	for _, name := range []string{"totalItems", "itemsBackedUp"} {
		if err := b.Put(object.Integer(int64(items)), "status", "progress", name); err != nil {
			return err
		}
	}
	return nil
}

// setCount writes a number as Velero does: not at all for none.
func setCount(status *object.Value, name string, n int) {
	if n == 0 {
		status.Remove(name)
		return
	}
	status.Set(name, object.Integer(int64(n)))
}

// selectNamespaces makes the lists of namespaces say what is in the copy, under the names that it has there.
func (c *Copy) selectNamespaces(spec *object.Value, s *velero.BackupSpec, contents *Contents) {
	included := texts(spec.Get("includedNamespaces"))
	all := len(included) == 0 || slices.Contains(included, everything)
	selected := selects(s.IncludedNamespaces)
	switch {
	case all && selected:
		setNames(spec, "includedNamespaces", c.mapped(s.IncludedNamespaces))
	case !all:
		included = slices.DeleteFunc(included, func(name string) bool {
			return selected && !isPattern(name) && !matchesAny(s.IncludedNamespaces, name) || slices.Contains(s.ExcludedNamespaces, name)
		})
		names := c.mapped(included)
		if len(names) == 0 { // none would mean all
			names = contents.Namespaces
		}
		setNames(spec, "includedNamespaces", names)
	}
	excluded := c.mapped(slices.Concat(texts(spec.Get("excludedNamespaces")), s.ExcludedNamespaces))
	present := map[string]bool{}
	for _, name := range contents.Namespaces {
		present[name] = true
	}
	excluded = slices.DeleteFunc(excluded, func(name string) bool { return present[name] })
	setNames(spec, "excludedNamespaces", excluded)
}

// scoped are the filters that Velero has since 1.12, which it refuses beside the older ones
// (v1.18.2 pkg/util/collections/includes_excludes.go).
var scoped = []string{
	"includedClusterScopedResources", "excludedClusterScopedResources", "includedNamespaceScopedResources", "excludedNamespaceScopedResources",
}

// selectResources makes the filters of resources say what is in the copy.
func selectResources(spec *object.Value, s *velero.BackupSpec) {
	without := s.IncludeClusterResources != nil && !*s.IncludeClusterResources
	if slices.ContainsFunc(scoped, func(name string) bool { return spec.Get(name).Len() > 0 }) {
		if without {
			spec.Remove("includedClusterScopedResources")
			setNames(spec, "excludedClusterScopedResources", []string{everything})
		}
		return
	}
	switch {
	case without:
		spec.Set("includeClusterResources", object.Boolean(false))
	case s.IncludeClusterResources == nil && selects(s.IncludedNamespaces) && spec.Get("includeClusterResources").True():
		spec.Remove("includeClusterResources") // only what the namespaces need
	}
	if selects(s.IncludedResources) {
		setNames(spec, "includedResources", slices.Clone(s.IncludedResources))
	}
	setNames(spec, "excludedResources", slices.Concat(texts(spec.Get("excludedResources")), s.ExcludedResources))
}

// selects says whether a list of includes leaves anything out.
func selects(included []string) bool {
	return len(included) > 0 && !slices.Contains(included, everything)
}

// mapped maps names through the mapping; patterns stay.
func (c *Copy) mapped(names []string) []string {
	var to []string
	for _, name := range names {
		to = append(to, c.namespace(name))
	}
	return to
}

// setNames writes a list without repeats, and none where it is empty and was not there.
func setNames(spec *object.Value, field string, names []string) {
	var unique []string
	had := map[string]bool{}
	for _, name := range names {
		if !had[name] {
			unique = append(unique, name)
		}
		had[name] = true
	}
	switch before := spec.Get(field); {
	case len(unique) == 0:
		spec.Remove(field)
	case !slices.Equal(texts(before), unique):
		spec.Set(field, object.Strings(unique...))
	}
}

func texts(list *object.Value) []string {
	var all []string
	for _, e := range list.Elements() {
		all = append(all, e.Str())
	}
	return all
}

func isPattern(name string) bool { return strings.ContainsAny(name, "*?[{") }

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return p == name || isPattern(p) })
}

// NewBackup makes the velero-backup.json for a tarball that came without one. It never expires, since Velero deletes
// what has expired, and names the time of writing as that of the backup.
func NewBackup(name string, contents *Contents) (*object.Value, error) {
	written := object.Text(contents.Written.UTC().Format(time.RFC3339))
	b := object.MustParse(`{"kind":"Backup","apiVersion":"velero.io/v1","metadata":{"namespace":"velero",` +
		`"labels":{"velero.io/storage-location":"default"}},` +
		`"spec":{"metadata":{},"includedNamespaces":["*"],"ttl":"720h0m0s","hooks":{},"storageLocation":"default"},` +
		`"status":{"version":1,"formatVersion":"1.1.0","phase":"Completed"}}`)
	b.Get("metadata").Set("name", object.Text(name))
	b.Get("metadata").Set("creationTimestamp", written)
	b.Get("status").Set("startTimestamp", written)
	b.Get("status").Set("completionTimestamp", written)
	return b, countItems(b, contents.Items)
}

// Expired says whether Velero would delete the backup as soon as it finds it
// (v1.18.2 pkg/controller/gc_controller.go).
func Expired(b *velero.Backup, now time.Time) bool {
	return b.Status.Expiration != nil && b.Status.Expiration.Time.Before(now)
}

// filters are the fields of a Backup's spec that say what is in it.
var filters = append([]string{
	"includedNamespaces", "excludedNamespaces", "includedResources", "excludedResources", "includeClusterResources", "labelSelector",
	"orLabelSelectors", "orderedResources", "resourcePolicy",
}, scoped...)

// SetFilters makes the filters of a velero-backup.json those of a backup that was made with them, whatever another
// backup that it was made of had. Without namespaces all are included, which Velero writes out
// (v1.18.2 pkg/controller/backup_controller.go:588-591).
func SetFilters(b *object.Value, asked *velero.BackupSpec) error {
	from, err := object.From(asked)
	if err != nil {
		return fmt.Errorf("spec: %w", err)
	}
	spec := b.Get("spec")
	if spec.Kind() != object.Object {
		return errors.New("spec: is missing, or no object")
	}
	for _, name := range filters {
		if value := from.Get(name); value != nil {
			spec.Set(name, value)
		} else {
			spec.Remove(name)
		}
	}
	if len(asked.IncludedNamespaces) == 0 {
		spec.Set("includedNamespaces", object.Strings(everything))
	}
	return nil
}
