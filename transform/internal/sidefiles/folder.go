package sidefiles

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
)

// Folder is a whole backup whose archive is written, and whose other files are still to come.
type Folder struct {
	Original   *tarball.Source    // whose files beside the archive are rewritten; nil for none
	To         *sink.BackupFolder // with the new archive
	Namespaces map[string]string  // the mapping
	Items      *Items             // of the original
	Selection  *velero.BackupSpec // which namespaces and resources of the original the new archive was to hold
	Filters    *velero.BackupSpec // of a backup that is made; nil where one is rewritten
	Now        time.Time          // by which a backup has expired; the zero time knows none that has
	SameStore  bool               // the new backup finds the original's volume data where they are
}

// Write writes velero-backup.json and the files beside the archive. They say of the new archive what those of the
// original say of the original; Read, not memory, tells what the new archive holds. What a folder cannot hold, the data,
// is told in the summary.
func (f *Folder) Write(ctx context.Context, s *report.Summary) error {
	w, err := newWriter(f)
	if err != nil {
		return err
	}
	if err := w.readBack(ctx); err != nil {
		return err
	}
	if err := w.writeLists(); err != nil {
		return err
	}
	if err := w.writeBackupObject(); err != nil {
		return err
	}
	w.warn(s)
	return nil
}

// writer writes the files of a Folder.
type writer struct {
	folder    *Folder
	side      *tarball.Side // of the original
	copy      *Copy
	contents  *Contents
	snapshots *Snapshots
}

func newWriter(f *Folder) (*writer, error) {
	w := &writer{folder: f, side: &tarball.Side{}}
	w.copy = &Copy{From: f.To.Name(), To: f.To.Name(), Namespaces: f.Namespaces, Items: f.Items}
	if f.Original == nil {
		return w, nil
	}
	var err error
	if w.side, err = f.Original.Side(); err != nil {
		return nil, err
	}
	w.copy.From = f.Original.Name()
	return w, nil
}

// readBack reads the new archive from its start to its end.
func (w *writer) readBack(ctx context.Context) (err error) {
	var o tarball.Options
	if w.folder.Original != nil {
		o.Limits = w.folder.Original.Limits()
	}
	written, err := tarball.Open(ctx, filepath.Join(w.folder.To.Dir(), layout.FileName(w.folder.To.Name(), layout.Tarball)), o)
	if err != nil {
		return err
	}
	w.contents, err = Read(ctx, written)
	if err == nil {
		w.copy.Claimed = w.contents.Claimed
	}
	return errors.Join(err, written.Close())
}

