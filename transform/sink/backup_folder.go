package sink

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
)

// Place is where in a store a backup is to stand.
type Place struct {
	Store  store.ObjectStore
	Bucket string
	Prefix string
	Name   string
}

// BackupFolder is a whole backup in an object store. Its files are made in a temporary folder, which has the layout of
// the backup's own, so that the finished backup can be looked at before anyone else sees it. Commit puts them into the
// store, velero-backup.json last: Velero takes a folder without it for none, so a half-written backup is never listed.
type BackupFolder struct {
	place  Place
	force  bool
	dir    string // the temporary folder; "" once ended
	tar    *os.File
	staged []layout.FileKind // beside the tarball and velero-backup.json, in the order of making
}

// CreateBackupFolder prepares a backup in a store. It refuses a place where any file of a backup is, unless force is
// given.
func CreateBackupFolder(place Place, force bool, tempDir string) (*BackupFolder, error) {
	if problem := nameProblem(place.Name); problem != "" {
		return nil, fmt.Errorf("backup name %q %s: choose another", place.Name, problem)
	}
	f := &BackupFolder{place: place, force: force}
	if _, err := f.occupied(); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(tempDir, "veltx-backup-*")
	if err != nil {
		return nil, fmt.Errorf("backup %s: create a temporary folder: %w", place.Name, store.Cause(err))
	}
	f.dir = dir
	if f.tar, err = os.OpenFile(f.file(layout.Tarball), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		f.Abort()
		return nil, err
	}
	return f, nil
}

// nameProblem says why no Backup can have the name.
func nameProblem(name string) string {
	switch {
	case name == "":
		return "is empty"
	case len(name) > 253:
		return "is longer than 253 bytes"
	}
	for i, c := range []byte(name) {
		letter := c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		if !letter && (c != '-' && c != '.' || i == 0 || i == len(name)-1) {
			return "is no name of a Kubernetes object (small letters, digits, - and . inside)"
		}
	}
	return ""
}

// occupied returns the keys that stand at the place, and fails where they may not be replaced.
func (f *BackupFolder) occupied() ([]string, error) {
	keys, err := f.place.Store.ListObjects(f.place.Bucket, layout.BackupPrefix(f.place.Prefix, f.place.Name))
	if err != nil || len(keys) == 0 || f.force {
		return keys, err
	}
	if slices.Contains(keys, f.key(layout.BackupObject)) {
		return nil, fmt.Errorf("backup %s: %w: the store has it already; choose another name, or replace it with --force", f.place.Name, fs.ErrExist)
	}
	return nil, fmt.Errorf("backup %s: %w: the store has a part of it (%s), which is being written or was left unfinished; choose another name, or replace it with --force",
		f.place.Name, fs.ErrExist, keys[0])
}

// Name is the backup's name.
func (f *BackupFolder) Name() string { return f.place.Name }

// Dir is the temporary folder with all files made so far.
func (f *BackupFolder) Dir() string { return f.dir }

// Write adds bytes to the tarball.
func (f *BackupFolder) Write(p []byte) (int, error) {
	if f.tar == nil {
		return 0, fmt.Errorf("backup %s: %w", f.place.Name, fs.ErrClosed)
	}
	n, err := f.tar.Write(p)
	if err != nil {
		return n, fmt.Errorf("backup %s: write %s: %w", f.place.Name, f.tar.Name(), store.Cause(err))
	}
	return n, nil
}

// Create makes another file of the backup, which the caller closes.
func (f *BackupFolder) Create(kind layout.FileKind) (*os.File, error) {
	file, err := os.OpenFile(f.file(kind), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("backup %s: create %s: %w", f.place.Name, layout.FileName(f.place.Name, kind), store.Cause(err))
	}
	if kind != layout.BackupObject {
		f.staged = append(f.staged, kind)
	}
	return file, nil
}

func (f *BackupFolder) file(kind layout.FileKind) string {
	return filepath.Join(f.dir, layout.FileName(f.place.Name, kind))
}

func (f *BackupFolder) key(kind layout.FileKind) string {
	return layout.BackupKey(f.place.Prefix, f.place.Name, kind)
}

// Commit puts the backup into the store: what stands there goes, velero-backup.json first; then the files beside the
// tarball, the tarball, and velero-backup.json at last. After an error nothing of the backup is left.
func (f *BackupFolder) Commit() error {
	if f.dir == "" {
		return fmt.Errorf("backup %s: %w", f.place.Name, fs.ErrClosed)
	}
	defer f.Abort()
	release, err := f.claim()
	if err != nil {
		return fmt.Errorf("backup %s: %w", f.place.Name, err)
	}
	defer release()
	before, err := f.occupied()
	if err != nil {
		return err
	}
	if err := f.remove(before); err != nil {
		return fmt.Errorf("backup %s: make room in the store: %w", f.place.Name, err)
	}
	for i, kind := range f.order() {
		if err := f.put(kind); err != nil {
			err = fmt.Errorf("backup %s: %w", f.place.Name, err)
			return errors.Join(err, f.remove(f.keys(f.order()[:i])))
		}
	}
	return nil
}

// claimer is a store that several processes may write to at once.
type claimer interface {
	Claim(bucket, key string) (release func(), err error)
}

// claim sees to it that of two who write one backup at once one fails.
func (f *BackupFolder) claim() (release func(), err error) {
	if shared, ok := f.place.Store.(claimer); ok {
		return shared.Claim(f.place.Bucket, f.key(layout.BackupObject))
	}
	return func() {}, nil
}

// order is the order in which files become visible.
func (f *BackupFolder) order() []layout.FileKind {
	return append(slices.Clone(f.staged), layout.Tarball, layout.BackupObject)
}

func (f *BackupFolder) keys(kinds []layout.FileKind) (keys []string) {
	for _, kind := range kinds {
		keys = append(keys, f.key(kind))
	}
	return keys
}

func (f *BackupFolder) put(kind layout.FileKind) error {
	file, err := os.Open(f.file(kind))
	if err != nil {
		return err
	}
	defer file.Close()
	return f.place.Store.PutObject(f.place.Bucket, f.key(kind), file)
}

// remove deletes keys of the backup; without velero-backup.json, which goes first, the rest is no backup any more.
func (f *BackupFolder) remove(keys []string) error {
	object := f.key(layout.BackupObject)
	keys = slices.Clone(keys)
	slices.SortStableFunc(keys, func(a, b string) int { return rank(a, object) - rank(b, object) })
	var errs []error
	for _, key := range keys {
		err := f.place.Store.DeleteObject(f.place.Bucket, key)
		if err != nil && key == object {
			return err
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func rank(key, first string) int {
	if key == first {
		return 0
	}
	return 1
}

// Abort removes the temporary folder. After Commit it does nothing.
func (f *BackupFolder) Abort() {
	if f.tar != nil {
		_ = f.tar.Close()
		f.tar = nil
	}
	if f.dir != "" {
		_ = os.RemoveAll(f.dir)
		f.dir = ""
	}
}
