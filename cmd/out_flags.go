package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/rewrite"
)

// outFlags say where transform and backup write to: an archive, a backup in a store, or whatever else the command has.
type outFlags struct {
	out             string
	force           bool
	level, parallel int
	toStore         bool
	toPrefix        string
	backupName      string
	remote          remoteFlags
	from            *storeFlags // where the backup is read
}

// outWords are the help texts of flags that are not the same for each command.
type outWords struct{ out, force, name, level string }

func (f *outFlags) bind(flags *pflag.FlagSet, words outWords) {
	flags.StringVarP(&f.out, "output", "o", "", words.out)
	flags.BoolVar(&f.force, "force", false, words.force)
	flags.BoolVar(&f.toStore, "to-store", false, "OUT is a store: write a whole backup into it")
	flags.StringVar(&f.toPrefix, "to-prefix", "", "prefix of the backups in the store OUT")
	f.remote.bind(flags, "output", "to")
	flags.StringVar(&f.backupName, "backup-name", "", words.name)
	flags.IntVar(&f.level, "compression-level", 3, words.level)
	flags.IntVar(&f.parallel, "parallel", 0, "number of workers (default: one for each core)")
}

// check checks everything that can be checked before the source is opened; kinds is what OUT may be.
func (f *outFlags) check(streams Streams, kinds string) error {
	switch {
	case f.out == "":
		return wrongUsage("-o OUT is missing: name %s", kinds)
	case f.level < 1 || f.level > 9:
		return wrongUsage("--compression-level: %d is not between 1 and 9", f.level)
	case f.parallel < 0:
		return wrongUsage("--parallel: %d is less than 0", f.parallel)
	case strings.HasPrefix(f.out, behindPlugin) && !f.toStore:
		return wrongUsage("-o %s is a store: give --to-store as well", f.out)
	case f.toStore && f.out == standard:
		return wrongUsage("-o -: a store is a folder, and not standard output")
	}
	if packed := foreignArchive(f.out); packed != "" && !f.toStore {
		return wrongUsage("-o %s: veltx writes no %s: name %s", f.out, packed, kinds)
	}
	return noTerminal(streams, f.out)
}

func (f *outFlags) packed() rewrite.ArchiveOptions {
	return rewrite.ArchiveOptions{Level: f.level, Workers: f.parallel}
}

// isArchive tells by its name what OUT is to be.
func (f *outFlags) isArchive() bool {
	name := strings.ToLower(f.out)
	return name == standard || strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
}

// foreignArchive is the ending of a name that says what veltx does not write, "" for none.
func foreignArchive(name string) string {
	for _, ending := range []string{".tar", ".zip", ".gz", ".bz2", ".xz", ".zst", ".7z", ".rar", ".yaml", ".yml", ".json"} {
		lower := strings.ToLower(name)
		if strings.HasSuffix(lower, ending) && !strings.HasSuffix(lower, ".tar.gz") {
			return ending
		}
	}
	return ""
}

// create prepares OUT before the source at a path is opened, so that one that cannot be used ends the run at once.
func (f *outFlags) create(streams Streams, path, tempDir string) (place, error) {
	if f.toStore {
		return f.openStore(tempDir)
	}
	archive, err := createArchive(streams, f.out, f.force, path)
	if err != nil {
		return nil, err
	}
	return &archivePlace{archive, f}, nil
}

func (f *outFlags) openStore(tempDir string) (place, error) {
	if f.remote.store != nil {
		return &storePlace{store: f.remote.store, bucket: f.remote.bucket, flags: f, tempDir: tempDir}, nil
	}
	s, err := store.OpenFileSystem(f.out)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: make the folder first", err)
	}
	if err != nil {
		return nil, err
	}
	return &storePlace{store: s, files: s, bucket: store.NoBucket, flags: f, tempDir: tempDir}, nil
}

// apart refuses an output that is the input's folder, or inside it, where it would be read as part of the backup.
func apart(out, path string) error {
	if out == standard {
		return nil
	}
	input, err := os.Stat(path)
	if err != nil || !input.IsDir() {
		return nil // whoever opens the input says what is wrong with it
	}
	dir, err := filepath.Abs(out)
	if err != nil {
		return err
	}
	for {
		if there, err := os.Stat(dir); err == nil && os.SameFile(there, input) {
			return fmt.Errorf("%s: the output is the input, or inside it: name another place", out)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil
		}
		dir = parent
	}
}
