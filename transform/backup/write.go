package backup

import (
	"context"
	"time"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/internal/sidefiles"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
)

const (
	formatVersion = "1.1.0\n"
	entryMode     = 0o755
)

// Write writes the backup that Plan tells of as an archive in Velero's layout. Items of a backup keep their bytes unless
// an action changes them. Equal sources and options give equal bytes.
func Write(ctx context.Context, source *Source, o *Options, out *pack.Writer, sink report.Sink) (*report.Summary, error) {
	defer out.Abort()
	if err := out.Add(layout.VersionFile, entryMode, source.time, []byte(formatVersion), false); err != nil {
		return nil, err
	}
	a := &archive{source: source, out: out, time: source.time, versions: o.has(actions.FeatureAPIGroupVersions)}
	summary, err := Plan(ctx, source, o, report.SinkFunc(func(i *report.Item) error {
		if i.Outcome == report.Include {
			if err := a.add(i); err != nil {
				return err
			}
		}
		return sink.Item(i)
	}))
	if err != nil {
		return nil, err
	}
	return summary, out.Close()
}

// archive adds the copies of items.
type archive struct {
	source   *Source
	out      *pack.Writer
	time     time.Time
	versions bool // all that there are
}

// add writes the plain copy, the one below the item's version, and with EnableAPIGroupVersions those in other versions.
// Source: v1.18.2 pkg/backup/item_backupper.go:316-330.
func (a *archive) add(i *report.Item) error {
	key := layout.Address{Resource: i.Resource, Namespace: i.Namespace, Name: i.Name}.Key()
	if err := a.out.Add(key.Path(), entryMode, a.time, i.Body, false); err != nil {
		return err
	}
	own := a.source.versionDir(i.Resource, i.Version)
	key.VersionDir = own
	if err := a.out.Add(key.Path(), entryMode, a.time, i.Body, true); err != nil {
		return err
	}
	if !a.versions {
		return nil
	}
	for _, dir := range a.source.index.VersionDirs(i.Resource) {
		key.VersionDir = dir
		id, ok := a.source.index.Find(key)
		if !ok || dir == own {
			continue
		}
		if err := a.addCopy(key, id); err != nil {
			return err
		}
	}
	return nil
}

// addCopy writes a copy in another version as the source has it.
func (a *archive) addCopy(key layout.ItemKey, id index.ID) error {
	body, ok, err := a.source.index.Body(id)
	if err != nil || !ok {
		return err
	}
	return a.out.Add(key.Path(), entryMode, a.time, body, false)
}

// versionDir is the directory of an item's copy in its version: that of the source's preferred version, or, for a
// manifest in another version than the rest of its resource, of that version alone.
func (s *Source) versionDir(resource, version string) string {
	preferred := s.preferred[resource]
	if preferred == "" {
		return layout.PreferredDir(version)
	}
	if s.mixed && (layout.ItemKey{VersionDir: preferred}).Version() != version {
		return version
	}
	return preferred
}

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
		Original: original, To: to, Items: sidefiles.NewItems(), Selection: s, Filters: s, Now: how.Now,
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
	return summary, f.Write(ctx, summary)
}
