package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/backup"
)

const backupHelp = `Writes a backup of SOURCE that Velero restores, with what velero backup create with the same filters would
put into it. See veltx backup-preview for what that is, and why.
` + sourceHelp + `
OUT is a .tar.gz, or - for standard output. With --to-store OUT is a store (a copy of Velero's object
storage), and gets a whole backup: the archive, velero-backup.json and, of a SOURCE that is a backup's
folder, its other files as far as they belong to what is backed up, so that a restore finds the data
of its volumes. No data of volumes are copied, and no snapshots taken.

Items of a backup keep their bytes unless an action changes them; equal sources and filters give equal
bytes. Nothing shows under the name OUT before all of it is written.
` + exitCodesWithFindings

// NewBackup returns the command that writes a backup.
func NewBackup(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		what   backupFlags
		into   backupOutFlags
		output outputFlags
		look   screenFlags
	)
	c := &cobra.Command{
		Use:   "backup SOURCE -o OUT",
		Short: "Write a backup of a part of another, or of manifests",
		Long:  backupHelp,
		Example: `  veltx backup nightly.tar.gz -o shop.tar.gz --include-namespaces shop
  veltx backup manifests/ -o shop.tar.gz --include-cluster-resources
  veltx backup nightly --store bucket -o bucket --to-store --backup-name shop --include-namespaces shop`,
		Args: from.clusterArguments,
		RunE: func(c *cobra.Command, args []string) error {
			args, err := from.store.locate(args)
			if err != nil {
				return err
			}
			if err := into.check(streams, args); err != nil {
				return err
			}
			options, err := what.options(c.Flags())
			if err != nil {
				return err
			}
			work := newProgress(look.progress.value, streams.Err, output.quiet)
			defer work.end()
			return backUp(c.Context(), streams, &from, &what, &into, &output, work, args, options)
		},
	}
	from.bind(c.Flags())
	what.bind(c.Flags())
	into.bind(c.Flags())
	output.bindTalk(c.Flags())
	look.bindProgress(c.Flags())
	return c
}

func backUp(ctx context.Context, streams Streams, from *sourceFlags, what *backupFlags, into *backupOutFlags, output *outputFlags,
	work *progress, args []string, o *backup.Options) (err error) {
	place, err := into.create(streams, args)
	if err != nil {
		return err
	}
	defer place.Abort()
	from.tell = work.counting()
	source, err := from.openCluster(ctx, streams, args, o)
	if err != nil {
		return err
	}
	findings := render.NewFindings()
	summary, err := place.write(ctx, source, o, work.backingUp(source.Len(), what.verdict.judge.Watch(findings)))
	work.end()
	if err := errors.Join(err, source.Close()); err != nil {
		return err
	}
	what.verdict.judge.Conclude(summary)
	if err := place.Commit(); err != nil {
		return err
	}
	if !output.quiet {
		coloured := render.Colour(output.color.value).On(isTerminal(streams.Err))
		err = findings.Write(streams.Err, summary, coloured)
		streams.say("veltx: wrote " + into.out + "; " + render.SummaryLine(summary))
	}
	return errors.Join(err, what.verdict.settle(streams))
}
