package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// ConfigRoot is the setting that names the folder of a FileSystem.
const ConfigRoot = "root"

// NoBucket stands for the root folder itself, for a store with one bucket.
const NoBucket = ""

// FileSystem is an ObjectStore in a folder: a bucket is a folder in it, a key the path of a file under the bucket.
//
// Nothing outside the folder is ever touched: keys with .. and the like are refused, links are not followed, and the
// system itself is asked not to leave the folder (os.Root), so that a link put there in between leads nowhere. What is
// no ordinary file is no object. A key cannot be another key's folder, which Velero's layout never asks for.
type FileSystem struct {
	dir  string // absolute
	root *os.Root
	now  func() time.Time
}

// OpenFileSystem is Init for a folder known by its path.
func OpenFileSystem(dir string) (*FileSystem, error) {
	f := new(FileSystem)
	return f, f.Init(map[string]string{ConfigRoot: dir})
}

// Init implements ObjectStore. The folder must exist. Settings other than ConfigRoot are left to others.
func (f *FileSystem) Init(config map[string]string) error {
	if config[ConfigRoot] == "" {
		return errors.New("the store has no folder: set " + ConfigRoot)
	}
	dir, err := filepath.Abs(config[ConfigRoot])
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("%s: cannot be opened as a store: %w", config[ConfigRoot], Cause(err))
	}
	if f.root != nil {
		err = f.root.Close()
	}
	f.dir, f.root, f.now = dir, root, time.Now
	return err
}

// Close gives the folder back.
func (f *FileSystem) Close() error { return f.root.Close() }

// Path is where an object's file is, or would be.
func (f *FileSystem) Path(bucket, key string) (string, error) {
	name, err := objectName(bucket, key)
	if err != nil {
		return "", err
	}
	return filepath.Join(f.dir, filepath.FromSlash(name)), nil
}

// ObjectExists implements ObjectStore.
func (f *FileSystem) ObjectExists(bucket, key string) (bool, error) {
	name, err := f.name(bucket, key)
	if err != nil {
		return false, err
	}
	err = f.wantObject(name)
	if errors.Is(err, ErrNoObject) {
		return false, nil
	}
	return err == nil, err
}

// GetObject implements ObjectStore.
func (f *FileSystem) GetObject(bucket, key string) (io.ReadCloser, error) {
	name, err := f.name(bucket, key)
	if err != nil {
		return nil, err
	}
	return f.open(name)
}

func (f *FileSystem) open(name string) (io.ReadCloser, error) {
	if err := f.wantObject(name); err != nil {
		return nil, err
	}
	file, err := f.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, f.failed(name, err)
	}
	return file, nil
}

// name is the path of an object's file under the root, in a bucket that exists.
func (f *FileSystem) name(bucket, key string) (string, error) {
	name, err := objectName(bucket, key)
	if err != nil {
		return "", err
	}
	return name, f.wantBucket(bucket)
}

// wantBucket fails where the bucket is not there: one that is written wrong must not look like an empty one.
func (f *FileSystem) wantBucket(bucket string) error {
	if err := checkBucket(bucket); err != nil || bucket == NoBucket {
		return err
	}
	info, err := f.root.Lstat(bucket)
	if err == nil && info.IsDir() {
		return nil
	}
	return fmt.Errorf("%s: there is no bucket %s: make the folder first", f.dir, bucket)
}

// wantObject fails unless an ordinary file stands at the end of ordinary folders.
func (f *FileSystem) wantObject(name string) error {
	info, err := f.lookUp(name)
	if err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s: %w", f.path(name), ErrNoObject)
	}
	return err
}

// lookUp finds what has the name, and follows no link on the way to it.
func (f *FileSystem) lookUp(name string) (info fs.FileInfo, err error) {
	parts := strings.Split(name, "/")
	for i := range parts {
		at := path.Join(parts[:i+1]...)
		if info != nil && !info.IsDir() {
			return nil, fmt.Errorf("%s: %w", f.path(name), ErrNoObject)
		}
		info, err = f.root.Lstat(filepath.FromSlash(at))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s: %w", f.path(name), ErrNoObject)
		case err != nil:
			return nil, f.failed(name, err)
		case info.Mode()&fs.ModeSymlink != 0:
			return nil, fmt.Errorf("%s: %w: %s is a link, which a store does not follow", f.path(name), ErrKey, at)
		}
	}
	return info, nil
}

func (f *FileSystem) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

func (f *FileSystem) failed(name string, err error) error {
	return fmt.Errorf("%s: %w", f.path(name), Cause(err))
}

// Cause is what the system said, without the path: the error names another one already, or the path is that of a
// temporary file, which means nothing to the user.
func Cause(err error) error {
	var atPath *fs.PathError
	if errors.As(err, &atPath) {
		return atPath.Err
	}
	var atLink *os.LinkError
	if errors.As(err, &atLink) {
		return atLink.Err
	}
	return err
}

// Size is how many bytes an object has.
func (f *FileSystem) Size(bucket, key string) (int64, error) {
	name, err := f.name(bucket, key)
	if err != nil {
		return 0, err
	}
	info, err := f.lookUp(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
