package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/rewrite"
	"github.com/veltx/veltx/transform/sink"
)

// storePlace is a whole backup in a store. Its folder is made once the backup's name is known.
type storePlace struct {
	store   *store.FileSystem
	flags   *outFlags
	options rewrite.BackupOptions
	folder  *sink.BackupFolder
}

func (f *outFlags) createStorePlace() (place, error) {
	s, err := store.OpenFileSystem(f.out)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: make the folder first", err)
	}
	if err != nil {
		return nil, err
	}
	packed := rewrite.ArchiveOptions{Level: f.level, Workers: f.parallel}
	return &storePlace{store: s, flags: f, options: rewrite.BackupOptions{ArchiveOptions: packed, Now: time.Now()}}, nil
}

func (p *storePlace) write(ctx context.Context, src *opened, o *restore.Options, _ bool, items report.Sink) (*report.Summary, error) {
	name, err := p.name(src)
	if err != nil {
		return nil, err
	}
	if err := p.apartFrom(src, name); err != nil {
		return nil, err
	}
	at := sink.Place{Store: p.store, Prefix: p.flags.toPrefix, Name: name}
	if p.folder, err = sink.CreateBackupFolder(at, p.flags.force, p.flags.tempDir); err != nil {
		return nil, err
	}
	p.options.SameStore = p.isStoreOf(src)
	return rewrite.Backup(ctx, src.Source, o, p.folder, p.options, items)
}

// isStoreOf says whether the backup that is read stands in the same store, under the same prefix.
func (p *storePlace) isStoreOf(src *opened) bool {
	dir, _ := src.Folder()
	path, err := p.store.Path(store.NoBucket, layout.BackupKey(p.flags.toPrefix, "x", layout.BackupObject))
	if dir == "" || err != nil {
		return false
	}
	there, err := os.Stat(filepath.Dir(filepath.Dir(path)))
	if err != nil {
		return false
	}
	parent, err := os.Stat(filepath.Join(dir, ".."))
	return err == nil && os.SameFile(there, parent)
}

func (p *storePlace) wrote(s *report.Summary) string {
	return "backup " + p.folder.Name() + ", " + render.Items(s.Items)
}

func (p *storePlace) preview() string {
	command := "veltx restore-preview " + p.folder.Name() + " --store " + p.flags.out
	if p.flags.toPrefix != "" {
		command += " --prefix " + p.flags.toPrefix
	}
	return command
}

// name is what the backup is to be called.
func (p *storePlace) name(src *opened) (string, error) {
	switch {
	case p.flags.backupName != "":
		return p.flags.backupName, nil
	case src.Path() == "":
		return "", wrongUsage("standard input has no name: give --backup-name")
	}
	return src.Name(), nil
}

// apartFrom refuses to replace the backup that is read.
func (p *storePlace) apartFrom(src *opened, name string) error {
	dir, _ := src.Folder()
	if dir == "" {
		dir = filepath.Dir(src.Path())
	}
	path, err := p.store.Path(store.NoBucket, layout.BackupKey(p.flags.toPrefix, name, layout.BackupObject))
	if err != nil {
		return err
	}
	there, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return nil // nothing is there
	}
	input, err := os.Stat(dir)
	if err == nil && os.SameFile(there, input) {
		return fmt.Errorf("backup %s: the output is the input: choose another name with --backup-name", name)
	}
	return nil
}

// Commit implements place.
func (p *storePlace) Commit() error {
	return errors.Join(p.folder.Commit(), p.store.Close())
}

// Abort implements place.
func (p *storePlace) Abort() {
	if p.folder != nil {
		p.folder.Abort()
	}
	_ = p.store.Close()
}
