package cmd

import (
	"strings"

	"github.com/spf13/cobra"
)

// NewRoot returns the command line.
func NewRoot(streams Streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "veltx",
		Short: "Velero's restore without the cluster",
		Long: `veltx reads a Velero backup and tells what a restore of it would do, without a cluster:
it previews the restore, or writes a rewritten backup or a folder of manifests.

BACKUP is a .tar.gz or .tar, a backup's folder in the object store, a folder with an
unpacked backup, or - for standard input.
` + exitCodes,
		Example: `  veltx restore-preview --sample
  veltx restore-preview backups/nightly --namespace-mappings shop:shop-test`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
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
