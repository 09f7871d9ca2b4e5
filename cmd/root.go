package cmd

import (
	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
)

// NewRoot returns the command line.
func NewRoot(streams Streams) *cobra.Command {
	root := newCommand("root")
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.Args = knownCommand
	root.PersistentPreRunE = accompanied
	var version bool
	root.RunE = func(c *cobra.Command, _ []string) error {
		if version {
			return render.Version(streams.Out, render.Table, about())
		}
		return c.Help()
	}
	root.Flags().BoolVar(&version, "version", false, "show the version, as veltx version does")
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.SetFlagErrorFunc(flagProblem)
	root.SetUsageFunc(usage(streams))
	root.SetHelpFunc(help(streams))
	root.CompletionOptions.DisableDefaultCmd = true
	root.AddCommand(
		NewRestorePreview(streams),
		NewExplain(streams),
		NewTransform(streams),
		NewGet(streams),
		NewDiff(streams),
		NewPlan(streams),
		NewModifiers(streams),
		NewPolicies(streams),
		NewReferences(streams),
		NewTarget(streams),
		NewPlugins(streams),
		NewInit(streams),
		NewInspect(streams),
		NewBackupPreview(streams),
		NewBackup(streams),
		NewDeletePreview(streams),
		NewDelete(streams),
		NewVerify(streams),
		NewMerge(streams),
		NewBackups(streams),
		NewActions(streams),
		NewFindings(streams),
		NewRedact(streams),
		NewVersions(streams),
		NewVersion(streams),
		NewCompletion(streams),
	)
	prepare(root)
	reachStores(root, streams)
	complete(root)
	return root
}

// knownCommand refuses a command that does not exist and names those that may be meant.
func knownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if args[0] == "velero" {
		return wrongUsage("velero's line stands behind veltx restore-preview BACKUP, or veltx backup-preview SOURCE")
	}
	return wrongUsage("there is no command %q%s", args[0], meant(nearCommands(c, args[0])...))
}

// noArguments is for commands that take none.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return wrongUsage("unexpected argument %q", args[0])
	}
	return nil
}
