package store

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// Backups returns the names of the backups in a store, sorted.
func Backups(s ObjectStore, bucket, prefix string) ([]string, error) {
	backups, _, err := Folders(s, bucket, prefix)
	return backups, err
}

// Folders returns the names of the backups in a store, and of the folders beside them that are none, both sorted. A
// folder without velero-backup.json is no backup: one that is being written, or what is left of one.
// Source: v1.18.2 pkg/persistence/object_store.go:247-269, pkg/controller/backup_sync_controller.go:140-148.
func Folders(s ObjectStore, bucket, prefix string) (backups, others []string, err error) {
	folder := layout.BackupsPrefix(prefix)
	prefixes, err := s.ListCommonPrefixes(bucket, folder, "/")
	if err != nil {
		return nil, nil, err
	}
	for _, p := range prefixes {
		name := strings.TrimSuffix(strings.TrimPrefix(p, folder), "/")
		is, err := s.ObjectExists(bucket, layout.BackupKey(prefix, name, layout.BackupObject))
		switch {
		case err != nil:
			return nil, nil, err
		case is:
			backups = append(backups, name)
		default:
			others = append(others, name)
		}
	}
	slices.Sort(backups) // a-b/ comes before a/, and a before a-b
	slices.Sort(others)
	return backups, others, nil
}
