package sink

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/veltx/veltx/tarball/store"
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
		return fmt.Errorf("the folder %s: %w", path, store.Cause(err))
	case !there.IsDir():
		return fmt.Errorf("%s is not a folder", path)
	}
	return nil
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
