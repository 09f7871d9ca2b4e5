package cmd

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/look/verify"
	"github.com/veltx/veltx/transform/sink"
)

const verifyHelp = `Reads BACKUP to its end and looks for damage: checksums of gzip, JSON, each item against its path and
its copy in the preferred version; and in a backup's folder velero-backup.json, the resource list,
the volumes and every other file. With --store and no name, all backups in the store.

--write-checksums notes the SHA-256 of each entry, as sha256sum does; --check holds the entries
against such a file.

Exit codes: 0 nothing found, 1 an error, 2 wrong usage, 3 damage found.`

// NewVerify returns the command that looks for damage.
func NewVerify(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		sums   checksumFlags
		output outputFlags
		look   screenFlags
	)
	c := &cobra.Command{
		Use:   "verify BACKUP",
		Short: "Look for damage in a backup",
		Long:  verifyHelp,
		Example: `  veltx verify nightly.tar.gz
  veltx verify nightly --store bucket --write-checksums nightly.sha256
  veltx verify --store bucket -o json`,
		Args: func(c *cobra.Command, args []string) error {
			if err := wantFile("write-checksums", sums.write); err != nil {
				return err
			}
			if from.store.dir != "" && len(args) == 0 && !from.sample {
				return sums.checkSingle()
			}
			return from.arguments(c, args)
		},
		RunE: func(c *cobra.Command, args []string) error {
			work := newProgress(look.progress.value, streams.Err, output.quiet)
			from.tell = work.counting()
			v := &verification{from: &from, streams: streams, sums: &sums}
			err := v.run(c.Context(), args)
			work.end()
			if err != nil {
				return err
			}
			if err := render.WriteVerification(streams.Out, output.format.value, v.reports, output.coloured(streams)); err != nil {
				return err
			}
			if v.findings > 0 {
				return errFindings
			}
			return nil
		},
	}
	from.bind(c.Flags())
	sums.bind(c.Flags())
	output.bind(c.Flags(), []string{render.Table, render.JSON})
	look.bindProgress(c.Flags())
	return c
}

// checksumFlags say what happens to checksums.
type checksumFlags struct {
	write, check string
	force        bool
}

func (f *checksumFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.write, "write-checksums", "", "write the SHA-256 of each entry to `FILE`")
	flags.StringVar(&f.check, "check", "", "hold the entries against the checksums in `FILE`")
	flags.BoolVar(&f.force, "force", false, "replace the file of --write-checksums")
}

func (f *checksumFlags) checkSingle() error {
	if f.write != "" || f.check != "" {
		return wrongUsage("checksums are those of one backup: name it")
	}
	return nil
}

// verification looks at one backup, or at all of a store.
type verification struct {
	from     *sourceFlags
	sums     *checksumFlags
	streams  Streams
	reports  []*verify.Report
	findings int
}

func (v *verification) run(ctx context.Context, args []string) error {
	if v.from.store.dir != "" && len(args) == 0 {
		return v.runStore(ctx)
	}
	name := ""
	if v.from.store.dir != "" {
		name = args[0]
	}
	located, err := v.from.store.locate(args)
	if err != nil {
		return err
	}
	path, b, err := v.from.find(located)
	if err != nil {
		return err
	}
	return errors.Join(v.runOne(ctx, path, b.label, name), b.cleanup())
}

func (v *verification) runStore(ctx context.Context) (err error) {
	s, err := store.OpenFileSystem(v.from.store.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	names, err := store.Backups(s, store.NoBucket, v.from.store.prefix)
	if err != nil {
		return err
	}
	for _, name := range names {
		path, err := v.from.store.folder(name)
		if err != nil {
			return err
		}
		if err := v.runOne(ctx, path, path, name); err != nil {
			return err
		}
	}
	return nil
}

// runOne looks at one backup. The checksums of one that cannot be read to its end are not kept.
func (v *verification) runOne(ctx context.Context, path, label, name string) error {
	o := verify.Options{Open: v.from.reading(v.streams), Name: name}
	if v.sums.check != "" {
		sums, err := verify.ReadChecksums(v.sums.check)
		if err != nil {
			return err
		}
		o.Check = sums
	}
	if v.sums.write == "" {
		return v.look(ctx, path, label, o)
	}
	file, err := sink.CreateFile(v.sums.write, sink.FileOptions{Replace: v.sums.force})
	if err != nil {
		return err
	}
	defer file.Abort()
	written := &counted{out: file}
	o.Write = written
	if err := v.look(ctx, path, label, o); err != nil {
		return err
	}
	if written.bytes == 0 {
		v.streams.say("veltx: " + v.sums.write + ": not written, as the archive cannot be read to its end")
		return nil
	}
	return file.Commit()
}

func (v *verification) look(ctx context.Context, path, label string, o verify.Options) error {
	r, err := verify.Backup(ctx, path, o)
	if err != nil {
		return err
	}
	r.Source = label
	v.reports = append(v.reports, r)
	v.findings += len(r.Findings)
	return nil
}

// counted is a writer that knows whether anything was written.
type counted struct {
	out   io.Writer
	bytes int
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.out.Write(p)
	c.bytes += n
	return n, err
}
