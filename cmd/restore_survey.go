package cmd

import (
	"context"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/verdict"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/survey"
)

// restoreSurvey previews the restores of many backups, all with the same options.
func (s *session) restoreSurvey(c *cobra.Command, from *sourceFlags, how *restoreFlags, judge *verdictFlags, many *surveyFlags, also reports, format string) error {
	for _, name := range how.files {
		if name == standard {
			return wrongUsage("-f -: many backups need it many times, and standard input can be read once: give a file")
		}
	}
	memory := &memoryOfMany{}
	m := &manyBackups{command: c.Name(), format: format, options: asked(c), flags: many, from: from, reports: also}
	m.look = func(ctx context.Context, r *survey.Result, path string) error {
		one := &oneOfMany{from: from, how: *how, judge: verdict.Judge{Policy: judge.failOn.policy, Baseline: judge.judge.Baseline.Fresh()}}
		return one.preview(ctx, s.silent(), c.Flags(), path, memory.share(), r)
	}
	return s.survey(c.Context(), m)
}

// oneOfMany is the preview of one of many backups, with what a preview changes in its options and its judge.
type oneOfMany struct {
	from  *sourceFlags
	how   restoreFlags
	judge verdict.Judge
}

// preview fills the result of a backup.
func (p *oneOfMany) preview(ctx context.Context, s *session, given *pflag.FlagSet, path string, memory *memoryShare, r *survey.Result) error {
	defer memory.release()
	summary, err := withRestoreAt(ctx, s, p.from, &p.how, given, path, func(src *opened, o *restore.Options) (*report.Summary, error) {
		o.Unread, o.OnIndexed = report.Changes|report.Values|report.Objects, memory.allow
		tally := &survey.Tally{}
		summary, err := restore.Preview(ctx, src.Source, o, p.judge.Watch(tally))
		if err != nil {
			return nil, err
		}
		p.judge.Conclude(summary)
		r.Preview(summary, tally, p.judge.Failing())
		return summary, nil
	})
	if err == nil && summary != nil && p.judge.Failed() {
		return errFindings
	}
	return err
}
