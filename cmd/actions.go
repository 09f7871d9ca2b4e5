package cmd

import (
	"github.com/spf13/cobra"

	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/cmd/render"
)

const actionsHelp = `Lists every item action that is reproduced, those of restores first, then those of backups, item blocks and
deletions: what it does, the items that it applies to, the Velero versions that have it, and what it asks the
cluster: the target of a restore, which -f can describe, or the source of a backup.
` + exitCodes

// NewActions returns the command that lists the actions.
func NewActions(streams Streams) *cobra.Command {
	var output outputFlags
	c := &cobra.Command{
		Use:     "actions",
		Short:   "List the item actions",
		Long:    actionsHelp,
		Example: `  veltx actions -o json | jq -r '.[] | select(.kind == "BackupItemAction").name'`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			return render.Actions(streams.Out, output.format.value, builtin.List(), output.coloured(streams))
		},
	}
	output.bindFormat(c.Flags(), render.ListFormats)
	output.bindColor(c.Flags())
	return c
}
