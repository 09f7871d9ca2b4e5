package verify

import (
	"context"
	"path/filepath"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
)

// Store looks for damage in all backups of a store, and at the folders beside them that are none: a backup whose
// velero-backup.json is gone is one of those.
func Store(ctx context.Context, s *store.FileSystem, prefix string, o Options) ([]*Report, error) {
	names, others, err := store.Folders(s, store.NoBucket, prefix)
	if err != nil {
		return nil, err
	}
	var reports []*Report
	for _, name := range slices.Sorted(slices.Values(append(names, others...))) {
		path, err := s.Path(store.NoBucket, layout.BackupKey(prefix, name, layout.BackupObject))
		if err != nil {
			return nil, err
		}
		o.Name = name
		r, err := Backup(ctx, filepath.Dir(path), o)
		if err != nil {
			return nil, err
		}
		reports = append(reports, r)
	}
	return reports, nil
}
