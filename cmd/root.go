package cmd

import (
	"strings"

	"github.com/spf13/cobra"
)

// NewRoot returns the command line.
func NewRoot(streams Streams) *cobra.Command {
	root := newCommand("root")
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.Args = knownCommand
	root.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return wrongUsage("%v", err) })
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		NewRestorePreview(streams),
		NewExplain(streams),
		NewTransform(streams),
		NewGet(streams),
		NewDiff(streams),
		NewModifiers(streams),
		NewReferences(streams),
		NewInspect(streams),
		NewBackupPreview(streams),
		NewBackup(streams),
		NewDeletePreview(streams),
		NewDelete(streams),
		NewVerify(streams),
		NewBackups(streams),
		NewActions(streams),
		NewFindings(streams),
		NewRedact(streams),
		NewVersions(streams),
		NewVersion(streams),
		NewCompletion(streams),
	)
	return root
}

// knownCommand refuses a command that does not exist and names those that may be meant.
func knownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	near := c.SuggestionsFor(args[0])
	if len(near) == 0 {
		return wrongUsage("there is no command %q", args[0])
	}
	return wrongUsage("there is no command %q; is %s meant?", args[0], strings.Join(near, " or "))
}

// noArguments is for commands that take none.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return wrongUsage("unexpected argument %q", args[0])
	}
	return nil
}
