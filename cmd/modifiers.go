package cmd

import (
	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/trial"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/verdict"
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
		failOn policyFlag
		output outputFlags
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
			if args[0] == standard {
				return wrongUsage("FILE is read more than once: give it as a file")
			}
			how.resourceModifiers = args[0]
			s := output.begin(streams)
			defer s.abandon()
			result, err := withRestore(c.Context(), s, &from, &how, c.Flags(), args[1:], func(src *opened, o *restore.Options) (*trial.Trial, error) {
				if o.Modifiers == nil {
					return nil, wrongUsage("Velero %s knows no resource modifiers: choose another --velero-version", o.Profile)
				}
				result, err := trial.Run(c.Context(), src.Source, o, args[0], src.label)
				if err != nil {
					return nil, err
				}
				return result, render.WriteTrial(s.screen, output.format.value, result, output.coloured(streams))
			})
			if err != nil {
				return err
			}
			return judgeRules(result, failOn.policy)
		},
	}
	from.bind(c.Flags())
	how.bindItems(c.Flags())
	how.bindTarget(c.Flags())
	failOn.bind(c.Flags())
	output.bindResult(c.Flags(), render.ListFormats)
	output.bindPager(c.Flags())
	return c
}

// judgeRules says whether a rule is at or above --fail-on.
func judgeRules(t *trial.Trial, policy verdict.Policy) error {
	if t.Broken > 0 && policy.FailsAll(report.Error) || t.Doubtful > 0 && policy.FailsAll(report.Warning) {
		return errFindings
	}
	return nil
}
