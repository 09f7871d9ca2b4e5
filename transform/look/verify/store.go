package verify

import (
	"context"
	"path/filepath"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
)

// Store looks for damage in all backups of a store.
func Store(ctx context.Context, s *store.FileSystem, prefix string, o Options) ([]*Report, error) {
	names, err := store.Backups(s, store.NoBucket, prefix)
	if err != nil {
		return nil, err
	}
	var reports []*Report
	for _, name := range names {
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
