package cmd

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/sink"
	"github.com/veltx/veltx/transform/survey"
)

// reportFlags are further formats of a result, each in a file of its own, beside what -o shows.
type reportFlags struct {
	named []string
	flags *pflag.FlagSet // where --force is
}

func (f *reportFlags) bind(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.named, "report", nil, "also write the result as `FORMAT=FILE`, in a format of -o; repeatable")
	if f.flags = flags; flags.Lookup("force") == nil {
		flags.Bool("force", false, "replace the files of --report")
	}
}

// reports are the files of --report; they show after commit.
type reports []reportFile

type reportFile struct {
	*sink.File
	format string
}

// create makes the files before the work begins, so that one that cannot be written ends the run at once.
func (f *reportFlags) create(formats []string) (all reports, err error) {
	defer func() {
		if err != nil {
			all.abort()
		}
	}()
	force, err := f.flags.GetBool("force")
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, text := range f.named {
		format, name, ok := strings.Cut(text, "=")
		switch {
		case !ok || name == "":
			return all, wrongUsage("--report: %q is not FORMAT=FILE, such as junit=report.xml", text)
		case !slices.Contains(formats, format) || format == render.Plan:
			return all, wrongUsage("--report: %q is not one of %s", format, strings.Join(slices.DeleteFunc(slices.Clone(formats), func(f string) bool { return f == render.Plan }), ", "))
		case seen[name]:
			return all, wrongUsage("--report: %s is named twice", name)
		}
		if err := wantFile("report", name); err != nil {
			return all, err
		}
		seen[name] = true
		file, err := sink.CreateFile(name, sink.FileOptions{Replace: force})
		if err != nil {
			return all, err
		}
		all = append(all, reportFile{file, format})
	}
	return all, nil
}

// unread are the parts of items that no format shows.
func (r reports) unread(parts report.Parts) report.Parts {
	for _, one := range r {
		parts &= render.Unread(one.format)
	}
	return parts
}

func (r reports) abort() {
	for _, one := range r {
		one.Abort()
	}
}

func (r reports) commit() error {
	for _, one := range r {
		if err := one.Commit(); err != nil {
			return err
		}
	}
	return nil
}

// previews is a preview in all its formats.
type previews []render.Preview

// with are the previews of a plan that is shown, and of its reports.
func (r reports) with(shown render.Preview, about *render.About) (previews, error) {
	all := previews{shown}
	for _, one := range r {
		plan, err := render.NewPreview(one.format, one, about, render.Style{})
		if err != nil {
			return all, errors.Join(err, all.Close())
		}
		all = append(all, plan)
	}
	return all, nil
}

// Item implements report.Sink.
func (p previews) Item(i *report.Item) error {
	for _, one := range p {
		if err := one.Item(i); err != nil {
			return err
		}
	}
	return nil
}

// Finish implements render.Preview.
func (p previews) Finish(s *report.Summary) error {
	for _, one := range p {
		if err := one.Finish(s); err != nil {
			return err
		}
	}
	return nil
}

// Close implements io.Closer.
func (p previews) Close() (err error) {
	for _, one := range p {
		if kept, ok := one.(io.Closer); ok {
			err = errors.Join(err, kept.Close())
		}
	}
	return err
}

// surveys is a survey in all its formats.
type surveys []render.Survey

// surveys are those of a survey that is shown, and of its reports.
func (r reports) surveys(shown render.Survey, command string) surveys {
	all := surveys{shown}
	for _, one := range r {
		all = append(all, render.NewSurvey(one.format, one, command, render.Style{}))
	}
	return all
}

// Result implements render.Survey.
func (s surveys) Result(r *survey.Result) error {
	for _, one := range s {
		if err := one.Result(r); err != nil {
			return err
		}
	}
	return nil
}

// Finish implements render.Survey.
func (s surveys) Finish(totals *survey.Totals, end *survey.End) error {
	for _, one := range s {
		if err := one.Finish(totals, end); err != nil {
			return err
		}
	}
	return nil
}
