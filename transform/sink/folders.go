package sink

import (
	"errors"
	"io/fs"
	"os"
	"sync"
)

// openFolders is how many folders are kept open: enough for the runs in which a backup is sorted, and far from what a
// process may have.
const openFolders = 64

// folders creates files below a root through open handles of their folders, so that no path is looked up twice.
type folders struct {
	root *os.Root

	mu   sync.Mutex
	open map[string]*folder
}

type folder struct {
	root *os.Root
	uses int
}

// create writes a new file; it fails where one is already.
func (f *folders) create(path, name string, text []byte) error {
	at, err := f.enter(path)
	if err != nil {
		return err
	}
	defer f.leave(at)
	file, err := at.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// enter returns the folder's handle; it makes the folder the first time.
func (f *folders) enter(path string) (*folder, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root == nil {
		return nil, fs.ErrClosed
	}
	at := f.open[path]
	if at == nil {
		f.makeRoom()
		if err := f.root.MkdirAll(path, 0o755); err != nil {
			return nil, err
		}
		root, err := f.root.OpenRoot(path)
		if err != nil {
			return nil, err
		}
		at = &folder{root: root}
		f.open[path] = at
	}
	at.uses++
	return at, nil
}

func (f *folders) leave(at *folder) {
	f.mu.Lock()
	defer f.mu.Unlock()
	at.uses--
}

// makeRoom closes the folders that nobody uses at the moment once there are many.
func (f *folders) makeRoom() {
	if f.open == nil {
		f.open = make(map[string]*folder, openFolders)
	}
	if len(f.open) < openFolders {
		return
	}
	for path, at := range f.open {
		if at.uses == 0 {
			at.root.Close()
			delete(f.open, path)
		}
	}
}

func (f *folders) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, at := range f.open {
		at.root.Close()
	}
	f.open = nil
	if f.root != nil {
		f.root.Close()
		f.root = nil
	}
}
