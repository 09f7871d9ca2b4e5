package sink

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Standard is the path that means standard output.
const Standard = "-"

// ArchiveFile is a file that shows only after Commit; for standard output the bytes go out as they come.
type ArchiveFile struct {
	path    string
	target  string // path with links resolved: what is replaced
	force   bool
	out     io.Writer
	file    *os.File // the temporary file beside target; nil for a stream and once ended
	created string   // its name
}

// CreateArchive prepares a file at path, or standard output for "-". It refuses a path where something is already,
// unless force is given and that is a regular file; and with or without force a path that leads to one of the inputs.
func CreateArchive(path string, force bool, inputs ...os.FileInfo) (*ArchiveFile, error) {
	if path == Standard {
		return StreamArchive(os.Stdout), nil
	}
	a := &ArchiveFile{path: path, force: force}
	if err := a.resolve(inputs); err != nil {
		return nil, err
	}
	if err := wantFolder(filepath.Dir(a.target)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	file, err := os.CreateTemp(filepath.Dir(a.target), temporaryPattern(a.target))
	if err != nil {
		return nil, fmt.Errorf("%s: create a temporary file beside it: %w", path, cause(err))
	}
	a.file, a.created, a.out = file, file.Name(), file
	return a, nil
}

// StreamArchive writes straight to out, from which nothing can be taken back.
func StreamArchive(out io.Writer) *ArchiveFile { return &ArchiveFile{path: Standard, out: out} }

// resolve finds out what stands at the path and whether it may be replaced.
func (a *ArchiveFile) resolve(inputs []os.FileInfo) error {
	a.target = a.path
	if _, err := os.Lstat(a.path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	target, err := filepath.EvalSymlinks(a.path)
	if err != nil {
		return fmt.Errorf("%s: %w", a.path, cause(err))
	}
	there, err := os.Stat(target)
	if err != nil {
		return fmt.Errorf("%s: %w", a.path, cause(err))
	}
	a.target = target
	for _, input := range inputs {
		if input != nil && os.SameFile(there, input) {
			return fmt.Errorf("%s: the output is the input: name another file", a.path)
		}
	}
	switch {
	case there.IsDir():
		return fmt.Errorf("%s: is a folder: name a file", a.path)
	case !there.Mode().IsRegular():
		return fmt.Errorf("%s: is no regular file: name a file, or - for standard output", a.path)
	case !a.force:
		return fmt.Errorf("%s: %w: name another file, or replace it with --force", a.path, fs.ErrExist)
	}
	return nil
}

// Write adds bytes to the archive.
func (a *ArchiveFile) Write(p []byte) (int, error) {
	if a.out == nil {
		return 0, fmt.Errorf("write %s: %w", a.path, fs.ErrClosed)
	}
	n, err := a.out.Write(p)
	if err != nil {
		return n, fmt.Errorf("write %s: %w", a.path, cause(err))
	}
	return n, nil
}

// Commit makes the file show, complete and on the disk. After an error nothing of it is left.
func (a *ArchiveFile) Commit() error {
	if a.file == nil {
		return a.commitStream()
	}
	defer a.Abort()
	if err := a.settle(); err != nil {
		return fmt.Errorf("write %s: %w", a.path, cause(err))
	}
	if err := a.show(); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s: %w: it came while veltx was writing; replace it with --force", a.path, fs.ErrExist)
		}
		return fmt.Errorf("%s: %w", a.path, cause(err))
	}
	syncFolder(filepath.Dir(a.target))
	return nil
}

func (a *ArchiveFile) commitStream() error {
	if a.out == nil {
		return fmt.Errorf("write %s: %w", a.path, fs.ErrClosed)
	}
	a.out = nil
	return nil
}

// settle ends the writing: everything is on the disk under the temporary name.
func (a *ArchiveFile) settle() error {
	file := a.file
	a.file, a.out = nil, nil
	err := file.Chmod(0o644)
	if errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, file.Sync(), file.Close())
}

// show gives the file its name. Without force the name must still be free, for which a second name is surer than
// looking: making one fails where something is.
func (a *ArchiveFile) show() error {
	if a.force {
		return os.Rename(a.created, a.target)
	}
	err := os.Link(a.created, a.target)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err // Abort removes the temporary name
	}
	if _, err := os.Lstat(a.target); !errors.Is(err, fs.ErrNotExist) {
		return fs.ErrExist
	}
	return os.Rename(a.created, a.target) // a file system without links
}

// Abort removes what was written. After Commit it does nothing.
func (a *ArchiveFile) Abort() {
	a.out = nil
	if a.file != nil {
		a.file.Close()
		a.file = nil
	}
	if a.created != "" {
		os.Remove(a.created)
		a.created = ""
	}
}
