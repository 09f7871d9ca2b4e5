package rewrite

import (
	"context"
	"time"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/internal/sidefiles"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/sink"
)

// BackupOptions say how a whole backup is rewritten.
type BackupOptions struct {
	ArchiveOptions
	Now       time.Time // by which a backup has expired; the zero time knows none that has
	SameStore bool      // the new backup finds the original's volume data where they are
}

// Backup writes a whole backup: the archive as Archive does, velero-backup.json, and the files beside the archive.
func Backup(ctx context.Context, src *tarball.Source, o *restore.Options, to *sink.BackupFolder, b BackupOptions, items report.Sink) (*report.Summary, error) {
	spec := &o.Restore.Spec
	f := &sidefiles.Folder{
		Original: src, To: to, Namespaces: spec.NamespaceMapping, Items: sidefiles.NewItems(),
		Selection: sidefiles.Selection{
			IncludedNamespaces: spec.IncludedNamespaces, ExcludedNamespaces: spec.ExcludedNamespaces,
			IncludedResources: spec.IncludedResources, ExcludedResources: spec.ExcludedResources,
			IncludeClusterResources: spec.IncludeClusterResources,
		},
		Now: b.Now, SameStore: b.SameStore,
	}
	summary, err := archive(ctx, src, o, to, b.ArchiveOptions, items, f.Items.Note)
	if err != nil {
		return nil, err
	}
	findings, err := f.Write(ctx)
	for _, found := range findings {
		summary.Add(found)
	}
	return summary, err
}
