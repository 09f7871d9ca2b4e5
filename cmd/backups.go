package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/tarball/velero"
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
			list, err := from.list()
			if err != nil {
				return err
			}
			return render.WriteBackups(streams.Out, output.format.value, list, output.coloured(streams))
		},
	}
	from.bind(c.Flags())
	output.bind(c.Flags(), render.BackupFormats)
	return c
}

// list reads what velero-backup.json says of each backup in the store.
func (f *storeFlags) list() (_ *render.BackupList, err error) {
	s, err := store.OpenFileSystem(f.dir)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	names, err := store.Backups(s, store.NoBucket, f.prefix)
	if err != nil {
		return nil, err
	}
	list := render.NewBackupList(f.dir, f.prefix)
	for _, name := range names {
		row := &render.StoredBackup{Name: name}
		if backup, err := f.read(s, name); err != nil {
			row.Problem = err.Error()
		} else {
			row.Tell(backup)
		}
		if row.Files, row.Bytes, err = f.weigh(s, name); err != nil {
			return nil, err
		}
		list.Items = append(list.Items, row)
	}
	return list, nil
}

func (f *storeFlags) read(s *store.FileSystem, name string) (*velero.Backup, error) {
	in, err := s.GetObject(store.NoBucket, layout.BackupKey(f.prefix, name, layout.BackupObject))
	if err != nil {
		return nil, err
	}
	defer in.Close()
	backup := new(velero.Backup)
	if err := json.NewDecoder(io.LimitReader(in, tarball.DefaultEntryBytes)).Decode(backup); err != nil {
		return nil, fmt.Errorf("velero-backup.json cannot be read: %w", err)
	}
	return backup, nil
}

// weigh counts the files of a backup and their bytes.
func (f *storeFlags) weigh(s *store.FileSystem, name string) (files int, bytes int64, err error) {
	keys, err := s.ListObjects(store.NoBucket, layout.BackupPrefix(f.prefix, name))
	if err != nil {
		return 0, 0, err
	}
	for _, key := range keys {
		path, err := s.Path(store.NoBucket, key)
		if err != nil {
			return 0, 0, err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return 0, 0, err
		}
		bytes += info.Size()
	}
	return len(keys), bytes, nil
}
