package cmd

import (
	"errors"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/spool"
	"github.com/veltx/veltx/transform/survey"
)

// NewMerge returns the command that joins the reports of shares.
func NewMerge(streams Streams) *cobra.Command {
	var (
		output  outputFlags
		partial bool
	)
	c := newCommand("merge")
	c.RunE = func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return wrongUsage("REPORT is missing: name the reports that --all --shard -o jsonl wrote")
		}
		s := output.begin(streams)
		defer s.abandon()
		return s.merge(args, output.format.value, partial)
	}
	c.Flags().BoolVar(&partial, "partial", false, "join the reports although shares are missing; the exit code is 1 then")
	output.bindFormat(c.Flags(), render.SurveyFormats)
	output.bindColor(c.Flags())
	c.Flags().BoolVarP(&output.quiet, "quiet", "q", false, "no summary on standard error")
	return c
}

// merge joins reports. None of them is read into memory as a whole.
func (s *session) merge(names []string, format string, partial bool) (err error) {
	reports := make([]*survey.Report, len(names))
	for n, name := range names {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		if reports[n], err = survey.OpenReport(name, file); err != nil {
			return err
		}
	}
	kept, err := spool.NewTempFile("") // whether the reports belong together, their last lines tell
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.Close()) }()
	shown := render.NewSurvey(format, kept, survey.CommandOf(reports), s.output.style(s.streams))
	var totals survey.Totals
	missing := survey.Merge(reports, partial, func(r *survey.Result) error {
		totals.Add(r)
		return shown.Result(r)
	})
	if missing != nil && (!partial || !errors.Is(missing, survey.ErrMissing)) {
		return missing
	}
	if err := shown.Finish(&totals, nil); err != nil {
		return err
	}
	if _, err := kept.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := io.Copy(s.screen, kept); err != nil {
		return err
	}
	s.noteSurvey(format, &totals)
	if missing != nil {
		return missing
	}
	return s.worst(&totals)
}
