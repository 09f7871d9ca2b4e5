package cmd

import (
	"github.com/spf13/cobra"

	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/cmd/render"
)

// NewActions returns the command that lists the actions.
func NewActions(streams Streams) *cobra.Command {
	var output outputFlags
	c := newCommand("actions")
	c.Args = noArguments
	c.RunE = func(*cobra.Command, []string) error {
		return render.Actions(streams.Out, output.format.value, builtin.List(), output.style(streams))
	}
	output.bindFormat(c.Flags(), render.ListFormats)
	output.bindColor(c.Flags())
	return c
}
