package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/sample"
	"github.com/veltx/veltx/tarball"
)

// standard is the file name that means standard input or output.
const standard = "-"

// samplePath stands for the sample where a path would be; no file can have it.
const samplePath = "\x00"

// sourceFlags are how to read a backup, the same in every command.
type sourceFlags struct {
	store        storeFlags
	sample       bool
	maxEntrySize byteSize
	maxTotalSize byteSize
	maxEntries   int64
	tempDir      string
	manifests    manifestFlags
}

func (f *sourceFlags) bind(flags *pflag.FlagSet) {
	f.maxEntrySize.bytes, f.maxTotalSize.bytes = tarball.DefaultEntryBytes, tarball.DefaultTotalBytes
	f.store.bind(flags)
	flags.BoolVar(&f.sample, "sample", false, "read the built-in sample backup instead of BACKUP")
	flags.Var(&f.maxEntrySize, "max-entry-size", "refuse a backup with a larger entry")
	flags.Var(&f.maxTotalSize, "max-total-size", "refuse a backup that is larger unpacked")
	flags.Int64Var(&f.maxEntries, "max-entries", tarball.DefaultEntries, "refuse a backup with more entries")
	flags.StringVar(&f.tempDir, "temp-dir", "", "where temporary files go (default: the system's folder for them)")
}

// arguments checks that there is one backup: named, or the sample.
func (f *sourceFlags) arguments(_ *cobra.Command, args []string) error {
	switch {
	case f.maxEntries < 1:
		return f.limits()
	case f.sample && f.store.dir != "":
		return wrongUsage("--sample is in no store: give --sample or --store")
	case f.sample && len(args) > 0:
		return wrongUsage("--sample takes the place of BACKUP %q: give only one of them", args[0])
	case !f.sample && len(args) == 0 && f.store.dir != "":
		return wrongUsage("BACKUP is missing: name one in the store; veltx backups --store %s lists them", f.store.dir)
	case !f.sample && len(args) == 0:
		return wrongUsage("BACKUP is missing: name a backup, - for standard input, or try --sample")
	case len(args) > 1:
		return wrongUsage("unexpected argument %q after BACKUP", args[1])
	}
	return nil
}

// limits checks the limits of what is read.
func (f *sourceFlags) limits() error {
	if f.maxEntries < 1 {
		return wrongUsage("--max-entries: %d is no limit: give 1 or more", f.maxEntries)
	}
	return nil
}

// opened is an opened backup and how the user knows it.
type opened struct {
	*tarball.Source
	label   string // as the user named it
	cleanup func() error
}

// find says where the backup is that the arguments name: a path, - for standard input, or samplePath.
func (f *sourceFlags) find(args []string) (string, error) {
	if f.sample {
		return samplePath, nil
	}
	return f.store.find(args[0])
}

// argumentOf is what names the backup at a path on a command line.
func argumentOf(path string) string {
	if path == samplePath {
		return "--sample"
	}
	return path
}

// open opens the backup at a path that was found; the caller closes it.
func (f *sourceFlags) open(ctx context.Context, streams Streams, path string, work *progress) (*opened, error) {
	b, path, err := f.prepare(ctx, path)
	if err != nil {
		return nil, err
	}
	b.Source, err = tarball.Open(ctx, path, f.reading(streams, work))
	if err != nil {
		return nil, errors.Join(noBackup(path, err), b.cleanup())
	}
	return b, nil
}

// prepare is a backup that is not opened yet; it makes the sample if that is meant. An interrupt removes the sample at once:
// what is open can still be read, and the work may have no time left to remove it.
func (f *sourceFlags) prepare(ctx context.Context, path string) (*opened, string, error) {
	b := &opened{label: f.store.remote.called(path), cleanup: func() error { return nil }}
	switch path {
	case samplePath:
		folder, err := sample.Write(f.tempDir)
		if err != nil {
			return nil, "", err
		}
		stop := context.AfterFunc(ctx, func() { _ = folder.Remove() })
		b.label, b.cleanup = "the built-in sample", func() error { stop(); return folder.Remove() }
		return b, folder.Path, nil
	case standard:
		b.label = "standard input"
	}
	return b, path, nil
}

// reading says how the backup is read.
func (f *sourceFlags) reading(streams Streams, work *progress) tarball.Options {
	return tarball.Options{
		Limits:  tarball.Limits{EntryBytes: f.maxEntrySize.bytes, TotalBytes: f.maxTotalSize.bytes, Entries: f.maxEntries},
		TempDir: f.tempDir, Stdin: streams.In, Progress: work.telling(),
	}
}

// Close closes the backup and removes what was made for it.
func (b *opened) Close() error { return errors.Join(b.Source.Close(), b.cleanup()) }
