package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/deletion"
)

// NewDeletePreview returns the command that shows what deleting a backup would delete.
func NewDeletePreview(streams Streams) *cobra.Command {
	var d deletionFlags
	c := newCommand("delete-preview")
	c.Args = d.arguments
	c.RunE = func(c *cobra.Command, args []string) error {
		return d.run(c.Context(), streams, args[0], false)
	}
	d.bind(c.Flags())
	d.plugins.bind(c.Flags(), deleteActions)
	c.Flags().StringArrayVarP(&d.files, "file", "f", nil, "`FILE` (or -) with objects of the cluster, for plugins that ask it; repeatable")
	return c
}

// NewDelete returns the command that deletes a backup's files.
func NewDelete(streams Streams) *cobra.Command {
	var (
		d       deletionFlags
		confirm bool
	)
	c := newCommand("delete")
	c.Args = d.arguments
	c.RunE = func(c *cobra.Command, args []string) error {
		if !confirm {
			return wrongUsage("nothing is deleted without --confirm; veltx delete-preview shows what would be")
		}
		return d.run(c.Context(), streams, args[0], true)
	}
	d.bind(c.Flags())
	c.Flags().BoolVar(&confirm, "confirm", false, "yes, delete the files")
	return c
}

// deletionFlags say which backup, and of which Velero.
type deletionFlags struct {
	store         storeFlags
	veleroVersion string
	plugins       pluginFlags // of a preview alone, as the files
	files         []string
	output        outputFlags
}

func (f *deletionFlags) bind(flags *pflag.FlagSet) {
	f.store.bind(flags)
	flags.StringVar(&f.veleroVersion, "velero-version", actions.Newest.String(), "release of Velero whose delete item actions are asked: "+actions.ProfileNames())
	f.output.bindFormat(flags, render.DeletionFormats)
	f.output.bindColor(flags)
}

func (f *deletionFlags) arguments(_ *cobra.Command, args []string) error {
	switch {
	case f.store.dir == "":
		return wrongUsage("--store DIR is missing: name the folder with Velero's object storage")
	case len(args) == 0:
		return wrongUsage("NAME is missing: name a backup of the store")
	case len(args) > 1:
		return wrongUsage("unexpected argument %q after NAME", args[1])
	}
	return nil
}

// run plans the deletion, carries it out if it is meant, and shows it.
func (f *deletionFlags) run(ctx context.Context, streams Streams, name string, meant bool) (err error) {
	profile, err := parseProfile(f.veleroVersion)
	if err != nil {
		return err
	}
	target := &deletion.Target{Name: name, Actions: builtin.Delete(profile)}
	endPlugins, err := f.startPlugins(ctx, &session{streams: streams, output: &f.output}, profile, target)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, endPlugins()) }()
	return f.store.open(func(at *location) error {
		if meant { // what is planned must be what is deleted
			release, err := at.claim(name)
			if err != nil {
				return fmt.Errorf("backup %s: %w", name, err)
			}
			defer release()
		}
		target.Store, target.Bucket, target.Prefix = at, at.bucket, at.prefix
		plan, err := f.plan(ctx, at, target)
		if err != nil {
			return err
		}
		if meant {
			if err := plan.Execute(ctx, target); err != nil {
				return err
			}
		}
		return render.WriteDeletion(streams.Out, f.output.format.value, f.store.dir, plan, meant, f.output.style(streams))
	})
}

// plan opens the backup for as long as the planning takes. One that is half there is planned by its files alone.
func (f *deletionFlags) plan(ctx context.Context, at *location, target *deletion.Target) (_ *deletion.Plan, err error) {
	path, _, err := at.folder(target.Name)
	if err != nil {
		return nil, err
	}
	target.Source, err = tarball.Open(ctx, path, tarball.Options{})
	switch {
	case err == nil:
		defer func() { err = errors.Join(err, target.Source.Close()) }()
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, tarball.ErrNotBackup):
		target.Source = nil
	default:
		return nil, err
	}
	plan, err := deletion.Make(ctx, target)
	if errors.Is(err, deletion.ErrNone) {
		return nil, f.store.unknown(at, target.Name)
	}
	return plan, err
}
