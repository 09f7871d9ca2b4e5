package cmd

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/look/get"
	"github.com/veltx/veltx/transform/sink"
)

// NewInit returns the command that writes a config file.
func NewInit(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		output outputFlags
		out    string
		force  bool
	)
	c := newCommand("init")
	c.Args = from.arguments
	c.RunE = func(c *cobra.Command, args []string) error {
		s := output.begin(streams)
		defer s.abandon()
		path, err := from.find(args)
		if err != nil {
			return err
		}
		text, err := withBackup(c.Context(), s, &from, path, func(src *opened) ([]byte, error) {
			return draft(c.Context(), src, &from, args, filepath.Dir(out))
		})
		if err != nil {
			return err
		}
		if out == standard {
			_, err := streams.Out.Write(text)
			return err
		}
		file, err := sink.CreateFile(out, sink.FileOptions{Replace: force})
		if err != nil {
			return err
		}
		defer file.Abort()
		if _, err := file.Write(text); err != nil {
			return err
		}
		if err := file.Commit(); err != nil {
			return err
		}
		s.note("veltx: wrote " + out + "; veltx restore-preview --config " + out)
		return nil
	}
	from.bind(c.Flags())
	c.Flags().StringVarP(&out, "output", "o", configName, "`FILE` to write, - for standard output")
	c.Flags().BoolVar(&force, "force", false, "replace the file")
	output.bindWork(c.Flags())
	return c
}

// draft is a config file for the restore of a backup, with what there is to choose from as comments.
func draft(ctx context.Context, src *opened, from *sourceFlags, args []string, folder string) ([]byte, error) {
	names, err := get.ReadNames(ctx, src.Source)
	if err != nil {
		return nil, err
	}
	d := &render.ConfigDraft{
		Backup: src.label, Store: from.store.dir, Prefix: from.store.prefix, Namespaces: names.Namespaces(),
		Classes: names.Items(layout.StorageClasses, ""),
	}
	switch {
	case from.sample:
		d.Backup, d.Sample = "", true
	case from.store.remote.store != nil: // a file names no plugin
		d.Backup, d.Store, d.Prefix = args[0], "", ""
	case d.Store != "":
		d.Backup, d.Store = args[0], beside(folder, d.Store)
	case args[0] == standard:
		d.Backup = standard
	default:
		d.Backup = beside(folder, args[0])
	}
	var text bytes.Buffer
	if err := render.WriteConfigDraft(&text, d); err != nil {
		return nil, fmt.Errorf("the draft: %w", err)
	}
	return text.Bytes(), nil
}

// beside is a path as it is seen from a folder: as it was given where both are relative to the working directory.
func beside(folder, path string) string {
	if filepath.IsAbs(path) || folder == "." {
		return filepath.ToSlash(path)
	}
	if within, err := filepath.Rel(folder, path); err == nil {
		return filepath.ToSlash(within)
	}
	return filepath.ToSlash(path)
}
