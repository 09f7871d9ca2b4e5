package cmd

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/look/diff"
)

const diffHelp = `Shows how B differs from A: items added, removed and changed. A and B are backups or folders of manifests.

What changes though nobody changed anything is left out unless --noise is given: status, resourceVersion,
uid, generation, managedFields, the times in metadata, and when leases were renewed. Where one side is
manifests and the other a backup, a changed item is compared by the fields that the manifest has, since
servers fill in the rest; --noise compares all fields.
With --store, A and B are names of backups in it; B may be a path as well.

Exit codes: 0 no difference, 1 differences, 2 an error or wrong usage.`

// NewDiff returns the command that compares two backups.
func NewDiff(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		what   diffFlags
		output outputFlags
		look   screenFlags
	)
	c := &cobra.Command{
		Use:   "diff A B",
		Short: "Show how two backups differ, or a backup and manifests",
		Long:  diffHelp,
		Example: `  veltx diff monday.tar.gz tuesday.tar.gz
  veltx diff monday tuesday --store bucket -n shop --diff
  veltx diff nightly.tar.gz manifests/ --include-resources deployments,services`,
		Args: func(c *cobra.Command, args []string) error { return what.arguments(c, &from, args) },
		RunE: func(c *cobra.Command, args []string) error {
			options, err := what.options()
			if err != nil {
				return trouble(err)
			}
			format, err := what.format(&output)
			if err != nil {
				return err
			}
			view := look.open(streams, output.quiet)
			defer view.work.end()
			from.tell = view.work.counting()
			sides, err := what.open(c.Context(), streams, &from, args)
			if err != nil {
				return trouble(err)
			}
			options.Redactor = what.query.redactor(c.Context(), sides.a)
			summary, err := diffSides(c.Context(), sides, options, render.NewDifferences(format, view, output.coloured(streams)))
			err = errors.Join(err, view.Close(), sides.Close())
			switch {
			case err != nil:
				return trouble(err)
			case summary.Differ():
				return errDiffer
			}
			return nil
		},
	}
	from.bind(c.Flags())
	what.bind(c.Flags())
	output.bind(c.Flags(), render.DifferenceFormats)
	look.bind(c.Flags())
	return c
}

// diffFlags say what is compared, and how it is shown.
type diffFlags struct {
	query     queryFlags
	resources list
	noise     bool
	diff      bool
}

func (f *diffFlags) bind(flags *pflag.FlagSet) {
	f.query.bind(flags)
	flags.Var(&f.resources, "include-resources", "compare only these resources")
	flags.BoolVar(&f.noise, "noise", false, "compare status and what servers set, too")
	flags.BoolVar(&f.diff, "diff", false, "show a diff of each item in place of the table")
}

func (f *diffFlags) arguments(c *cobra.Command, from *sourceFlags, args []string) error {
	switch want := 2; {
	case from.sample && len(args) != 1:
		return wrongUsage("--sample takes the place of A: name B alone")
	case !from.sample && len(args) < want:
		return wrongUsage("A and B are wanted: name two backups, or a backup and a folder of manifests")
	case len(args) > want:
		return wrongUsage("unexpected argument %q after B", args[want])
	case len(args) == want && args[0] == standard && args[1] == standard:
		return wrongUsage("- stands for standard input more than once: give A or B as a file")
	}
	if from.sample {
		return from.arguments(c, nil)
	}
	return from.arguments(c, args[:1])
}

func (f *diffFlags) options() (diff.Options, error) {
	query, err := f.query.parse(nil)
	if err != nil {
		return diff.Options{}, err
	}
	return diff.Options{Resources: f.resources.names, Namespace: query.Namespace, Labels: query.Labels, Noise: f.noise}, nil
}

func (f *diffFlags) format(output *outputFlags) (string, error) {
	if !f.diff {
		return output.format.value, nil
	}
	if output.format.value != render.Table {
		return "", wrongUsage("--diff takes the place of the table: leave -o %s out", output.format.value)
	}
	return render.Diff, nil
}

// diffSources are both sides.
type diffSources struct {
	a, b *clusterSource
}

func (f *diffFlags) open(ctx context.Context, streams Streams, from *sourceFlags, args []string) (*diffSources, error) {
	first := args[:1]
	if from.sample {
		first = nil
	}
	first, err := from.store.locate(first)
	if err != nil {
		return nil, err
	}
	a, err := from.openCluster(ctx, streams, first, &backup.Options{})
	if err != nil {
		return nil, err
	}
	second, apart := args[len(args)-1:], *from
	apart.sample = false
	if _, missing := os.Stat(second[0]); missing != nil {
		if second, err = from.store.locate(second); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	b, err := apart.openCluster(ctx, streams, second, &backup.Options{})
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return &diffSources{a, b}, nil
}

// Close closes both sides.
func (s *diffSources) Close() error { return errors.Join(s.a.Close(), s.b.Close()) }

func diffSides(ctx context.Context, s *diffSources, o diff.Options, show *render.Differences) (*diff.Summary, error) {
	o.OnlyGiven = s.a.format != formatManifests && s.b.format == formatManifests && !o.Noise
	show.About(render.Side{Name: s.a.name, Source: s.a.label, Format: s.a.format}, render.Side{Name: s.b.name, Source: s.b.label, Format: s.b.format})
	summary, err := diff.Sources(ctx, s.a.Source, s.b.Source, o, show.Add)
	if err != nil {
		return nil, err
	}
	return summary, show.Finish(summary)
}
