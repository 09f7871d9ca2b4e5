package cmd

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/report"
)

// stepSummary names the file to which a job of GitHub Actions appends its summary.
const stepSummary = "GITHUB_STEP_SUMMARY"

// verdictFlags say which findings of a restore make a run fail, and where a pipeline is told of them.
type verdictFlags struct {
	judgeFlags

	github bool
	pages  *render.GitHub // nil without --github
}

func (f *verdictFlags) bind(flags *pflag.FlagSet) {
	f.judgeFlags.bind(flags)
	flags.BoolVar(&f.github, "github", false, "annotations for GitHub Actions on standard error, and a summary of the step")
}

// watch returns a sink that judges what goes to next.
func (f *verdictFlags) watch(next report.Sink, about *render.About) report.Sink {
	if f.github {
		f.pages = render.NewGitHub(about)
		next = both{next, f.pages}
	}
	return f.judge.Watch(next)
}

// both is two sinks.
type both [2]report.Sink

// Item implements report.Sink.
func (b both) Item(i *report.Item) error {
	if err := b[0].Item(i); err != nil {
		return err
	}
	return b[1].Item(i)
}

// conclude judges what belongs to no single item. It comes before the summary is shown.
func (f *verdictFlags) conclude(s *report.Summary) error {
	f.judge.Conclude(s)
	if f.pages == nil {
		return nil
	}
	return f.pages.Finish(s)
}

// settle tells the pipeline, writes the baseline and says whether the run fails.
func (f *verdictFlags) settle(streams Streams) error {
	if err := f.publish(streams); err != nil {
		return err
	}
	return f.judgeFlags.settle(streams)
}

// publish writes the annotations, and appends to the summary of the step where there is one.
func (f *verdictFlags) publish(streams Streams) error {
	if f.pages == nil {
		return nil
	}
	if err := f.pages.Annotate(streams.Err); err != nil {
		return err
	}
	name := os.Getenv(stepSummary)
	if name == "" {
		return nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("%s: %w", stepSummary, err)
	}
	_, err = file.WriteString(f.pages.Summary())
	return errors.Join(err, file.Close())
}
