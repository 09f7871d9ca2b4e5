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
	visit  func(*Entry) error
	seen   int64
	total  int64
}

// eachFile visits the files of an unpacked backup in the order of their paths. What starts with a dot at the top
// (.git, .DS_Store) is not part of the backup.
func (s *Source) eachFile(ctx context.Context, visit func(*Entry) error) error {
	r := &folderReader{source: s, visit: visit}
	return filepath.WalkDir(s.path, func(path string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return &Error{File: path, Problem: systemText(err), Kind: err}
		}
		if path == s.path {
			return nil
		}
		name, err := filepath.Rel(s.path, path)
		if err != nil {
			return err
		}
		if strings.HasPrefix(name, ".") {
			return skip(d)
		}
		return r.enter(filepath.ToSlash(name), path, d)
	})
}

func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

func (r *folderReader) enter(name, path string, d fs.DirEntry) error {
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
		return &Error{File: path, Problem: systemText(err), Kind: err}
	}
	if err := s.limits.checkSize(s.label, clean, info.Size()); err != nil {
		return err
	}
	r.total += info.Size()
	if err := s.limits.checkTotal(s.label, r.total); err != nil {
		return err
	}
	return r.visit(&Entry{Path: clean, Size: info.Size(), Mode: int64(info.Mode().Perm()), ModTime: info.ModTime(),
		read: func(_ string, size int64) ([]byte, error) { return readExactly(path, size) }})
}

// readExactly reads a file that must still have the size that was judged.
func readExactly(path string, size int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &Error{File: path, Problem: systemText(err), Kind: err}
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
