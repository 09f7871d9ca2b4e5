package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/transform/look/backups"
	"github.com/veltx/veltx/transform/survey"
)

// The variables of a pod of an Indexed Job. Kubernetes sets the first, the manifest of the Job the second.
const (
	jobIndex       = "JOB_COMPLETION_INDEX"
	jobCompletions = "JOB_COMPLETIONS"
)

// surveyFlags say that a command is for many backups of a store, and for which.
type surveyFlags struct {
	all      bool
	latest   bool
	since    string
	shard    string
	parallel int
}

func (f *surveyFlags) bind(flags *pflag.FlagSet) {
	flags.BoolVar(&f.all, "all", false, "look at all backups in --store, and show a line for each")
	flags.BoolVar(&f.latest, "latest", false, "with --all: of each schedule only the newest backup")
	flags.StringVar(&f.since, "since", "", "with --all: only backups since a `DAY` or a time, or of an age such as 7d or 36h")
	flags.StringVar(&f.shard, "shard", "", "with --all: only share `I/N` of the backups, for veltx merge (default: that of the Indexed Job, if it runs in one)")
	flags.IntVar(&f.parallel, "parallel", 0, "with --all: backups that are read at once (default: one for each core)")
}

// singly are flags of commands for one backup that have no meaning for many.
var singly = []string{
	"sample", "diff", "show", "show-notes", "write-baseline", "github", "velero-versions", "from-backup", "from-schedule",
	"restore-name", "write-checksums", "check", "plugin-log",
}

// given says whether the command is for many backups, and refuses what does not go together.
func (f *surveyFlags) given(c *cobra.Command, from *sourceFlags, args []string, format string) (bool, error) {
	if !f.all {
		return false, nil
	}
	for _, name := range singly {
		if flag := c.Flags().Lookup(name); flag != nil && flag.Changed {
			return false, wrongUsage("--%s is for one backup: leave it or --all out", name)
		}
	}
	switch {
	case len(args) > 0:
		return false, wrongUsage("--all takes the place of BACKUP %q: give only one of them", args[0])
	case from.store.dir == "":
		return false, wrongUsage("--all is of a store: give --store DIR")
	case f.parallel < 0:
		return false, wrongUsage("--parallel: %d is less than 0", f.parallel)
	case !slices.Contains(render.SurveyFormats, format):
		return false, wrongUsage("-o %s is for one backup: --all has %s", format, strings.Join(render.SurveyFormats, ", "))
	}
	return true, from.limits()
}

// share is the share that was asked for: by the flag, or by the Job in whose pod veltx runs.
func (f *surveyFlags) share() (survey.Share, error) {
	index, completions := os.Getenv(jobIndex), os.Getenv(jobCompletions)
	switch {
	case f.shard != "":
		share, err := survey.ParseShare(f.shard)
		if err != nil {
			return share, wrongUsage("--shard: %v", err)
		}
		return share, nil
	case index == "":
		return survey.Share{}, nil
	case completions == "":
		return survey.Share{}, wrongUsage("%s is set, and %s is not: set it to the Job's completions, or give --shard 1/1 for all backups", jobIndex, jobCompletions)
	}
	share, err := survey.JobShare(index, completions)
	if err != nil {
		return share, wrongUsage("%s and %s: %v", jobIndex, jobCompletions, err)
	}
	return share, nil
}

// choice is which backups were asked for.
func (f *surveyFlags) choice() (survey.Choice, error) {
	c := survey.Choice{Latest: f.latest}
	if f.since == "" {
		return c, nil
	}
	var err error
	if c.Since, err = survey.ParseSince(f.since, time.Now()); err != nil {
		return c, wrongUsage("--since: %v", err)
	}
	return c, nil
}

// manyBackups is a run over many backups of a store.
type manyBackups struct {
	command string
	format  string
	options string // the flags that say what was asked
	flags   *surveyFlags
	from    *sourceFlags
	reports reports
	others  bool // folders that are no backups are looked at, too
	// look fills the result of a backup, whose folder is at a path. An error is one of this backup.
	look func(ctx context.Context, r *survey.Result, path string) error
}

