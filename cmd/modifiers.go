package cmd

import (
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/look/trial"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/verdict"
	"github.com/veltx/veltx/transform/restore"
)

// NewModifiers returns the command with the commands for resource modifiers.
func NewModifiers(streams Streams) *cobra.Command {
	c := newCommand("modifiers")
	c.Args = knownCommand
	c.RunE = func(c *cobra.Command, _ []string) error { return c.Help() }
	c.AddCommand(NewModifiersTest(streams))
	return c
}

// NewModifiersTest returns the command that tries resource modifiers on a backup.
func NewModifiersTest(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		how    restoreFlags
		failOn policyFlag
		github bool
		output outputFlags
	)
	c := newCommand("modifiers-test")
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return wrongUsage("FILE is missing: name a file with resource modifiers")
		}
		return from.arguments(c, args[1:])
	}
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 2 && looksLikeBackup(args[0]) && !looksLikeBackup(args[1]) {
			args = []string{args[1], args[0]} // as all other commands have it: BACKUP first
		}
		if args[0] == standard {
			return wrongUsage("FILE is read more than once: give it as a file")
		}
		how.resourceModifiers = args[0]
		s := output.begin(streams)
		defer s.abandon()
		result, err := withRestore(c.Context(), s, &from, &how, c.Flags(), args[1:], func(src *opened, o *restore.Options) (*trial.Trial, error) {
			if o.Modifiers == nil {
				return nil, wrongUsage("Velero %s has no resource modifiers: choose another --velero-version", o.Profile.Minor())
			}
			result, err := trial.Run(c.Context(), src.Source, o, args[0], src.label)
			if err != nil {
				return nil, err
			}
			about := &render.TrialAbout{Given: &how.given, Program: about().Version, Fails: failOn.policy.Fails}
			return result, render.WriteTrial(s.screen, output.format.value, result, about, output.style(streams))
		})
		if err != nil {
			return err
		}
		if github {
			if err := render.AnnotateTrial(streams.Err, result, &how.given); err != nil {
				return err
			}
		}
		return judgeRules(s, result, failOn.policy)
	}
	from.bind(c.Flags())
	how.bindItems(c.Flags())
	how.bindTarget(c.Flags())
	failOn.bind(c.Flags())
	c.Flags().BoolVar(&github, "github", false, "annotations for GitHub Actions on standard error")
	output.bindResult(c.Flags(), render.TrialFormats)
	output.bindPager(c.Flags())
	return c
}

// looksLikeBackup says that a path is a folder, a packed file or a name, and not a file with modifiers.
func looksLikeBackup(path string) bool {
	info, err := os.Stat(path)
	return err != nil && path != standard || err == nil && info.IsDir() || strings.HasSuffix(path, ".tar.gz") || strings.HasSuffix(path, ".tar")
}

// judgeRules says whether a rule is at or above --fail-on.
func judgeRules(s *session, t *trial.Trial, policy verdict.Policy) error {
	var why []string
	if t.Broken > 0 && policy.FailsAll(report.Error) {
		why = append(why, render.Count(t.Broken, "rule")+" broken")
	}
	if t.Doubtful > 0 && policy.FailsAll(report.Warning) {
		why = append(why, render.Count(t.Doubtful, "rule")+" doubtful")
	}
	if len(why) == 0 {
		return nil
	}
	s.note("veltx: exit code 3: " + strings.Join(why, ", "))
	return errFindings
}
