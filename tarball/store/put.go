package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// PutObject implements ObjectStore. The bytes are written beside the object, brought to the disk, and given their name
// in one step; its mode is 0600, as backups hold Secrets. A process that dies on the way leaves a file that no list shows; the next delete there takes it away.
func (f *FileSystem) PutObject(bucket, key string, body io.Reader) error {
	name, err := f.name(bucket, key)
	if err != nil {
		return err
	}
	if err := f.wantFree(name); err != nil {
		return err
	}
	temporary, err := f.writeBeside(name, body)
	if err != nil {
		return fmt.Errorf("write %s: %w", f.path(name), Cause(err))
	}
	if err := f.root.Rename(filepath.FromSlash(temporary), filepath.FromSlash(name)); err != nil {
		_ = f.root.Remove(filepath.FromSlash(temporary))
		return fmt.Errorf("write %s: %w", f.path(name), Cause(err))
	}
	f.syncFolders(path.Dir(name))
	return nil
}

// wantFree fails where something stands that is no object of ours to replace.
func (f *FileSystem) wantFree(name string) error {
	err := f.wantObject(name)
	if err == nil || !errors.Is(err, ErrNoObject) {
		return err
	}
	info, err := f.root.Lstat(filepath.FromSlash(name))
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w: it is a folder or something else than a file", f.path(name), ErrKey)
	}
	return nil
}

// writeBeside writes body into a new file in the object's folder, which is made, and returns its name. After an error
// there is no such file.
func (f *FileSystem) writeBeside(name string, body io.Reader) (string, error) {
	temporary := path.Join(path.Dir(name), reserved+rand.Text())
	file, err := f.create(temporary)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(file, body)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, f.root.Remove(filepath.FromSlash(temporary)))
	}
	return temporary, nil
}

// create makes a file and the folders above it, again if another writer makes one of them at this moment, or a delete
// takes one away.
func (f *FileSystem) create(name string) (file *os.File, err error) {
	for range 10 {
		if err = f.root.MkdirAll(filepath.FromSlash(path.Dir(name)), 0o755); errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		file, err = f.root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if !errors.Is(err, fs.ErrNotExist) {
			return file, err
		}
	}
	return nil, err
}

// syncFolders makes new names survive a power cut, where the system can do that.
func (f *FileSystem) syncFolders(dir string) {
	for {
		if folder, err := f.root.Open(filepath.FromSlash(dir)); err == nil {
			_ = folder.Sync()
			_ = folder.Close()
		}
		if dir == "." {
			return
		}
		dir = path.Dir(dir)
	}
}
