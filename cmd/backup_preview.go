package cmd

import (
	"cmp"
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
)

// NewBackupPreview returns the command that shows the plan of a backup.
func NewBackupPreview(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		what   backupFlags
		judge  verdictFlags
		show   findingFlags
		output outputFlags
		beside reportFlags
		line   backupLine
	)
	c := newCommand("backup-preview")
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		args, err = line.arguments(c, args, &from)
		if err != nil {
			return err
		}
		path, err := from.find(args)
		if err != nil {
			return err
		}
		options, err := what.options(c.Flags())
		if err != nil {
			return err
		}
		line.overrule(options)
		if err := judge.load(); err != nil {
			return err
		}
		also, err := beside.create(render.BackupPreviewFormats)
		if err != nil {
			return err
		}
		defer also.abort()
		s := output.begin(streams)
		defer s.abandon()
		if note := line.note(); note != "" {
			s.note(note)
		}
		endPlugins, err := what.plugins.startBackup(c.Context(), s, options, from.tempDir)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, endPlugins()) }()
		summary, err := withCluster(c.Context(), s, &from, path, options, func(source *clusterSource) (*report.Summary, error) {
			if err := from.manifests.wanted(source); err != nil {
				return nil, err
			}
			return s.previewBackup(c.Context(), source, options, &judge, also, show.notes)
		})
		if err != nil {
			return err
		}
		if output.format.value != render.Table {
			s.note("veltx: " + render.SummaryLine(summary))
		}
		return judge.settle(s)
	}
	from.bind(c.Flags())
	from.bindManifests(c.Flags(), "")
	line.bind(c.Flags())
	what.bind(c.Flags())
	judge.bind(c.Flags())
	show.bindNotes(c.Flags())
	beside.bind(c.Flags())
	output.bindResult(c.Flags(), render.BackupPreviewFormats)
	return c
}

// previewBackup plans the backup and renders it as it goes.
func (s *session) previewBackup(ctx context.Context, source *clusterSource, o *backup.Options, judge *verdictFlags, also reports, notes bool) (*report.Summary, error) {
	o.Name, o.RedactionKey = cmp.Or(o.Name, source.name), source.redactionKey
	about := aboutBackup(source, o)
	about.Notes, about.TempDir, about.Fails = notes, o.TempDir, judge.judge.Policy.Fails
	plan, err := render.NewPreview(s.output.format.value, s.screen, about, s.output.style(s.streams))
	if err != nil {
		return nil, err
	}
	all, err := also.with(plan, about)
	if err != nil {
		return nil, err
	}
	defer func() { _ = all.Close() }() // temporary files
	summary, err := backup.Plan(ctx, source.Source, o, judge.judge.Watch(all))
	if err != nil {
		return nil, err
	}
	judge.judge.Conclude(summary)
	return summary, errors.Join(all.Finish(summary), also.commit())
}

func aboutBackup(source *clusterSource, o *backup.Options) *render.About {
	made := &velero.Backup{Spec: o.Spec}
	made.Name = o.Name
	return &render.About{
		Source: source.label, Format: source.format, Backup: made, VeleroVersion: o.Profile.Minor(), Release: o.Profile.Release(), Unreleased: unreleased(o.Profile),
		Features: o.Features, Program: about().Version,
	}
}
