package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
)

// backupOutFlags say where a backup goes.
type backupOutFlags struct {
	out             string
	force           bool
	level, parallel int
	toStore         bool
	toPrefix        string
	backupName      string
}

func (f *backupOutFlags) bind(flags *pflag.FlagSet) {
	flags.StringVarP(&f.out, "output", "o", "", "`OUT`: a .tar.gz, - for standard output, or with --to-store a store")
	flags.BoolVar(&f.force, "force", false, "replace OUT if it is a file, or the backup of that name in the store")
	flags.BoolVar(&f.toStore, "to-store", false, "OUT is a store: write a whole backup into it")
	flags.StringVar(&f.toPrefix, "to-prefix", "", "prefix of the backups in the store OUT")
	flags.StringVar(&f.backupName, "backup-name", "", "name of the backup in the store OUT (default: that of SOURCE)")
	flags.IntVar(&f.level, "compression-level", 3, "of the archive: 1 is fastest, 9 is smallest")
	flags.IntVar(&f.parallel, "parallel", 0, "number of workers (default: one for each core)")
}

// check checks everything that can be checked before the source is opened.
func (f *backupOutFlags) check(streams Streams, args []string) error {
	switch {
	case f.out == "":
		return wrongUsage("-o OUT is missing: name a .tar.gz, - for standard output, or a store with --to-store")
	case f.level < 1 || f.level > 9:
		return wrongUsage("--compression-level: %d is not between 1 and 9", f.level)
	case f.parallel < 0:
		return wrongUsage("--parallel: %d is less than 0", f.parallel)
	case !f.toStore && (f.backupName != "" || f.toPrefix != ""):
		return wrongUsage("--backup-name and --to-prefix are for a backup in a store: give --to-store as well")
	case f.toStore && f.out == standard:
		return wrongUsage("-o -: a store is a folder, and not standard output")
	case f.out == standard && isTerminal(streams.Out):
		return errors.New("the archive would go to the terminal: redirect standard output, or name a file with -o")
	}
	if f.toStore {
		return nil
	}
	return (&outFlags{out: f.out}).apartFrom(args)
}

// backupPlace is where a backup goes. It shows only after Commit.
type backupPlace interface {
	write(ctx context.Context, source *clusterSource, o *backup.Options, items report.Sink) (*report.Summary, error)
	Commit() error
	Abort()
}

// create prepares OUT before the source is opened, so that one that cannot be used ends the run at once.
func (f *backupOutFlags) create(streams Streams, args []string) (backupPlace, error) {
	if f.toStore {
		return f.openStore()
	}
	file, err := createArchive(streams, f.out, f.force, args)
	if err != nil {
		return nil, err
	}
	return &backupArchive{file, f}, nil
}

// backupArchive is an archive alone.
type backupArchive struct {
	archiveOutput
	flags *backupOutFlags
}

func (p *backupArchive) write(ctx context.Context, source *clusterSource, o *backup.Options, items report.Sink) (*report.Summary, error) {
	o.Name = source.name
	return backup.Write(ctx, source.Source, o, pack.New(p.archiveOutput, nil, pack.Options{Level: p.flags.level, Workers: p.flags.parallel}), items)
}

// storedBackup is a whole backup in a store. Its folder is made once the backup's name is known.
type storedBackup struct {
	store  *store.FileSystem
	flags  *backupOutFlags
	folder *sink.BackupFolder
}

func (f *backupOutFlags) openStore() (backupPlace, error) {
	s, err := store.OpenFileSystem(f.out)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: make the folder first", err)
	}
	if err != nil {
		return nil, err
	}
	return &storedBackup{store: s, flags: f}, nil
}

func (p *storedBackup) write(ctx context.Context, source *clusterSource, o *backup.Options, items report.Sink) (*report.Summary, error) {
	o.Name = p.flags.backupName
	if o.Name == "" {
		if source.label == "standard input" {
			return nil, wrongUsage("standard input has no name: give --backup-name")
		}
		o.Name = source.name
	}
	var original *tarball.Source
	if source.from != nil {
		original = source.from.Source
		at := &storePlace{store: p.store, flags: &outFlags{toPrefix: p.flags.toPrefix}}
		if err := at.apartFrom(source.from, o.Name); err != nil {
			return nil, err
		}
	}
	if !source.HasTime() {
		source.SetTime(time.Now())
	}
	var err error
	at := sink.Place{Store: p.store, Prefix: p.flags.toPrefix, Name: o.Name}
	if p.folder, err = sink.CreateBackupFolder(at, p.flags.force, o.TempDir); err != nil {
		return nil, err
	}
	how := backup.FolderOptions{Pack: pack.Options{Level: p.flags.level, Workers: p.flags.parallel}, Now: time.Now()}
	return backup.Make(ctx, original, source.Source, o, p.folder, how, items)
}

// Commit implements backupPlace.
func (p *storedBackup) Commit() error { return errors.Join(p.folder.Commit(), p.store.Close()) }

// Abort implements backupPlace.
func (p *storedBackup) Abort() {
	if p.folder != nil {
		p.folder.Abort()
	}
	_ = p.store.Close()
}
