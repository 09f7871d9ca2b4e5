package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/trial"
	"github.com/veltx/veltx/transform/restore"
)

// NewPolicies returns the command with the commands for resource policies of restores.
func NewPolicies(streams Streams) *cobra.Command {
	c := newCommand("policies")
	c.Args = knownCommand
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(NewPoliciesTest(streams))
	return c
}

// NewPoliciesTest returns the command that tries resource policies on a backup.
func NewPoliciesTest(streams Streams) *cobra.Command {
	return newTrial(streams, trialOf[*trial.Policies]{
		name: "policies-test", part: "filter", holds: "resource policies for restores",
		bind: func(how *restoreFlags, flags *pflag.FlagSet) {
			how.bindScope(flags)
			how.bindVelero(flags)
		},
		give:  func(how *restoreFlags, file string) { how.resourcePolicies = file },
		knows: func(o *restore.Options) bool { return o.Policies != nil },
		run:   trial.RunPolicies, write: render.WritePolicyTrial,
	})
}