// survey looks at the backups and shows what came of them.
func (s *session) survey(ctx context.Context, m *manyBackups) error {
	share, err := m.flags.share()
	if err != nil {
		return err
	}
	choice, err := m.flags.choice()
	if err != nil {
		return err
	}
	var totals survey.Totals
	err = m.from.store.open(func(in *location) error {
		names, err := m.names(in, choice)
		if err != nil {
			return err
		}
		names = slices.DeleteFunc(names, func(name string) bool { return !share.Has(name) })
		return s.surveyed(ctx, m, in, names, share, &totals)
	})
	if err != nil {
		return err
	}
	return s.worst(&totals)
}

// worst says how the worst of the backups came out, and ends the command with its exit code.
func (s *session) worst(totals *survey.Totals) error {
	switch n := totals.Codes[totals.Code()]; totals.Code() {
	case exitFindings:
		s.note(fmt.Sprintf("veltx: exit code 3: %s of %d with findings", render.Count(n, "backup"), totals.Backups))
		return errFindings
	case exitError:
		return fmt.Errorf("%d of %s cannot be looked at", n, render.Count(totals.Backups, "backup"))
	}
	return nil
}

// names are those of the chosen backups of all shares.
func (m *manyBackups) names(in *location, choice survey.Choice) ([]string, error) {
	names, others, err := store.Folders(in, in.bucket, in.prefix)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: %s", m.from.store.dir, m.from.store.empty())
	}
	if choice.Asks() {
		listed := make([]survey.Listed, len(names))
		for n, name := range names {
			listed[n].Name = name
			if b, err := backups.Read(in, in.bucket, in.prefix, name); err == nil {
				var r survey.Result
				r.Tell(b)
				listed[n] = survey.Listed{Name: name, Schedule: r.Schedule, Created: r.Created, Phase: r.Phase}
			}
		}
		names = choice.Of(listed)
	}
	if m.others {
		names = append(names, others...)
		slices.Sort(names)
	}
	return names, nil
}

// surveyed looks at the backups with these names.
func (s *session) surveyed(ctx context.Context, m *manyBackups, in *location, names []string, share survey.Share, totals *survey.Totals) error {
	shown := m.reports.surveys(render.NewSurvey(m.format, s.screen, m.command, s.output.style(s.streams)), m.command)
	workers := m.flags.parallel
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	look := func(ctx context.Context, name string) *survey.Result { return m.result(ctx, in, name) }
	err := survey.Run(ctx, names, workers, look, func(r *survey.Result) error {
		totals.Add(r)
		s.work.backups(totals.Backups, len(names))
		return shown.Result(r)
	})
	if err != nil {
		return err
	}
	var last *survey.End
	if share.Of > 0 {
		last = survey.NewEnd(m.command, share, totals.Backups, m.options)
	}
	s.work.end()
	if err := errors.Join(shown.Finish(totals, last), m.reports.commit()); err != nil {
		return err
	}
	s.noteSurvey(m.format, totals)
	return nil
}

// noteSurvey tells beside a result that is for programs how the survey came out.
func (s *session) noteSurvey(format string, totals *survey.Totals) {
	if format != render.Table {
		s.note("veltx: " + render.TotalsLine(totals))
	}
}

// result looks at one backup.
func (m *manyBackups) result(ctx context.Context, in *location, name string) *survey.Result {
	r := survey.NewResult(m.command, name)
	root := ""
	err := func() (err error) {
		path, done, err := in.folder(name)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, done()) }()
		root = strings.TrimSuffix(filepath.ToSlash(path)+"/", layout.BackupPrefix(in.prefix, name))
		if b, err := backups.Read(in, in.bucket, in.prefix, name); err == nil { // what is wrong with it, look says
			r.Tell(b)
		}
		return m.look(ctx, r, path)
	}()
	switch {
	case errors.Is(err, errFindings):
		r.Code = exitFindings
	case err != nil:
		r.Code, r.Error = exitError, within(root, err.Error())
	}
	return r
}

// within takes the path of the store out of a text, so that it is the same wherever the store is.
func within(root, text string) string {
	if root == "" {
		return text
	}
	return strings.ReplaceAll(filepath.ToSlash(text), root, "")
}
