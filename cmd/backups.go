package cmd

import (
	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/look/backups"
)

const backupsHelp = `Lists the backups in a store, as Velero would find them: a folder without velero-backup.json
is no backup. A backup whose velero-backup.json cannot be read is listed with the reason.

Velero notes the version of its format in a backup, and not its own.
` + exitCodes

// NewBackups returns the command that lists the backups in a store.
func NewBackups(streams Streams) *cobra.Command {
	var (
		from   storeFlags
		output outputFlags
	)
	c := &cobra.Command{
		Use:   "backups --store DIR",
		Short: "List the backups in a store",
		Long:  backupsHelp,
		Example: `  veltx backups --store bucket
  veltx backups --store bucket --prefix east -o json | jq '.items[] | select(.errors > 0)'`,
		Args: func(c *cobra.Command, args []string) error {
			if from.dir == "" {
				return wrongUsage("--store DIR is missing: name the folder with Velero's object storage")
			}
			return noArguments(c, args)
		},
		RunE: func(*cobra.Command, []string) error {
			list, err := listStore(&from)
			if err != nil {
				return err
			}
			return render.WriteBackups(streams.Out, output.format.value, list, output.coloured(streams))
		},
	}
	from.bind(c.Flags())
	output.bindFormat(c.Flags(), render.BackupFormats)
	output.bindColor(c.Flags())
	return c
}

func listStore(from *storeFlags) (list *backups.List, err error) {
	err = from.open(func(s *store.FileSystem) (err error) {
		list, err = backups.In(s, from.dir, from.prefix)
		return err
	})
	return list, err
}
