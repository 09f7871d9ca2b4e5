package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/rewrite"
	"github.com/veltx/veltx/transform/sink"
)

// storePlace is a whole backup in a store. Its folder is made once the backup's name is known.
type storePlace struct {
	store   store.ObjectStore
	bucket  string
	files   *store.FileSystem // nil behind a plugin
	flags   *outFlags
	tempDir string
	folder  *sink.BackupFolder
}

func (p *storePlace) transform(ctx context.Context, src *opened, o *restore.Options, items report.Sink) (*report.Summary, error) {
	if p.flags.backupName == "" && src.Path() == "" {
		return nil, errNameless
	}
	if err := p.begin(cmp.Or(p.flags.backupName, src.Name()), src); err != nil {
		return nil, err
	}
	written := rewrite.BackupOptions{ArchiveOptions: p.flags.packed(), Now: time.Now(), SameStore: p.isStoreOf(src)}
	return rewrite.Backup(ctx, src.Source, o, p.folder, written, items)
}

func (p *storePlace) backup(ctx context.Context, source *clusterSource, o *backup.Options, items report.Sink) (*report.Summary, error) {
	if p.flags.backupName == "" && source.label == "standard input" {
		return nil, errNameless
	}
	o.Name = cmp.Or(p.flags.backupName, source.name)
	if err := p.begin(o.Name, source.from); err != nil {
		return nil, err
	}
	if !source.HasTime() {
		source.SetTime(time.Now())
	}
	var original *tarball.Source
	if source.from != nil {
		original = source.from.Source
	}
	written := backup.FolderOptions{Pack: pack.Options{Level: p.flags.level, Workers: p.flags.parallel}, Now: time.Now()}
	return backup.Make(ctx, original, source.Source, o, p.folder, written, items)
}

// errNameless asks for the name of what has none.
var errNameless = wrongUsage("standard input has no name: give --backup-name")

// begin makes the folder, which must not be that of the backup that is read; src is nil for manifests.
func (p *storePlace) begin(name string, src *opened) (err error) {
	if src != nil {
		if err := p.apart(src, name); err != nil {
			return err
		}
	}
	at := sink.Place{Store: p.store, Bucket: p.bucket, Prefix: p.flags.toPrefix, Name: name}
	p.folder, err = sink.CreateBackupFolder(at, p.flags.force, p.tempDir)
	return err
}

// isStoreOf says whether the backup that is read stands in the same store, under the same prefix.
func (p *storePlace) isStoreOf(src *opened) bool {
	if p.files == nil {
		return p.readsHere()
	}
	dir, _ := src.Folder()
	path, err := p.files.Path(store.NoBucket, layout.BackupKey(p.flags.toPrefix, "x", layout.BackupObject))
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

// readsHere says that the backup is read from this place behind a plugin.
func (p *storePlace) readsHere() bool {
	from := p.flags.from
	return p.flags.remote.same(&from.remote) && layout.BackupsPrefix(from.prefix) == layout.BackupsPrefix(p.flags.toPrefix)
}

func (p *storePlace) wrote(s *report.Summary) string {
	return "backup " + p.folder.Name() + ", " + render.Count(s.Items, "item")
}

func (p *storePlace) preview() string {
	if p.files == nil {
		return "" // it would repeat the whole line
	}
	command := "veltx restore-preview " + p.folder.Name() + " --store " + p.flags.out
	if p.flags.toPrefix != "" {
		command += " --prefix " + p.flags.toPrefix
	}
	return command
}

// apart refuses to replace the backup that is read.
func (p *storePlace) apart(src *opened, name string) error {
	dir, _ := src.Folder()
	if p.files == nil {
		if p.readsHere() && filepath.Base(dir) == name {
			return errSameBackup(name)
		}
		return nil
	}
	if dir == "" {
		dir = filepath.Dir(src.Path())
	}
	path, err := p.files.Path(store.NoBucket, layout.BackupKey(p.flags.toPrefix, name, layout.BackupObject))
	if err != nil {
		return err
	}
	there, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return nil // nothing is there
	}
	input, err := os.Stat(dir)
	if err == nil && os.SameFile(there, input) {
		return errSameBackup(name)
	}
	return nil
}

// Commit implements ended.
func (p *storePlace) Commit() error {
	return errors.Join(p.folder.Commit(), p.close())
}

// Abort implements ended.
func (p *storePlace) Abort() {
	if p.folder != nil {
		p.folder.Abort()
	}
	_ = p.close()
}

// close closes a folder. What is behind a plugin is open as long as the command runs.
func (p *storePlace) close() error {
	if p.files == nil {
		return nil
	}
	return p.files.Close()
}

func errSameBackup(name string) error {
	return fmt.Errorf("backup %s: the output is the input: choose another name with --backup-name", name)
}
