package cmd

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/backup"
)

const sourceHelp = `
SOURCE stands for the cluster: a backup (.tar.gz or .tar, a backup's folder in the object store, a
folder with an unpacked backup), a file or a folder with manifests (YAML or JSON, Lists too, as from
kubectl get -o yaml), or - for either on standard input. Kinds that neither Kubernetes nor a
CustomResourceDefinition of the source describes are namespaced if an object of theirs names a namespace.
`

const backupPreviewHelp = `Shows what velero backup create with the same filters would put into a backup of SOURCE, in Velero's
order, and why each item is in it: selected by the filters, or brought in by an action of another item.
` + sourceHelp + exitCodesWithFindings

// NewBackupPreview returns the command that shows the plan of a backup.
func NewBackupPreview(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		what   backupFlags
		output outputFlags
		look   screenFlags
	)
	c := &cobra.Command{
		Use:   "backup-preview SOURCE",
		Short: "Show what a backup would hold, and why",
		Long:  backupPreviewHelp,
		Example: `  veltx backup-preview nightly.tar.gz --include-namespaces shop
  kubectl get all,cm,sa -A -o yaml | veltx backup-preview - -l app=web -o wide
  veltx backup-preview manifests/ -o name`,
		Args: from.clusterArguments,
		RunE: func(c *cobra.Command, args []string) error {
			args, err := from.store.locate(args)
			if err != nil {
				return err
			}
			options, err := what.options(c.Flags())
			if err != nil {
				return err
			}
			work := newProgress(look.progress.value, streams.Err, output.quiet)
			defer work.end()
			from.tell = work.counting()
			source, err := from.openCluster(c.Context(), streams, args, options)
			if err != nil {
				return err
			}
			work.end()
			options.Name = source.name
			plan, err := render.NewPreview(output.format.value, streams.Out, aboutBackup(source, options), output.coloured(streams))
			if err != nil {
				return errors.Join(err, source.Close())
			}
			summary, err := backup.Plan(c.Context(), source.Source, options, what.verdict.judge.Watch(plan))
			if err := errors.Join(err, source.Close()); err != nil {
				return err
			}
			what.verdict.judge.Conclude(summary)
			if err := plan.Finish(summary); err != nil {
				return err
			}
			if output.format.value != render.Table {
				output.note(streams, "veltx: "+render.SummaryLine(summary))
			}
			return what.verdict.settle(streams)
		},
	}
	from.bind(c.Flags())
	what.bind(c.Flags())
	output.bind(c.Flags(), render.BackupPreviewFormats)
	look.bindProgress(c.Flags())
	return c
}

func aboutBackup(source *clusterSource, o *backup.Options) *render.About {
	made := &velero.Backup{Spec: o.Spec}
	made.Name = o.Name
	return &render.About{
		Source: source.label, Format: source.format, Backup: made, VeleroVersion: string(o.Profile), Release: o.Profile.Release(),
		Features: o.Features,
	}
}
