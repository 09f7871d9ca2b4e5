package sink

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/veltx/veltx/tarball/store"
)

// markerFile tells a folder of ours. kubectl does not read it, since it is neither .yaml nor .json.
const (
	markerFile = ".veltx"
	markerText = "Written by veltx transform. With --force veltx replaces this whole folder.\n"
)

func writeMarker(folder string) error {
	return os.WriteFile(filepath.Join(folder, markerFile), []byte(markerText), 0o644)
}

// occupant is what stands at the place of a folder.
type occupant int

const (
	vacant occupant = iota // an empty folder
	ours
)

// look says what is in a folder, or why it is not to be touched: what veltx did not write there would be lost, such as
// a .git.
func look(path string) (occupant, error) {
	there, err := os.Stat(path)
	if err != nil {
		return 0, store.Cause(err)
	}
	if !there.IsDir() {
		return 0, fmt.Errorf("%w and is not a folder: name another path", fs.ErrExist)
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return 0, store.Cause(err)
	}
	if len(entries) == 0 {
		return vacant, nil
	}
	marked := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == markerFile && e.Type().IsRegular() })
	if !marked {
		return 0, errors.New("is a folder that veltx did not write: name another one")
	}
	for _, e := range entries {
		if e.Name() != markerFile && e.Name() != kustomizationFile && !slices.Contains(topFolders, e.Name()) {
			return 0, fmt.Errorf("holds %s, which veltx did not write: move it away, or name another folder", e.Name())
		}
	}
	return ours, nil
}
