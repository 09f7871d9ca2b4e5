package cmd

import (
	"errors"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/inspect"
)

const inspectHelp = `Shows what BACKUP holds: Velero's format version, items by resource and by namespace with their sizes,
the versions that copies are in, and the files beside the tarball. The whole archive is read and checked.
` + exitCodes

// NewInspect returns the command that shows what a backup holds.
func NewInspect(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		output outputFlags
		look   screenFlags
	)
	c := &cobra.Command{
		Use:   "inspect BACKUP",
		Short: "Show what a backup holds",
		Long:  inspectHelp,
		Example: `  veltx inspect --sample
  veltx inspect backups/nightly -o json | jq .resources`,
		Args: from.arguments,
		RunE: func(c *cobra.Command, args []string) error {
			args, err := from.store.locate(args)
			if err != nil {
				return err
			}
			work := newProgress(look.progress.value, streams.Err, output.quiet)
			defer work.end()
			from.tell = work.counting()
			src, err := from.open(c.Context(), streams, args)
			if err != nil {
				return err
			}
			work.reading(src)
			inventory, err := inspect.Backup(c.Context(), src.Source, src.label)
			work.end()
			if err := errors.Join(err, src.Close()); err != nil {
				return err
			}
			return render.WriteInventory(streams.Out, output.format.value, inventory, output.coloured(streams))
		},
	}
	from.bind(c.Flags())
	output.bind(c.Flags(), render.ListFormats)
	look.bindProgress(c.Flags())
	return c
}
