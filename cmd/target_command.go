package cmd

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/look/target"
)

// NewTarget returns the command with the commands for what describes a target.
func NewTarget(streams Streams) *cobra.Command {
	c := newCommand("target")
	c.Args = knownCommand
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(newTargetShow(streams), newTargetScript(streams))
	return c
}

func newTargetShow(streams Streams) *cobra.Command {
	var output outputFlags
	from := sourceFlags{maxEntries: tarball.DefaultEntries}
	from.maxEntrySize.bytes, from.maxTotalSize.bytes = tarball.DefaultEntryBytes, tarball.DefaultTotalBytes
	c := newCommand("target-show")
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return wrongUsage("PATH is missing: name what describes the target")
		}
		all, taken := &config.Target{}, map[string]string{}
		for _, path := range args {
			all.Taken = ""
			if err := readTarget(c.Context(), &from, all, path); err != nil {
				return err
			}
			if all.Taken != "" {
				taken[path] = all.Taken
			}
		}
		return render.Target(streams.Out, output.format.value, target.Describe(all, args, taken), output.style(streams))
	}
	output.bindFormat(c.Flags(), render.ListFormats)
	output.bindColor(c.Flags())
	return c
}

func newTargetScript(streams Streams) *cobra.Command {
	c := newCommand("target-script")
	c.Args = noArguments
	c.RunE = func(*cobra.Command, []string) error {
		_, err := io.WriteString(streams.Out, target.Script)
		return err
	}
	return c
}
