package cmd

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/planfile"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// NewRestorePreview returns the command that shows a plan.
func NewRestorePreview(streams Streams) *cobra.Command {
	var (
		from   sourceFlags
		how    restoreFlags
		judge  verdictFlags
		diff   diffFlag
		show   findingFlags
		output outputFlags
		line   veleroLine
		both   upgradeFlag
		many   surveyFlags
		beside reportFlags
	)
	how.line = &line
	c := newCommand("restore-preview")
	c.Args = cobra.ArbitraryArgs
	c.RunE = func(c *cobra.Command, args []string) error {
		format, err := diff.format(&output)
		if err != nil {
			return err
		}
		all, err := many.given(c, &from, args, format)
		if err != nil {
			return err
		}
		if !all {
			if args, err = line.arguments(args, &from, &how); err != nil {
				return err
			}
		}
		if err := show.wanted(format); err != nil {
			return err
		}
		if err := judge.load(); err != nil {
			return err
		}
		compare, err := both.given(format)
		if err != nil {
			return err
		}
		formats := render.PreviewFormats
		if all {
			formats = render.SurveyFormats
		}
		also, err := beside.create(formats)
		if err != nil {
			return err
		}
		defer also.abort()
		s := output.begin(streams)
		defer s.abandon()
		if line.namespace != "" && !line.pasted {
			s.note("veltx: --namespace " + line.namespace + " is where Velero runs; the namespaces to restore are those of -n or --include-namespaces")
		}
		if names := line.ignored(c.Flags()); names != "" {
			s.note("veltx: no cluster is asked: ignored " + names)
		}
		if all {
			return s.restoreSurvey(c, &from, &how, &judge, &many, also, format)
		}
		if compare {
			return both.show(c.Context(), s, &from, &how, c.Flags(), args)
		}
		summary, err := withRestore(c.Context(), s, &from, &how, c.Flags(), args, func(src *opened, o *restore.Options) (*report.Summary, error) {
			return s.preview(c.Context(), src, o, &preview{&judge, &how, &show, also, format, again(c, args, render.RestoreManifest)})
		})
		if err != nil {
			return err
		}
		if format != render.Table {
			s.note("veltx: " + render.SummaryLine(summary))
		}
		return judge.settle(s)
	}
	from.bind(c.Flags())
	how.bind(c.Flags())
	line.bind(c.Flags())
	how.bindAPIServer(c.Flags())
	how.plugins.bind(c.Flags(), restoreActions)
	how.bindSecrets(c.Flags())
	judge.bind(c.Flags())
	judge.bindGitHub(c.Flags())
	diff.bind(c.Flags())
	show.bind(c.Flags())
	both.bind(c.Flags())
	many.bind(c.Flags())
	beside.bind(c.Flags())
	bindConfig(c.Flags())
	output.bindResult(c.Flags(), render.PreviewFormats)
	output.bindPager(c.Flags())
	return c
}

// preview is what decides how a preview is shown and judged.
type preview struct {
	judge  *verdictFlags
	how    *restoreFlags
	show   *findingFlags
	also   reports
	format string
	again  string // the command line with -o restore
}

// preview runs the restore and renders it as it goes.
func (s *session) preview(ctx context.Context, src *opened, o *restore.Options, p *preview) (*report.Summary, error) {
	format := p.format
	o.Unread = p.also.unread(render.Unread(format))
	about, err := aboutRestore(src, o, p.how, p.judge)
	if err != nil {
		return nil, err
	}
	if isTerminal(s.streams.Out) {
		about.Now = time.Now()
	}
	if format == render.Plan && len(o.Plugins) > 0 {
		return nil, wrongUsage("-o plan: a plan holds no plugins, and transform would carry it out without them: give --plugin to transform itself")
	}
	if format == render.Plan {
		o.Secrets = false // their digests must tell nobody anything
		if about.Plan, err = planfile.Describe(ctx, src.Source, o); err != nil {
			return nil, err
		}
	}
	made, err := o.Request()
	if err != nil {
		return nil, err
	}
	about.Request = &render.Request{Request: made, Again: p.again}
	about.Notes, about.TempDir = p.show.notes, o.TempDir
	plan, err := render.NewPreview(format, s.screen, about, s.output.style(s.streams))
	if err != nil {
		return nil, err
	}
	if p.show.id != "" {
		plan = render.NewShown(p.show.id, s.screen, s.output.style(s.streams))
	}
	all, err := p.also.with(plan, about)
	if err != nil {
		return nil, err
	}
	defer func() { _ = all.Close() }() // temporary files
	summary, err := restore.Preview(ctx, src.Source, o, p.judge.watch(all, about))
	if err != nil {
		return nil, err
	}
	return summary, errors.Join(p.judge.conclude(summary), all.Finish(summary), p.also.commit())
}

// aboutRestore is what there is to say about a restore before it is simulated.
func aboutRestore(src *opened, o *restore.Options, how *restoreFlags, judge *verdictFlags) (*render.About, error) {
	side, err := src.Side()
	if err != nil {
		return nil, err
	}
	return &render.About{
		Source: src.label, Format: src.Format(), Backup: side.Backup, VeleroVersion: o.Profile.Minor(),
		Release: o.Profile.Release(), Unreleased: unreleased(o.Profile), Features: o.Features, Restore: o.Restore, Fails: judge.judge.Policy.Fails, Given: how.given,
		Program: about().Version, Why: how.why,
	}, nil
}

// diffFlag is --diff[=full] of a preview.
type diffFlag struct{ value choice }

func (f *diffFlag) bind(flags *pflag.FlagSet) {
	f.value = choice{words: []string{"changes", "full"}}
	flags.VarPF(&f.value, "diff", "", "show a diff of each changed item instead of the table; full omits nothing").NoOptDefVal = "changes"
}

// format is the format of the preview: what -o says, or a diff.
func (f *diffFlag) format(output *outputFlags) (string, error) {
	switch {
	case f.value.value == "":
		return output.format.value, nil
	case output.format.value != render.Table:
		return "", wrongUsage("--diff takes the place of the table: leave -o %s out", output.format.value)
	case f.value.value == "full":
		return render.FullDiff, nil
	}
	return render.Diff, nil
}
