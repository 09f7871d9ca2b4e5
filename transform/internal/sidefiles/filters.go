package sidefiles

import (
	"errors"
	"fmt"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
)

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
