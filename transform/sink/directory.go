package sink

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/store"
)

// Format is the text that manifests are written as.
type Format string

// The formats of manifests.
const (
	YAML Format = "yaml"
	JSON Format = "json"
)

// Manifest is one item to be written.
type Manifest struct {
	layout.Address
	Object *object.Value
}

// Directory is a folder of manifests, one file an item, that shows only after Commit.
type Directory struct {
	path    string // as the user named it
	target  string // absolute, links resolved
	format  Format
	replace bool        // an older folder of ours is at target
	vacant  bool        // an empty folder is at target
	created string      // open to its owner alone until Commit
	mode    fs.FileMode // what a new folder has by the umask
	root    *os.Root    // created, which no link leads out of; nil once ended
	last    string      // the folder of the item before, as items come folder by folder
	at      *os.Root    // it, open
	texts   texts
}

// CreateDirectory prepares a folder at path. It may take the place of an empty folder and, with force, of one that
// holds nothing but what veltx wrote there before; of nothing else.
func CreateDirectory(path string, force bool, format Format) (*Directory, error) {
	if format != YAML && format != JSON {
		return nil, fmt.Errorf("format %q of manifests: use %s or %s", format, YAML, JSON)
	}
	d := &Directory{path: path, format: format}
	if err := d.resolve(force); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := wantFolder(filepath.Dir(d.target)); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	created, err := os.MkdirTemp(filepath.Dir(d.target), temporaryPattern(d.target))
	if err != nil {
		return nil, fmt.Errorf("%s: make a temporary folder beside it: %w", path, store.Cause(err))
	}
	d.created = created
	if err := d.begin(); err != nil {
		d.Abort()
		return nil, fmt.Errorf("%s: %w", path, store.Cause(err))
	}
	return d, nil
}

func (d *Directory) begin() error {
	probe := filepath.Join(d.created, "probe")
	if err := os.Mkdir(probe, 0o777); err != nil {
		return err
	}
	there, err := os.Stat(probe)
	if err = errors.Join(err, os.Remove(probe)); err != nil {
		return err
	}
	d.mode = there.Mode().Perm()
	if err := writeMarker(d.created); err != nil {
		return err
	}
	d.root, err = os.OpenRoot(d.created)
	return err
}

// resolve finds out what stands at the path and whether its place may be taken.
func (d *Directory) resolve(force bool) error {
	target, err := filepath.Abs(d.path)
	if err != nil {
		return err
	}
	d.target = target
	if _, err := os.Lstat(target); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if d.target, err = filepath.EvalSymlinks(target); err != nil {
		return store.Cause(err)
	}
	state, err := look(d.target)
	if err != nil {
		return err
	}
	d.vacant = state == vacant
	d.replace = state == ours
	if d.replace && !force {
		return fmt.Errorf("%w: name another folder, or replace it with --force", fs.ErrExist)
	}
	return notCurrent(d.target)
}

// notCurrent refuses the folder that the user stands in, since it would be another one afterwards.
func notCurrent(target string) error {
	here, hereErr := os.Stat(".")
	there, err := os.Stat(target)
	if err == nil && hereErr == nil && os.SameFile(here, there) {
		return errors.New("is the current folder: name another one")
	}
	return nil
}

// Add writes one file.
func (d *Directory) Add(m Manifest) error {
	text, err := d.texts.render(m.Object, d.format)
	if err != nil {
		return fmt.Errorf("%s: %w", m, err)
	}
	folder, name := place(m, d.format)
	if err := d.create(folder, name, text, mode(m)); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s: two items with this name: write %s/%s/%s", m, d.path, folder, name)
		}
		return fmt.Errorf("%s: write %s/%s/%s: %w", m, d.path, folder, name, store.Cause(err))
	}
	return nil
}

// mode is what the file of a manifest may be: a Secret is its owner's alone.
func mode(m Manifest) fs.FileMode {
	if m.Resource == layout.Secrets {
		return 0o600
	}
	return 0o666
}

// create writes a new file; it fails where one is already.
func (d *Directory) create(folder, name string, text []byte, mode fs.FileMode) error {
	if err := d.enter(folder); err != nil {
		return err
	}
	file, err := d.at.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// enter opens a folder, and makes it the first time.
func (d *Directory) enter(folder string) error {
	switch {
	case d.root == nil:
		return fs.ErrClosed
	case d.at != nil && d.last == folder:
		return nil
	}
	if err := d.root.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	at, err := d.root.OpenRoot(folder)
	if err != nil {
		return err
	}
	d.leave()
	d.last, d.at = folder, at
	return nil
}

func (d *Directory) leave() {
	if d.at != nil {
		d.at.Close()
		d.at = nil
	}
}

// close ends the writing of files.
func (d *Directory) close() {
	d.leave()
	if d.root != nil {
		d.root.Close()
		d.root = nil
	}
}

// Commit moves the folder to its place. An older one of ours goes away only once the new one is there; where that fails
// it is put back.
func (d *Directory) Commit() error {
	if d.created == "" {
		return fmt.Errorf("%s: %w", d.path, fs.ErrClosed)
	}
	defer d.Abort()
	if err := d.kustomize(); err != nil {
		return fmt.Errorf("%s: write %s: %w", d.path, kustomizationFile, store.Cause(err))
	}
	d.close()
	if err := errors.Join(os.Chmod(d.created, d.mode), d.show()); err != nil {
		return fmt.Errorf("%s: %w", d.path, store.Cause(err))
	}
	d.created = ""
	syncFolder(filepath.Dir(d.target))
	return nil
}

func (d *Directory) show() error {
	switch {
	case d.replace:
		return d.swap()
	case d.vacant:
		if err := os.Remove(d.target); err != nil {
			return fmt.Errorf("make room: %w", store.Cause(err))
		}
		if err := os.Rename(d.created, d.target); err != nil {
			return errors.Join(store.Cause(err), os.Mkdir(d.target, 0o755))
		}
		return nil
	}
	return os.Rename(d.created, d.target)
}

func (d *Directory) swap() error {
	if state, err := look(d.target); err != nil || state != ours {
		return errors.Join(errors.New("changed while veltx was writing"), err)
	}
	old := d.created + ".old"
	if err := os.Rename(d.target, old); err != nil {
		return fmt.Errorf("move the old folder away: %w", store.Cause(err))
	}
	if err := os.Rename(d.created, d.target); err != nil {
		return errors.Join(store.Cause(err), os.Rename(old, d.target))
	}
	d.created = ""
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("the new folder is in place, but the old one is left at %s: %w", old, store.Cause(err))
	}
	return nil
}

// Abort removes what was written. After Commit it does nothing.
func (d *Directory) Abort() {
	d.close()
	if d.created != "" {
		os.RemoveAll(d.created)
		d.created = ""
	}
}
