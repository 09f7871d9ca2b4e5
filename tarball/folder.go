package tarball

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// openFolder opens a backup's folder in the object store or a folder with an unpacked backup.
func (s *Source) openFolder(ctx context.Context, dir string, o Options) error {
	if exists(filepath.Join(dir, layout.FileName("", layout.BackupObject))) {
		return s.openStore(ctx, dir, o)
	}
	if !isUnpacked(dir) {
		return s.notBackup("is a folder without velero-backup.json, without resources/ and without metadata/version: no backup")
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	s.name, s.path, s.format = filepath.Base(absolute), dir, FormatFolder
	return nil
}

func isUnpacked(dir string) bool {
	info, err := os.Stat(filepath.Join(dir, "resources"))
	return err == nil && info.IsDir() || exists(filepath.Join(dir, filepath.FromSlash(layout.VersionFile)))
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// folderReader visits the files of an unpacked backup, under the checks that an archive's entries get.
type folderReader struct {
	source *Source
	root   *os.Root
	visit  func(*Entry) error
	seen   int64
	total  int64
}

// eachFile visits the files of an unpacked backup in the order of their paths. What starts with a dot at the top
// (.git, .DS_Store) is not part of the backup.
func (s *Source) eachFile(ctx context.Context, visit func(*Entry) error) error {
	root, err := os.OpenRoot(s.path)
	if err != nil {
		return &Error{File: s.path, Problem: systemText(err), Kind: err}
	}
	defer root.Close()
	r := &folderReader{source: s, root: root, visit: visit}
	return fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return &Error{File: r.path(name), Problem: systemText(err), Kind: err}
		case name == ".":
			return nil
		case strings.HasPrefix(name, "."):
			return skip(d)
		}
		return r.enter(name, d)
	})
}

func (r *folderReader) path(name string) string {
	return filepath.Join(r.source.path, filepath.FromSlash(name))
}

func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

func (r *folderReader) enter(name string, d fs.DirEntry) error {
	s := r.source
	r.seen++
	if err := s.limits.checkEntries(s.label, r.seen); err != nil {
		return err
	}
	clean, err := s.checkEntry(name, typeflag(d.Type()))
	if err != nil || d.IsDir() {
		return err
	}
	info, err := d.Info()
	if err != nil {
		return &Error{File: r.path(name), Problem: systemText(err), Kind: err}
	}
	if err := s.limits.checkSize(s.label, clean, info.Size()); err != nil {
		return err
	}
	r.total += info.Size()
	if err := s.limits.checkTotal(s.label, r.total); err != nil {
		return err
	}
	return r.visit(&Entry{Path: clean, Size: info.Size(), Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(),
		read: func(_ string, size int64) ([]byte, error) { return r.readExactly(name, size) }})
}

// readExactly reads a file that must still have the size that was judged.
func (r *folderReader) readExactly(name string, size int64) ([]byte, error) {
	path := r.path(name)
	f, err := openRegular(r.root, r.source.path, filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	body := make([]byte, size+1)
	n, err := readUpTo(f, body)
	if err != nil {
		return nil, &Error{File: path, Problem: systemText(err), Kind: err}
	}
	if int64(n) != size {
		return nil, &Error{File: path, Problem: "changed while it was read; run again", Kind: ErrTruncated}
	}
	return body[:size:size], nil
}
