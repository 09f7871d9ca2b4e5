package sink

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// temporaryPattern names what is written beside a target: hidden, and told apart from what others leave there.
func temporaryPattern(target string) string {
	return "." + shortened(filepath.Base(target)) + ".veltx-*"
}

// shortened leaves room for the rest of a temporary name.
func shortened(name string) string { return name[:min(len(name), 100)] }

// wantFolder says what is wrong with the folder that something is to be written in.
func wantFolder(path string) error {
	there, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the folder %s does not exist: make it first", path)
	case err != nil:
		return fmt.Errorf("the folder %s: %w", path, cause(err))
	case !there.IsDir():
		return fmt.Errorf("%s is not a folder", path)
	}
	return nil
}

// cause takes the temporary name, which means nothing to the user, out of an error of the file system.
func cause(err error) error {
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

// syncFolder makes a new name survive a power cut, where the system can do that; the file itself is safe already.
func syncFolder(path string) {
	folder, err := os.Open(path)
	if err != nil {
		return
	}
	_ = folder.Sync()
	folder.Close()
}
