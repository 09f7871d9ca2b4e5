package cmd

import (
	"context"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/look/diff"
)

// NewDiff returns the command that compares two backups.
func NewDiff(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		what   diffFlags
		output outputFlags
	)
	c := newCommand("diff")
	c.Args = func(c *cobra.Command, args []string) error { return what.arguments(c, &from, args) }
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 2 && isPlan(args[0]) && isPlan(args[1]) {
			return diffPlans(streams, &output, args)
		}
		options, err := what.options()
		if err != nil {
			return trouble(err)
		}
		format, err := what.format(&output)
		if err != nil {
			return err
		}
		s := output.begin(streams)
		defer s.abandon()
		summary, err := what.run(c.Context(), s, &from, args, options, format)
		switch {
		case err != nil:
			return trouble(err)
		case summary.Differ():
			return errDiffer
		}
		return nil
	}
	from.bind(c.Flags())
	from.bindManifests(c.Flags(), "")
	what.bind(c.Flags())
	output.bindResult(c.Flags(), render.DifferenceFormats)
	output.bindPager(c.Flags())
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
	flags.BoolVar(&f.noise, "noise", false, "also compare status and fields that the API server sets")
	flags.BoolVar(&f.diff, "diff", false, "show a diff of each item instead of the table")
}

func (f *diffFlags) arguments(c *cobra.Command, from *sourceFlags, args []string) error {
	if err := from.manifests.check(); err != nil {
		return err
	}
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

// run compares both sides.
func (f *diffFlags) run(ctx context.Context, s *session, from *sourceFlags, args []string, o diff.Options, format string) (*diff.Summary, error) {
	first, second, err := f.find(from, args)
	if err != nil {
		return nil, err
	}
	show := render.NewDifferences(format, s.screen, s.output.style(s.streams))
	return withCluster(ctx, s, from, first, &backup.Options{}, func(a *clusterSource) (*diff.Summary, error) {
		return withCluster(ctx, s, from, second, &backup.Options{}, func(b *clusterSource) (*diff.Summary, error) {
			if err := from.manifests.wanted(a, b); err != nil {
				return nil, err
			}
			s.noteLeftOut(a)
			s.noteLeftOut(b)
			o.Redactor = f.query.redactor(ctx, a)
			o.Manifests.A, o.Manifests.B = a.format == formatManifests, b.format == formatManifests
			show.About(render.Side{Name: a.name, Source: a.label, Format: a.format}, render.Side{Name: b.name, Source: b.label, Format: b.format})
			summary, err := diff.Sources(ctx, a.Source, b.Source, o, show.Add)
			if err != nil {
				return summary, err
			}
			return summary, show.Finish(summary)
		})
	})
}

// find finds both sides; B may be a path where A is a backup's name in a store.
func (f *diffFlags) find(from *sourceFlags, args []string) (first, second string, err error) {
	if first, err = from.find(args); err != nil {
		return "", "", err
	}
	second = args[len(args)-1]
	if _, missing := os.Stat(second); missing != nil {
		second, err = from.store.find(second)
	}
	return first, second, err
}