// writeLists writes the list of resources and whatever else the original has, sorted by name.
func (w *writer) writeLists() error {
	err := w.writeGzip(layout.ResourceList, w.contents.WriteResourceList)
	if err != nil {
		return err
	}
	for _, file := range w.side.Files {
		switch {
		case file.Kind == layout.BackupObject, file.Kind == layout.ResourceList, file.Kind == layout.Tarball:
		case Rewrites(file.Kind):
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

func (w *writer) rewriteList(file tarball.SideFile) error {
	kept := 0
	err := w.writeGzip(file.Kind, func(out io.Writer) error {
		return w.folder.Original.ReadSide(file, func(in io.Reader) (err error) {
			kept, err = w.copy.List(file.Kind, in, out)
			return err
		})
	})
	if file.Kind == layout.VolumeSnapshots {
		w.snapshots = w.countSnapshots(kept)
	}
	return err
}

func (w *writer) countSnapshots(kept int) *Snapshots {
	s := &Snapshots{Attempted: kept}
	for _, v := range w.side.VolumeSnapshots {
		if w.copy.kept(layout.PersistentVolumes, "", v.Spec.PersistentVolumeName) && v.Status.Phase == "Completed" {
			s.Completed++
		}
	}
	return s
}

// copyFile copies a file byte by byte: logs, results, and what veltx does not rewrite.
func (w *writer) copyFile(file tarball.SideFile) (err error) {
	dir, _ := w.folder.Original.Folder()
	in, err := tarball.OpenIn(dir, file.Name)
	if err != nil {
		return err
	}
	defer in.Close()
	return w.write(file.Kind, func(out io.Writer) error {
		_, err := io.Copy(out, in)
		return err
	})
}

func (w *writer) writeGzip(kind layout.FileKind, write func(io.Writer) error) error {
	return w.write(kind, func(out io.Writer) error {
		packed := gzip.NewWriter(out)
		if err := write(packed); err != nil {
			return err
		}
		return packed.Close()
	})
}

func (w *writer) write(kind layout.FileKind, write func(io.Writer) error) error {
	file, err := w.folder.To.Create(kind)
	if err != nil {
		return err
	}
	return errors.Join(write(file), file.Close())
}

// writeBackupObject writes velero-backup.json, indented as Velero does.
func (w *writer) writeBackupObject() error {
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

// backupObject is the original's velero-backup.json, edited, or one that is made.
func (w *writer) backupObject() (*object.Value, error) {
	b, err := w.originalObject()
	if err != nil {
		return nil, err
	}
	if w.folder.Original != nil {
		if err := w.copy.Backup(b, w.folder.Selection, w.contents, w.snapshots); err != nil {
			return nil, err
		}
	}
	if w.folder.Filters == nil {
		return b, nil
	}
	return b, SetFilters(b, w.folder.Filters)
}

// originalObject is the original's velero-backup.json; one is made for an archive that came alone, or of manifests.
func (w *writer) originalObject() (*object.Value, error) {
	dir := ""
	if w.folder.Original != nil {
		dir, _ = w.folder.Original.Folder()
	}
	if dir == "" {
		return NewBackup(w.folder.To.Name(), w.contents)
	}
	path := filepath.Join(dir, layout.FileName("", layout.BackupObject))
	in, err := tarball.OpenIn(dir, layout.FileName("", layout.BackupObject))
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	b, err := object.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}

// warn tells what a folder cannot hold.
func (w *writer) warn(s *report.Summary) {
	if w.snapshots != nil && w.snapshots.Attempted > 0 {
		s.Find(report.Warning, "snapshots-shared", fmt.Sprintf(
			"native snapshots that belong to both backups now: %d; Velero deletes them together with whichever is deleted first", w.snapshots.Attempted))
	}
	w.warnOfPodData(s)
	if b := w.side.Backup; b != nil && !w.folder.Now.IsZero() && Expired(b, w.folder.Now) {
		s.Find(report.Warning, "backup-expired", fmt.Sprintf(
			"the backup expired on %s: Velero deletes it, with its snapshots, soon after it finds it", b.Status.Expiration.UTC().Format(time.DateOnly)))
	}
}

// warnOfPodData names the repositories with the data of pod volumes. A restore looks for each at the namespace that the
// pod has in the backup (v1.18.2 pkg/podvolume/restorer.go:140, pkg/restore/restore.go:1917).
func (w *writer) warnOfPodData(s *report.Summary) {
	repositories := map[string]string{}
	for _, p := range w.side.PodVolumeBackups {
		from := p.Spec.Pod.Namespace
		to := w.copy.namespace(from)
		if w.copy.kept(layout.Pods, from, p.Spec.Pod.Name) && (from != to || !w.folder.SameStore) {
			repositories[repository(p, from)] = repository(p, to)
		}
	}
	for _, from := range slices.Sorted(maps.Keys(repositories)) {
		s.FindOn(report.Warning, "pod-volume-data", from, fmt.Sprintf(
			"the data of pod volumes are in %s of the original's store: a restore of the new backup looks for them in %s of its own store; copy them there",
			from, repositories[from]))
	}
}

func repository(p velero.PodVolumeBackup, namespace string) string {
	return layout.RepositoryPrefix("", cmp.Or(p.Spec.UploaderType, "restic"), namespace)
}
