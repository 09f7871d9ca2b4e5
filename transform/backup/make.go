package backup

import (
	"context"
	"time"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/transform/internal/sidefiles"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
)

// FolderOptions say how a whole backup is written.
type FolderOptions struct {
	Pack pack.Options
	Now  time.Time // by which the original has expired; the zero time knows none that has
}

// Make writes a whole backup of a cluster: the archive as Write does, velero-backup.json and the files beside the
// archive. Of a cluster that is itself a backup, original, the files beside that one are rewritten to what the new
// archive holds, so that the data of its volumes are found; original is nil for manifests.
func Make(ctx context.Context, original *tarball.Source, cluster *Source, o *Options, to *sink.BackupFolder, how FolderOptions, items report.Sink) (*report.Summary, error) {
	s := &o.Spec
	f := &sidefiles.Folder{
		Original: original, To: to, Items: sidefiles.NewItems(), Filters: s, Now: how.Now,
		Selection: sidefiles.Selection{
			IncludedNamespaces: s.IncludedNamespaces, ExcludedNamespaces: s.ExcludedNamespaces,
			IncludedResources: s.IncludedResources, ExcludedResources: s.ExcludedResources,
			IncludeClusterResources: s.IncludeClusterResources,
		},
	}
	cluster.Each(func(key layout.ItemKey) { f.Items.Note(key, false) })
	summary, err := Write(ctx, cluster, o, pack.New(to, nil, how.Pack), report.SinkFunc(func(i *report.Item) error {
		if i.Outcome == report.Include {
			f.Items.Note(layout.Address{Resource: i.Resource, Namespace: i.Namespace, Name: i.Name}.Key(), true)
		}
		return items.Item(i)
	}))
	if err != nil {
		return nil, err
	}
	findings, err := f.Write(ctx)
	for _, found := range findings {
		summary.Add(found)
	}
	return summary, err
}
