package sink

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"sync"
)

// openFolders is how many folders are kept open: enough for the runs in which a backup is sorted, and far from what a
// process may have.
const openFolders = 128

// folders creates files below a root through open handles of their folders, so that no path is looked up twice.
type folders struct {
	mu     sync.Mutex
	root   *folder
	cached map[string]*folder // by path below the root
}

// folder is an open folder; handle is what the system creates files with.
type folder struct {
	handle
	uses int
}

// begin opens the root, which exists.
func (f *folders) begin(path string) error {
	at, err := openHandle(path)
	if err != nil {
		return err
	}
	f.root, f.cached = &folder{handle: at}, make(map[string]*folder, openFolders)
	return nil
}

// create writes a new file; it fails where one is already.
func (f *folders) create(path, name string, text []byte) error {
	at, err := f.enter(path)
	if err != nil {
		return err
	}
	defer f.leave(at)
	return at.create(name, text)
}

func (f *folders) enter(path string) (*folder, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root == nil {
		return nil, fs.ErrClosed
	}
	if len(f.cached) >= openFolders {
		f.makeRoom()
	}
	at, err := f.open(path)
	if err != nil {
		return nil, err
	}
	at.uses++
	return at, nil
}

// open returns a folder's handle; the first time it makes the folder.
func (f *folders) open(name string) (*folder, error) {
	if name == "." {
		return f.root, nil
	}
	if at := f.cached[name]; at != nil {
		return at, nil
	}
	parent, err := f.open(path.Dir(name))
	if err != nil {
		return nil, err
	}
	inner, err := parent.enter(path.Base(name))
	if err != nil {
		return nil, err
	}
	at := &folder{handle: inner}
	f.cached[name] = at
	return at, nil
}

func (f *folders) leave(at *folder) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if at.uses--; at.uses == 0 && f.root == nil {
		at.close()
	}
}

// makeRoom closes the folders that nobody uses at the moment.
func (f *folders) makeRoom() {
	for name, at := range f.cached {
		if at.uses == 0 {
			at.close()
			delete(f.cached, name)
		}
	}
}

// close ends the use of all folders; those that a file is being made in close after it.
func (f *folders) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.root == nil {
		return
	}
	f.makeRoom()
	f.root.close()
	f.root, f.cached = nil, nil
}

// ignoreExisting is for folders, which may have been made before.
func ignoreExisting(err error) error {
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

const (
	newFile    = os.O_WRONLY | os.O_CREATE | os.O_EXCL
	fileMode   = 0o644
	folderMode = 0o755
)
