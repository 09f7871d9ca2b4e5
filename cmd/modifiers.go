package cmd

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/trial"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

const modifiersHelp = `Commands for resource modifiers, the files of velero restore create --resource-modifier-configmap.`

const modifiersTestHelp = `Simulates a restore of BACKUP with the resource modifiers in FILE, which is the ConfigMap or the YAML inside
it, and tells of each rule what Velero does not: the items that it hits and patches, its failures with
their reasons, what a rule that never matches may have been meant for, what is odd about its hits, and
values that JSON or YAML will read as something else than they look like.

The flags of restore-preview say which items are restored, and how.

Exit codes: 0 fine, 1 an error, 2 wrong usage, 3 a rule fails or never matches (unless --fail-on never),
or is doubtful with --fail-on warning.`

// NewModifiers returns the command with the commands for resource modifiers.
func NewModifiers(streams Streams) *cobra.Command {
	c := &cobra.Command{
		Use:   "modifiers",
		Short: "Try resource modifiers",
		Long:  modifiersHelp,
		Args:  knownCommand,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(NewModifiersTest(streams))
	return c
}

// NewModifiersTest returns the command that tries resource modifiers on a backup.
func NewModifiersTest(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		how    restoreFlags
		output outputFlags
		look   screenFlags
	)
	c := &cobra.Command{
		Use:   "test FILE BACKUP",
		Short: "Try each rule of a file on a backup",
		Long:  modifiersTestHelp,
		Example: `  veltx modifiers test modifiers.yaml nightly.tar.gz
  veltx modifiers test modifiers.yaml nightly.tar.gz --namespace-mappings shop:shop-test -o json`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return wrongUsage("FILE is missing: name a file with resource modifiers")
			}
			return from.arguments(c, args[1:])
		},
		RunE: func(c *cobra.Command, args []string) error {
			if how.resourceModifiers != "" {
				return wrongUsage("--resource-modifier-configmap: FILE %q takes its place", args[0])
			}
			if args[0] == standard {
				return wrongUsage("FILE is read more than once: give it as a file")
			}
			how.resourceModifiers = args[0]
			view := look.open(streams, output.quiet)
			defer view.work.end()
			from.tell = view.work.counting()
			src, options, err := how.open(c, streams, &from, args[1:])
			if err != nil {
				return err
			}
			result, err := tryModifiers(c.Context(), streams, view, &output, src, options, how.resourceModifiers)
			if err != nil {
				return err
			}
			return how.judgeRules(result)
		},
	}
	from.bind(c.Flags())
	how.bind(c)
	output.bind(c.Flags(), render.ListFormats)
	look.bind(c.Flags())
	return c
}

// tryModifiers closes src.
func tryModifiers(ctx context.Context, streams Streams, view *screen, output *outputFlags, src *opened, o *restore.Options,
	file string) (*trial.Trial, error) {
	view.work.restore(src, o)
	t, err := try(ctx, src, o, file)
	if err := errors.Join(err, src.Close()); err != nil {
		return nil, err
	}
	err = render.WriteTrial(view, output.format.value, t, output.coloured(streams))
	return t, errors.Join(err, view.Close())
}

func try(ctx context.Context, src *opened, o *restore.Options, file string) (*trial.Trial, error) {
	if err := o.Complete(src.Name()); err != nil {
		return nil, err
	}
	if o.Modifiers == nil {
		return nil, wrongUsage("Velero %s knows no resource modifiers: choose another --velero-version", o.Profile)
	}
	return trial.Run(ctx, src.Source, o, file, src.label)
}

// judgeRules says whether a rule is at or above --fail-on.
func (f *restoreFlags) judgeRules(t *trial.Trial) error {
	policy := f.verdict.failOn.policy
	if t.Broken > 0 && policy.FailsAll(report.Error) || t.Doubtful > 0 && policy.FailsAll(report.Warning) {
		return errFindings
	}
	return nil
}
