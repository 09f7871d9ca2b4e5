package cmd

import (
	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/inspect"
)

// NewInspect returns the command that shows what a backup holds.
func NewInspect(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		output outputFlags
	)
	c := newCommand("inspect")
	c.Args = from.arguments
	c.RunE = func(c *cobra.Command, args []string) error {
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
		return render.WriteInventory(streams.Out, output.format.value, inventory, output.style(streams))
	}
	from.bind(c.Flags())
	output.bindResult(c.Flags(), render.ListFormats)
	return c
}
