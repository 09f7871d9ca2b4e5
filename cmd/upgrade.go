package cmd

import (
	"context"
	"errors"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/restore"
)

// upgradeFlag is --velero-versions: two releases, of which the restores are compared.
type upgradeFlag struct{ versions list }

func (f *upgradeFlag) bind(flags *pflag.FlagSet) {
	flags.Var(&f.versions, "velero-versions", "show what changes in this restore between two releases of Velero, such as 1.14,1.18.3, item by item")
}

// given says whether there are two, and whether they can be shown.
func (f *upgradeFlag) given(format string) (bool, error) {
	switch {
	case len(f.versions.names) == 0:
		return false, nil
	case len(f.versions.names) != 2:
		return false, wrongUsage("--velero-versions: name two releases, such as 1.14,1.18.3")
	case format != render.Table:
		return false, wrongUsage("--velero-versions shows a table: leave out -o and --diff")
	}
	for _, version := range f.versions.names {
		if _, err := parseProfile(version); err != nil {
			return false, err
		}
	}
	return true, nil
}

// show compares the restores by both releases.
func (f *upgradeFlag) show(ctx context.Context, s *session, from *sourceFlags, how *restoreFlags, flags *pflag.FlagSet, args []string) error {
	of := func(version string) *restoreFlags {
		one := *how
		one.veleroVersion, one.fixed = version, true
		return &one
	}
	before, after := of(f.versions.names[0]), of(f.versions.names[1])
	path, err := from.find(args)
	if err != nil {
		return err
	}
	_, err = withRestore(ctx, s, from, before, flags, args, func(src *opened, o *restore.Options) (none struct{}, err error) {
		later, err := after.options(flags, s.streams, path)
		if err != nil {
			return none, err
		}
		end, err := after.addTarget(ctx, from, later)
		if err != nil {
			return none, err
		}
		defer func() { err = errors.Join(err, end()) }()
		later.TempDir, later.Restored = o.TempDir, o.Restored
		if err := later.Complete(src.Name()); err != nil {
			return none, err
		}
		list, err := restore.Between(ctx, src.Source, o, later)
		if err != nil {
			return none, err
		}
		return none, render.WriteUpgrade(s.screen, o.Profile, later.Profile, list, s.output.style(s.streams))
	})
	return err
}
