package tarball

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// ErrNotRegular is wrapped by errors about a file in a backup's folder that is a link, a named pipe or a device.
var ErrNotRegular = fmt.Errorf("not a regular file: %w", ErrEntryType)

// OpenIn opens a regular file in a folder that may come from anywhere. A link is not followed, not even within the
// folder: who can write there must not say what else is read, and copied into another backup. A named pipe, on which a
// read would wait for ever, is not opened.
func OpenIn(dir, name string) (*os.File, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, &Error{File: dir, Problem: systemText(err), Kind: err}
	}
	defer root.Close()
	return openRegular(root, dir, name)
}

func openRegular(root *os.Root, dir, name string) (*os.File, error) {
	path := filepath.Join(dir, name)
	before, err := root.Lstat(name)
	if err != nil {
		return nil, &Error{File: path, Problem: systemText(err), Kind: err}
	}
	if !before.Mode().IsRegular() {
		return nil, notRegular(path, before.Mode())
	}
	file, err := root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // what came there in between may be a pipe
	if err != nil {
		return nil, &Error{File: path, Problem: systemText(err), Kind: err}
	}
	if now, err := file.Stat(); err != nil || !os.SameFile(before, now) {
		file.Close()
		return nil, &Error{File: path, Problem: "changed while it was opened; run again", Kind: ErrTruncated}
	}
	return file, nil
}

func notRegular(path string, mode fs.FileMode) error {
	return &Error{File: path, Kind: ErrNotRegular,
		Problem: "is " + kindName(typeflag(mode)) + "; a backup's folder has regular files only: put the file itself there, or remove it"}
}
