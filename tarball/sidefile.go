package tarball

import (
	"io"
	"path/filepath"
)

// Folder is the backup's folder in the object store, and what the names of its files start with. Both are "" for any
// other source.
func (s *Source) Folder() (dir, prefix string) {
	if s.store == nil {
		return "", ""
	}
	return s.store.dir, s.store.prefix
}

// Limits are those that the backup is read under.
func (s *Source) Limits() Limits { return s.limits }

// ReadSide hands the unpacked text of a file beside the tarball to read; see ReadSideFile.
func (s *Source) ReadSide(file SideFile, read func(io.Reader) error) error {
	return ReadSideFile(filepath.Join(s.store.dir, file.Name), s.limits, read)
}

// ReadSideFile unpacks a file beside a tarball under a limit, hands its text to read, and goes on to its end, where
// gzip's checksum is.
func ReadSideFile(path string, limits Limits, read func(io.Reader) error) error {
	f, err := OpenIn(filepath.Split(path))
	if err != nil {
		return err
	}
	defer f.Close()
	in, err := newGzipReader(f)
	if err != nil {
		return sideError(path, err)
	}
	limits = limits.withDefaults()
	bounded := &meter{in: in, file: path, limits: Limits{TotalBytes: sideFactor * limits.EntryBytes}}
	if err := read(bounded); err != nil {
		return sideError(path, err)
	}
	if _, err := io.Copy(io.Discard, bounded); err != nil {
		return sideError(path, err)
	}
	return nil
}
