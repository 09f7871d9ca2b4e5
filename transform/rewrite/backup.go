package rewrite

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
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

// Backup writes a whole backup: the archive as Archive does, velero-backup.json, and the files beside the
// archive. They say of the new archive what those of the original say of the original; Read, not memory, tells what
// the new archive holds.
func Backup(ctx context.Context, src *tarball.Source, o *restore.Options, to *sink.BackupFolder, b BackupOptions, items report.Sink) (*report.Summary, error) {
	side, err := src.Side()
	if err != nil {
		return nil, err
	}
	w := &backupWriter{src: src, side: side, o: o, to: to}
	w.copy = &sidefiles.Copy{From: src.Name(), To: to.Name(), Namespaces: o.Restore.Spec.NamespaceMapping, Items: sidefiles.NewItems()}
	if side.Backup != nil && side.Backup.Name != "" {
		w.copy.From = side.Backup.Name
	}
	if w.summary, err = archive(ctx, src, o, to, b.ArchiveOptions, items, w.copy.Items.Note); err != nil {
		return nil, err
	}
	if err := w.readBack(ctx); err != nil {
		return nil, err
	}
	if err := w.writeLists(); err != nil {
		return nil, err
	}
	if err := w.writeBackupObject(); err != nil {
		return nil, err
	}
	w.warn(b)
	return w.summary, nil
}

// backupWriter writes the files beside a rewritten archive.
type backupWriter struct {
	src      *tarball.Source
	side     *tarball.Side
	o        *restore.Options
	to       *sink.BackupFolder
	copy     *sidefiles.Copy
	contents *sidefiles.Contents
	summary  *report.Summary
	filters  *velero.BackupSpec // of a backup that is made; nil where one is rewritten

	snapshots *sidefiles.Snapshots
	podData   int // pod volume backups in the copy
}

// readBack reads the new archive from its start to its end.
func (w *backupWriter) readBack(ctx context.Context) (err error) {
	name := layout.FileName(w.to.Name(), layout.Tarball)
	written, err := tarball.Open(ctx, filepath.Join(w.to.Dir(), name), tarball.Options{Limits: w.src.Limits()})
	if err != nil {
		return err
	}
	w.contents, err = sidefiles.Read(ctx, written)
	if err == nil {
		w.copy.Claimed = w.contents.Claimed
	}
	return errors.Join(err, written.Close())
}

