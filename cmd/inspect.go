package cmd

import (
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
	)
	c := &cobra.Command{
		Use:   "inspect BACKUP",
		Short: "Show what a backup holds",
		Long:  inspectHelp,
		Example: `  veltx inspect --sample
  veltx inspect backups/nightly -o json | jq .resources`,
		Args: from.arguments,
		RunE: func(c *cobra.Command, args []string) error {
			path, err := from.find(args)
			if err != nil {
				return err
			}
			s := output.begin(streams)
			defer s.abandon()
			inventory, err := withBackup(c.Context(), s, &from, path, func(src *opened) (*inspect.Inventory, error) {
				return inspect.Backup(c.Context(), src.Source, src.label)
			})
			if err != nil {
				return err
			}
			return render.WriteInventory(streams.Out, output.format.value, inventory, output.coloured(streams))
		},
	}
	from.bind(c.Flags())
	output.bindResult(c.Flags(), render.ListFormats)
	return c
}
