package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/trial"
	"github.com/veltx/veltx/transform/restore"
)

// NewModifiers returns the command with the commands for resource modifiers.
func NewModifiers(streams Streams) *cobra.Command {
	c := newCommand("modifiers")
	c.Args = knownCommand
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(NewModifiersTest(streams))
	return c
}

// NewModifiersTest returns the command that tries resource modifiers on a backup.
func NewModifiersTest(streams Streams) *cobra.Command {
	return newTrial(streams, trialOf[*trial.Trial]{
		name: "modifiers-test", part: "rule", holds: "resource modifiers",
		bind: func(how *restoreFlags, flags *pflag.FlagSet) {
			how.bindItems(flags)
			how.bindTarget(flags)
		},
		give:  func(how *restoreFlags, file string) { how.resourceModifiers = file },
		knows: func(o *restore.Options) bool { return o.Modifiers != nil },
		run:   trial.Run, write: render.WriteTrial,
	})
}
