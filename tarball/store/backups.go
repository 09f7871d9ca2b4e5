package store

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// Backups returns the names of the backups in a store, sorted. A prefix without velero-backup.json is no backup: one
// that is being written, or what is left of one.
// Source: v1.18.2 pkg/persistence/object_store.go:247-269, pkg/controller/backup_sync_controller.go:140-148.
func Backups(s ObjectStore, bucket, prefix string) ([]string, error) {
	folder := layout.BackupsPrefix(prefix)
	prefixes, err := s.ListCommonPrefixes(bucket, folder, "/")
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range prefixes {
		name := strings.TrimSuffix(strings.TrimPrefix(p, folder), "/")
		is, err := s.ObjectExists(bucket, layout.BackupKey(prefix, name, layout.BackupObject))
		if err != nil {
			return nil, err
		}
		if is {
			names = append(names, name)
		}
	}
	slices.Sort(names) // a-b/ comes before a/, and a before a-b
	return names, nil
}
