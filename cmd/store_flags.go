package cmd

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
)

// storeFlags say in which store a backup is known by its name: a folder with the layout of Velero's object storage.
type storeFlags struct {
	dir    string
	prefix string
	remote remoteFlags
}

func (f *storeFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.dir, "store", "", "`DIR` with a copy of Velero's object storage, or plugin:NAME; BACKUP is then a backup's name")
	flags.StringVar(&f.prefix, "prefix", "", "prefix of the backups in the store, as in the BackupStorageLocation")
	f.remote.bind(flags, "store", "store")
}

// open opens the store for some work.
func (f *storeFlags) open(work func(*location) error) error {
	at, err := f.location()
	if err != nil {
		return err
	}
	return errors.Join(work(at), at.close())
}

// location opens the store. One behind a plugin was opened before the command began; a completion opens none.
func (f *storeFlags) location() (*location, error) {
	switch {
	case f.remote.store != nil:
		return &location{ObjectStore: f.remote.store, bucket: f.remote.bucket, prefix: f.prefix, remote: &f.remote}, nil
	case strings.HasPrefix(f.dir, behindPlugin):
		return nil, fmt.Errorf("%s: is not open", f.dir)
	}
	files, err := store.OpenFileSystem(f.dir)
	if err != nil {
		return nil, err
	}
	return &location{ObjectStore: files, bucket: store.NoBucket, prefix: f.prefix, files: files}, nil
}

// folder is the folder of the backup with this name.
func (f *storeFlags) folder(name string) (folder string, err error) {
	err = f.open(func(at *location) error {
		there, err := at.ObjectExists(at.bucket, layout.BackupKey(f.prefix, name, layout.BackupObject))
		if err != nil {
			return err
		}
		if !there {
			return f.unknown(at, name)
		}
		folder, _, err = at.folder(name)
		return err
	})
	return folder, err
}

// unknown is the error for a name that no backup has, with those that there are.
func (f *storeFlags) unknown(at *location, name string) error {
	const few = 10
	names, err := store.Backups(at, at.bucket, f.prefix)
	switch {
	case err != nil:
		return err
	case len(names) == 0:
		return fmt.Errorf("%s: %s", f.dir, f.empty())
	case len(names) > few:
		return fmt.Errorf("%s: the store has no backup %s%s; veltx backups --store %s lists them", f.dir, name, meant(layout.Nearest(name, names)), f.dir)
	}
	return fmt.Errorf("%s: the store has no backup %s, only %s", f.dir, name, strings.Join(names, ", "))
}

// isPart says that the folder is a part of a store, where the store is wanted.
func (f *storeFlags) isPart() bool {
	return isFolderOfBackups(f.dir) || onDisk(filepath.Join(f.dir, "velero-backup.json"))
}

// empty says why a store may have no backups.
func (f *storeFlags) empty() string {
	if onDisk(filepath.Join(f.dir, "velero-backup.json")) {
		return "is the folder of one backup: leave --store out and name the folder, or give the store that has it"
	}
	if isFolderOfBackups(f.dir) {
		return "is the folder of backups in a store: give the store itself, --store " + filepath.Dir(filepath.Clean(f.dir))
	}
	return "the store has no backups under " + layout.BackupsPrefix(f.prefix) + ": is --prefix right?"
}

// find is the path of a backup: of its folder where the name is one in a store.
func (f *storeFlags) find(name string) (string, error) {
	if f.dir == "" {
		return name, nil
	}
	return f.folder(name)
}
