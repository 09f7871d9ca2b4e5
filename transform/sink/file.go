package sink

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/veltx/veltx/tarball/store"
)

// File is a file that shows only after Commit.
type File struct {
	path    string
	target  string // path with links resolved: what is replaced
	replace bool
	out     io.Writer
	file    *os.File // the temporary file beside target; nil once ended
	created string   // its name
}

// FileOptions say what a file may be written over; the zero value: nothing.
type FileOptions struct {
	Replace bool          // a regular file that is there already
	Inputs  []os.FileInfo // but none of these, by whatever path
}

// CreateFile prepares a file at path. It refuses a path where something is already, unless that may be replaced.
func CreateFile(path string, o FileOptions) (*File, error) {
	f := &File{path: path, replace: o.Replace}
	if err := f.resolve(o.Inputs); err != nil {
		return nil, err
	}
	if err := wantFolder(filepath.Dir(f.target)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	file, err := os.CreateTemp(filepath.Dir(f.target), temporaryPattern(f.target))
	if err != nil {
		return nil, fmt.Errorf("%s: create a temporary file beside it: %w", path, store.Cause(err))
	}
	f.file, f.created, f.out = file, file.Name(), file
	return f, nil
}

// resolve finds out what stands at the path and whether it may be replaced.
func (f *File) resolve(inputs []os.FileInfo) error {
	f.target = f.path
	if _, err := os.Lstat(f.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	target, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return fmt.Errorf("%s: %w", f.path, store.Cause(err))
	}
	there, err := os.Stat(target)
	if err != nil {
		return fmt.Errorf("%s: %w", f.path, store.Cause(err))
	}
	f.target = target
	for _, input := range inputs {
		if os.SameFile(there, input) {
			return fmt.Errorf("%s: the output is the input: name another file", f.path)
		}
	}
	switch {
	case there.IsDir():
		return fmt.Errorf("%s: is a folder: name a file", f.path)
	case !there.Mode().IsRegular():
		return fmt.Errorf("%s: is not a regular file: name a file, or - for standard output", f.path)
	case !f.replace:
		return fmt.Errorf("%s: %w: name another file, or replace it with --force", f.path, fs.ErrExist)
	}
	return nil
}

// Write adds bytes to the file.
func (f *File) Write(p []byte) (int, error) {
	if f.out == nil {
		return 0, fmt.Errorf("write %s: %w", f.path, fs.ErrClosed)
	}
	n, err := f.out.Write(p)
	if err != nil {
		return n, fmt.Errorf("write %s: %w", f.path, store.Cause(err))
	}
	return n, nil
}

// Commit makes the file show, complete and on the disk. After an error nothing of it is left.
func (f *File) Commit() error {
	if f.file == nil {
		return fmt.Errorf("write %s: %w", f.path, fs.ErrClosed)
	}
	defer f.Abort()
	if err := f.settle(); err != nil {
		return fmt.Errorf("write %s: %w", f.path, store.Cause(err))
	}
	if err := f.show(); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s: %w: it was created while veltx was writing; replace it with --force", f.path, fs.ErrExist)
		}
		return fmt.Errorf("%s: %w", f.path, store.Cause(err))
	}
	syncFolder(filepath.Dir(f.target))
	return nil
}

// settle ends the writing: everything is on the disk under the temporary name. Its mode stays 0600, as an archive has
// Secrets in it, and a word list finds in checksums what they are of.
func (f *File) settle() error {
	file := f.file
	f.file, f.out = nil, nil
	return errors.Join(file.Sync(), file.Close())
}

// show gives the file its name. Without force the name must still be free, for which a second name is surer than
// looking: making one fails where something is.
func (f *File) show() error {
	if f.replace {
		return os.Rename(f.created, f.target)
	}
	err := os.Link(f.created, f.target)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err // Abort removes the temporary name
	}
	if _, err := os.Lstat(f.target); !errors.Is(err, fs.ErrNotExist) {
		return fs.ErrExist
	}
	return os.Rename(f.created, f.target) // a file system without links
}

// Abort removes what was written. After Commit it does nothing.
func (f *File) Abort() {
	f.out = nil
	if f.file != nil {
		f.file.Close()
		f.file = nil
	}
	if f.created != "" {
		os.Remove(f.created)
		f.created = ""
	}
}
