package cmd

import (
	"github.com/spf13/cobra"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/cmd/render"
)

// NewVersions returns the command that lists what releases of Velero do, and the one that compares two of them.
func NewVersions(streams Streams) *cobra.Command {
	var output outputFlags
	c := newCommand("versions")
	c.Args = noArguments
	c.RunE = func(*cobra.Command, []string) error {
		return render.Behaviors(streams.Out, output.format.value, actions.Behaviors(), output.style(streams))
	}
	output.bindFormat(c.Flags(), render.ListFormats)
	output.bindColor(c.Flags())
	c.AddCommand(newVersionsDiff(streams))
	return c
}

func newVersionsDiff(streams Streams) *cobra.Command {
	var output outputFlags
	c := newCommand("versions-diff")
	c.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) != 2 {
			return wrongUsage("name two releases of Velero, such as 1.14 1.18.3")
		}
		var releases [2]actions.Profile
		for i, text := range args {
			var err error
			if releases[i], err = actions.ParseRelease(text); err != nil {
				return wrongUsage("%v", err)
			}
		}
		return render.BehaviorsBetween(streams.Out, output.format.value, releases[0], releases[1], output.style(streams))
	}
	output.bindFormat(c.Flags(), render.ListFormats)
	output.bindColor(c.Flags())
	return c
}
