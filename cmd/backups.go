package cmd

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/backups"
)

// NewBackups returns the command that lists the backups in a store.
func NewBackups(streams Streams) *cobra.Command {
	var (
		from   storeFlags
		output outputFlags
	)
	c := newCommand("backups")
	c.Args = func(c *cobra.Command, args []string) error {
		if from.dir == "" {
			return wrongUsage("--store DIR is missing: name the folder with Velero's object storage")
		}
		return noArguments(c, args)
	}
	c.RunE = func(*cobra.Command, []string) error {
		list, err := listStore(&from)
		if err != nil {
			return err
		}
		if len(list.Items) == 0 && from.isPart() {
			return fmt.Errorf("%s: %s", from.dir, from.empty())
		}
		return render.WriteBackups(streams.Out, output.format.value, list, output.style(streams))
	}
	from.bind(c.Flags())
	output.bindFormat(c.Flags(), render.BackupFormats)
	output.bindColor(c.Flags())
	return c
}

func listStore(from *storeFlags) (list *backups.List, err error) {
	err = from.open(func(at *location) (err error) {
		list, err = backups.In(at.ObjectStore, at.bucket, from.dir, from.prefix)
		return err
	})
	return list, err
}
