//go:build !unix

package sink

import (
	"errors"
	"os"
)

// handle is an open folder, which no link can lead out of.
type handle struct{ root *os.Root }

func openHandle(path string) (handle, error) {
	root, err := os.OpenRoot(path)
	return handle{root}, err
}

func (h handle) enter(name string) (handle, error) {
	if err := ignoreExisting(h.root.Mkdir(name, folderMode)); err != nil {
		return handle{}, err
	}
	root, err := h.root.OpenRoot(name)
	return handle{root}, err
}

func (h handle) create(name string, text []byte) error {
	file, err := h.root.OpenFile(name, newFile, fileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

func (h handle) close() { h.root.Close() }
