package rewrite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/internal/sidefiles"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/sink"
)

// MakeBackup writes a whole backup of a cluster: the archive as backup.Write does, velero-backup.json and the files
// beside the archive. Of a cluster that is itself a backup, original, the files beside that one are rewritten to what
// the new archive holds, so that the data of its volumes are found; original is nil for manifests.
func MakeBackup(ctx context.Context, original *tarball.Source, cluster *backup.Source, o *backup.Options, to *sink.BackupFolder,
	b BackupOptions, items report.Sink) (*report.Summary, error) {
	w, err := newBackupMaker(original, o, to)
	if err != nil {
		return nil, err
	}
	cluster.Each(func(key layout.ItemKey) { w.copy.Items.Note(key, false) })
	summary, err := backup.Write(ctx, cluster, o, pack.New(to, nil, pack.Options{Level: b.Level, Workers: b.Workers}),
		report.SinkFunc(func(i *report.Item) error {
			if i.Outcome == report.Include {
				w.copy.Items.Note(layout.Address{Resource: i.Resource, Namespace: i.Namespace, Name: i.Name}.Key(), true)
			}
			return items.Item(i)
		}))
	if err != nil {
		return nil, err
	}
	if original == nil {
		err = w.finishAlone(ctx)
	} else {
		err = w.finish(ctx, b)
	}
	for _, f := range w.summary.Findings {
		summary.Add(f)
	}
	return summary, err
}

// newBackupMaker is the writer of the files beside the archive. What the backup selects stands in for the selection of
// a restore: both say what of the original the new backup holds.
func newBackupMaker(original *tarball.Source, o *backup.Options, to *sink.BackupFolder) (*backupWriter, error) {
	side := new(tarball.Side)
	name := to.Name()
	if original != nil {
		var err error
		if side, err = original.Side(); err != nil {
			return nil, err
		}
		name = original.Name()
	}
	if side.Backup != nil && side.Backup.Name != "" {
		name = side.Backup.Name
	}
	s := &o.Spec
	selected := &velero.Restore{Spec: velero.RestoreSpec{
		IncludedNamespaces: s.IncludedNamespaces, ExcludedNamespaces: s.ExcludedNamespaces,
		IncludedResources: s.IncludedResources, ExcludedResources: s.ExcludedResources, IncludeClusterResources: s.IncludeClusterResources,
	}}
	return &backupWriter{
		src: original, side: side, o: &restore.Options{Restore: selected}, to: to,
		filters: s,
		copy:    &sidefiles.Copy{From: name, To: to.Name(), Items: sidefiles.NewItems()},
		summary: &report.Summary{Outcomes: map[report.Outcome]int{}},
	}, nil
}

// finish writes the files beside the archive after those of the original.
func (w *backupWriter) finish(ctx context.Context, b BackupOptions) error {
	if err := w.readBack(ctx); err != nil {
		return err
	}
	if err := w.writeLists(); err != nil {
		return err
	}
	if err := w.writeBackupObject(); err != nil {
		return err
	}
	w.warn(b)
	return nil
}

// finishAlone writes the files that a backup without volumes needs.
func (w *backupWriter) finishAlone(ctx context.Context) error {
	written, err := tarball.Open(ctx, filepath.Join(w.to.Dir(), layout.FileName(w.to.Name(), layout.Tarball)), tarball.Options{})
	if err != nil {
		return err
	}
	w.contents, err = sidefiles.Read(ctx, written)
	if err := errors.Join(err, written.Close()); err != nil {
		return err
	}
	if err := w.writeGzip(layout.ResourceList, w.contents.WriteResourceList); err != nil {
		return err
	}
	return w.writeBackupObjectAlone()
}

func (w *backupWriter) writeBackupObjectAlone() error {
	b, err := sidefiles.NewBackup(w.to.Name(), w.contents)
	if err != nil {
		return err
	}
	if err := sidefiles.SetFilters(b, w.filters); err != nil {
		return err
	}
	var text bytes.Buffer
	if err := json.Indent(&text, b.JSON(), "", "  "); err != nil {
		return err
	}
	return w.write(layout.BackupObject, func(out io.Writer) error {
		_, err := text.WriteTo(out)
		return err
	})
}
