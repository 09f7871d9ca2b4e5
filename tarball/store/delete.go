package store

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// abandoned is the age at which an unfinished file is taken for one that a dead process left.
const abandoned = time.Hour

// DeleteObject implements ObjectStore. Folders that became empty go as well, up to the bucket: a prefix without keys
// does not exist, and Velero takes what ListCommonPrefixes returns for names of backups.
func (f *FileSystem) DeleteObject(bucket, key string) error {
	name, err := f.name(bucket, key)
	if err != nil {
		return err
	}
	err = f.wantObject(name)
	if errors.Is(err, ErrNoObject) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.root.Remove(filepath.FromSlash(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f.failed(name, err)
	}
	f.removeEmpty(path.Dir(key), bucket)
	return nil
}

// removeEmpty removes the folder if it is empty, and so on upwards. The system removes no folder that holds something,
// so nothing is lost to a put that comes in between.
func (f *FileSystem) removeEmpty(dir, bucket string) {
	for ; dir != "."; dir = path.Dir(dir) {
		name := path.Join(bucket, dir)
		f.sweep(name)
		if err := f.root.Remove(filepath.FromSlash(name)); err != nil {
			return
		}
	}
}

// sweep removes unfinished files that are so old that nobody writes them any more. Claims only their holders remove.
func (f *FileSystem) sweep(dir string) {
	entries, err := f.readFolder(dir)
	if err != nil {
		return
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !info.Mode().IsRegular() || !strings.HasPrefix(entry.Name(), reserved) || strings.HasPrefix(entry.Name(), claimFile) {
			continue
		}
		if f.now().Sub(info.ModTime()) > abandoned {
			_ = f.root.Remove(filepath.FromSlash(path.Join(dir, entry.Name())))
		}
	}
}