// writeLists writes the list of resources and whatever else the original has, sorted by name.
func (w *backupWriter) writeLists() error {
	err := w.writeGzip(layout.ResourceList, w.contents.WriteResourceList)
	if err != nil {
		return err
	}
	for _, file := range w.side.Files {
		switch {
		case file.Kind == layout.BackupObject, file.Kind == layout.ResourceList, file.Kind == layout.Tarball:
		case sidefiles.Rewrites(file.Kind):
			err = w.rewriteList(file)
		default:
			err = w.copyFile(file)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *backupWriter) rewriteList(file tarball.SideFile) error {
	kept := 0
	err := w.writeGzip(file.Kind, func(out io.Writer) error {
		return w.src.ReadSide(file, func(in io.Reader) (err error) {
			kept, err = w.copy.List(file.Kind, in, out)
			return err
		})
	})
	switch file.Kind {
	case layout.PodVolumeBackups:
		w.podData = kept
	case layout.VolumeSnapshots:
		w.snapshots = w.countSnapshots(kept)
	}
	return err
}

func (w *backupWriter) countSnapshots(kept int) *sidefiles.Snapshots {
	s := &sidefiles.Snapshots{Attempted: kept}
	for _, v := range w.side.VolumeSnapshots {
		if stays, _ := w.copy.Items.Kept(layout.PersistentVolumes, "", v.Spec.PersistentVolumeName); stays && v.Status.Phase == "Completed" {
			s.Completed++
		}
	}
	return s
}

// copyFile copies a file byte by byte: logs, results, and what veltx does not rewrite.
func (w *backupWriter) copyFile(file tarball.SideFile) (err error) {
	dir, _ := w.src.Folder()
	in, err := os.Open(filepath.Join(dir, file.Name))
	if err != nil {
		return err
	}
	defer in.Close()
	return w.write(file.Kind, func(out io.Writer) error {
		_, err := io.Copy(out, in)
		return err
	})
}

func (w *backupWriter) writeGzip(kind layout.FileKind, write func(io.Writer) error) error {
	return w.write(kind, func(out io.Writer) error {
		packed := gzip.NewWriter(out)
		if err := write(packed); err != nil {
			return err
		}
		return packed.Close()
	})
}

func (w *backupWriter) write(kind layout.FileKind, write func(io.Writer) error) error {
	file, err := w.to.Create(kind)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// writeBackupObject edits the original's velero-backup.json, or makes one for an archive that came alone, indented as
// Velero writes it.
func (w *backupWriter) writeBackupObject() error {
	b, err := w.backupObject()
	if err != nil {
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

func (w *backupWriter) backupObject() (*object.Value, error) {
	dir, _ := w.src.Folder()
	var b *object.Value
	if dir == "" {
		made, err := sidefiles.NewBackup(w.to.Name(), w.contents)
		if err != nil {
			return nil, err
		}
		b = made
	} else {
		path := filepath.Join(dir, layout.FileName("", layout.BackupObject))
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if b, err = object.Parse(data); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	spec := &w.o.Restore.Spec
	err := w.copy.Backup(b, sidefiles.Selection{
		IncludedNamespaces: spec.IncludedNamespaces, ExcludedNamespaces: spec.ExcludedNamespaces,
		IncludedResources: spec.IncludedResources, ExcludedResources: spec.ExcludedResources,
		IncludeClusterResources: spec.IncludeClusterResources,
	}, w.contents, w.snapshots)
	if err == nil && w.filters != nil {
		err = sidefiles.SetFilters(b, w.filters)
	}
	return b, err
}

// warn tells what a folder cannot hold: the data.
func (w *backupWriter) warn(o BackupOptions) {
	if w.snapshots != nil && w.snapshots.Attempted > 0 {
		w.summary.Find(report.Warning, "snapshots-shared", fmt.Sprintf(
			"native snapshots that belong to both backups now: %d; Velero deletes them together with whichever is deleted first", w.snapshots.Attempted))
	}
	if w.podData > 0 {
		w.warnOfPodData(o.SameStore)
	}
	if b := w.side.Backup; b != nil && !o.Now.IsZero() && sidefiles.Expired(b, o.Now) {
		w.summary.Find(report.Warning, "backup-expired", fmt.Sprintf(
			"the backup expired on %s: Velero deletes it, with its snapshots, soon after it finds it", b.Status.Expiration.UTC().Format(time.DateOnly)))
	}
}

// warnOfPodData names the repositories with the data of pod volumes. A restore looks for each at the namespace that the
// pod has in the backup (v1.18.2 pkg/podvolume/restorer.go:140, pkg/restore/restore.go:1917).
func (w *backupWriter) warnOfPodData(sameStore bool) {
	repositories := map[string]string{}
	for _, p := range w.side.PodVolumeBackups {
		from, to := p.Spec.Pod.Namespace, w.target(p.Spec.Pod.Namespace)
		if kept, _ := w.copy.Items.Kept("pods", from, p.Spec.Pod.Name); kept && (from != to || !sameStore) {
			repositories[repository(p, from)] = repository(p, to)
		}
	}
	for _, from := range slices.Sorted(maps.Keys(repositories)) {
		w.summary.FindOn(report.Warning, "pod-volume-data", from, fmt.Sprintf(
			"the data of pod volumes are in %s of the original's store: a restore of the new backup looks for them in %s of its own store; copy them there",
			from, repositories[from]))
	}
}

func repository(p velero.PodVolumeBackup, namespace string) string {
	return layout.RepositoryPrefix("", cmp.Or(p.Spec.UploaderType, "restic"), namespace)
}

// target maps a namespace of the backup.
func (w *backupWriter) target(original string) string {
	if to, ok := w.o.Restore.Spec.NamespaceMapping[original]; ok {
		return to
	}
	return original
}
