package cmd

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
)

// NewBackup returns the command that writes a backup.
func NewBackup(streams Streams) *cobra.Command {
	var b backupCommand
	c := newCommand("backup")
	c.Args = b.from.clusterArguments
	c.RunE = func(c *cobra.Command, args []string) error { return b.run(c, streams, args) }
	b.from.bind(c.Flags())
	b.from.bindManifests(c.Flags(), "n")
	b.what.bind(c.Flags())
	b.into.bind(c.Flags(), outWords{
		out:   "`OUT`: a .tar.gz, - for standard output, or with --to-store a store",
		force: "replace OUT if it is a file, or the backup of that name in the store, and the file of --write-baseline",
		name:  "name of the backup in the store OUT (default: that of SOURCE)",
		level: "of the archive: 1 is fastest, 9 is smallest",
	})
	b.into.from = &b.from.store
	b.judge.bind(c.Flags())
	b.output.bindColor(c.Flags())
	b.output.bindWork(c.Flags())
	return c
}

// backupCommand are the flags of backup.
type backupCommand struct {
	from   sourceFlags
	what   backupFlags
	into   outFlags
	judge  verdictFlags
	output outputFlags
}

func (b *backupCommand) run(c *cobra.Command, streams Streams, args []string) error {
	path, err := b.from.find(args)
	if err != nil {
		return err
	}
	if err := checkBackupOut(streams, &b.into, path); err != nil {
		return err
	}
	options, err := b.what.options(c.Flags())
	if err != nil {
		return err
	}
	if err := b.judge.load(); err != nil {
		return err
	}
	to, err := b.into.create(streams, path, b.from.tempDir)
	if err != nil {
		return err
	}
	defer to.Abort()
	s := b.output.begin(streams)
	defer s.abandon()
	return b.write(c.Context(), s, path, options, to)
}

func checkBackupOut(streams Streams, into *outFlags, path string) error {
	if err := into.check(streams, "a .tar.gz, - for standard output, or a store with --to-store"); err != nil || into.toStore {
		return err
	}
	return apart(into.out, path)
}

// write writes a backup of the source at a path to its place, and tells what was found.
func (b *backupCommand) write(ctx context.Context, s *session, path string, o *backup.Options, to place) (err error) {
	endPlugins, err := b.what.plugins.startBackup(ctx, s, o, b.from.tempDir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, endPlugins()) }()
	findings := render.NewFindings()
	summary, err := withCluster(ctx, s, &b.from, path, o, func(source *clusterSource) (*report.Summary, error) {
		if err := b.from.manifests.wanted(source); err != nil {
			return nil, err
		}
		o.RedactionKey = source.redactionKey
		return to.backup(ctx, source, o, s.work.backingUp(source.Len(), b.judge.judge.Watch(findings)))
	})
	if err != nil {
		return err
	}
	b.judge.judge.Conclude(summary)
	if err := to.Commit(); err != nil {
		return err
	}
	err = s.wrote(b.into.out+"; "+render.SummaryLine(summary), func(err io.Writer, style render.Style) error {
		return findings.Write(err, summary, style)
	})
	return errors.Join(err, b.judge.settle(s))
}
