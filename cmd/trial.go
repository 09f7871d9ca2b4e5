package cmd

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/look/trial"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/verdict"
	"github.com/veltx/veltx/transform/restore"
)

// trialOf is how a file of a restore is tried on a backup.
type trialOf[T trial.Result] struct {
	name  string // of the help
	holds string // what the file has, as Velero calls it
	part  string // of it
	bind  func(*restoreFlags, *pflag.FlagSet)
	give  func(how *restoreFlags, file string)
	knows func(*restore.Options) bool // Velero has it
	run   func(ctx context.Context, src *tarball.Source, o *restore.Options, file, label string) (T, error)
	write func(out io.Writer, format string, result T, about *render.TrialAbout, style render.Style) error
}

// newTrial returns the command that tries a file on a backup.
func newTrial[T trial.Result](streams Streams, of trialOf[T]) *cobra.Command {
	var (
		from   sourceFlags
		how    restoreFlags
		failOn policyFlag
		github bool
		output outputFlags
	)
	c := newCommand(of.name)
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return wrongUsage("FILE is missing: name a file with %s", of.holds)
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
		of.give(&how, args[0])
		s := output.begin(streams)
		defer s.abandon()
		result, err := withRestore(c.Context(), s, &from, &how, c.Flags(), args[1:], func(src *opened, o *restore.Options) (none T, err error) {
			if !of.knows(o) {
				return none, wrongUsage("Velero %s has no %s: choose another --velero-version", o.Profile, of.holds)
			}
			result, err := of.run(c.Context(), src.Source, o, args[0], src.label)
			if err != nil {
				return none, err
			}
			about := &render.TrialAbout{Given: &how.given, Program: about().Version, Fails: failOn.policy.Fails}
			return result, of.write(s.screen, output.format.value, result, about, output.style(streams))
		})
		if err != nil {
			return err
		}
		if github {
			if err := render.AnnotateTrial(streams.Err, result, &how.given); err != nil {
				return err
			}
		}
		return judgeParts(s, result, of.part, failOn.policy)
	}
	from.bind(c.Flags())
	of.bind(&how, c.Flags())
	failOn.bind(c.Flags())
	c.Flags().BoolVar(&github, "github", false, "annotations for GitHub Actions on standard error")
	output.bindResult(c.Flags(), render.TrialFormats)
	output.bindPager(c.Flags())
	return c
}

// looksLikeBackup says that a path is a folder, a packed file or a name, and not a file of a restore.
func looksLikeBackup(path string) bool {
	info, err := os.Stat(path)
	return err != nil && path != standard || err == nil && info.IsDir() || strings.HasSuffix(path, ".tar.gz") || strings.HasSuffix(path, ".tar")
}

// judgeParts says whether a part is at or above --fail-on.
func judgeParts(s *session, t trial.Result, part string, policy verdict.Policy) error {
	broken, doubtful := t.Wrong()
	var why []string
	if broken > 0 && policy.FailsAll(report.Error) {
		why = append(why, render.Count(broken, part)+" broken")
	}
	if doubtful > 0 && policy.FailsAll(report.Warning) {
		why = append(why, render.Count(doubtful, part)+" doubtful")
	}
	if len(why) == 0 {
		return nil
	}
	s.note("veltx: exit code 3: " + strings.Join(why, ", "))
	return errFindings
}
