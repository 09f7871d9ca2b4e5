package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/verdict"
	"github.com/veltx/veltx/transform/sink"
)

// stepSummary names the file to which a job of GitHub Actions appends its summary.
const stepSummary = "GITHUB_STEP_SUMMARY"

// verdictFlags say which findings make a run fail, which are accepted, and where a pipeline is told of them.
type verdictFlags struct {
	failOn        policyFlag
	baseline      string
	writeBaseline string
	flags         *pflag.FlagSet // where --force is
	github        bool

	judge verdict.Judge
	pages *render.GitHub // nil without --github
}

// policyFlag is --fail-on.
type policyFlag struct {
	text   string
	policy verdict.Policy
}

func (f *policyFlag) String() string { return f.text }

// Set implements pflag.Value.
func (f *policyFlag) Set(text string) (err error) {
	f.text = text
	f.policy, err = verdict.ParsePolicy(text)
	return err
}

// Type implements pflag.Value.
func (f *policyFlag) Type() string { return "SEVERITY,ID,..." }

func (f *policyFlag) bind(flags *pflag.FlagSet) {
	_ = f.Set(string(report.Error))
	flags.Var(f, "fail-on", "exit with code 3 on findings of this severity or above (note, warning, error, never), or with these ids")
}

func (f *verdictFlags) bind(flags *pflag.FlagSet) {
	f.failOn.bind(flags)
	flags.StringVar(&f.baseline, "baseline", "", "`FILE` with findings that are known and accepted")
	flags.StringVar(&f.writeBaseline, "write-baseline", "", "write all findings to `FILE`, for --baseline")
	if f.flags = flags; flags.Lookup("force") == nil {
		flags.Bool("force", false, "replace the files of --write-baseline and --report")
	}
}

func (f *verdictFlags) bindGitHub(flags *pflag.FlagSet) {
	flags.BoolVar(&f.github, "github", false, "annotations for GitHub Actions on standard error, and a summary of the step")
}

// load reads what there is to read before the work begins.
func (f *verdictFlags) load() error {
	if err := wantFile("write-baseline", f.writeBaseline); err != nil {
		return err
	}
	if f.judge.Policy, f.judge.Keep = f.failOn.policy, f.writeBaseline != ""; f.judge.Keep {
		file, err := f.createBaseline()
		if err != nil {
			return err // before the work, and not after it
		}
		file.Abort()
	}
	if f.baseline == "" {
		return nil
	}
	file, err := openFile(f.baseline)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: to make a baseline of what is found now, use --write-baseline %s instead", err, f.baseline)
	}
	if err != nil {
		return err
	}
	f.judge.Baseline, err = verdict.Read(f.baseline, file)
	return err
}

// isDeaf says that findings change neither the exit code nor a file, and are published nowhere.
func (f *verdictFlags) isDeaf() bool {
	return f.failOn.policy.IsNever() && f.baseline == "" && f.writeBaseline == "" && !f.github
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

// settle tells the pipeline, writes the baseline and says whether the run fails. Who writes a baseline accepts what is
// in it.
func (f *verdictFlags) settle(s *session) error {
	if err := f.publish(s.streams); err != nil {
		return err
	}
	if gone := f.judge.Baseline.Gone(); gone > 0 {
		s.streams.say(fmt.Sprintf("veltx: %s: %s no longer found; --write-baseline leaves them out", f.baseline, render.Count(gone, "accepted finding")))
	}
	if f.writeBaseline != "" {
		return f.keep()
	}
	if f.judge.Failed() {
		s.note("veltx: exit code 3: " + failingText(f.judge.Failing()) + " (--fail-on " + f.failOn.text + ")")
		return errFindings
	}
	return nil
}

// failingText counts what makes a run fail by id.
func failingText(failed []verdict.Failing) string {
	var parts []string
	for _, f := range failed {
		parts = append(parts, strconv.Itoa(f.N)+" "+f.ID)
	}
	return strings.Join(parts, ", ")
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

func (f *verdictFlags) createBaseline() (*sink.File, error) {
	force, err := f.flags.GetBool("force")
	if err != nil {
		return nil, err
	}
	return sink.CreateFile(f.writeBaseline, sink.FileOptions{Replace: force})
}

func (f *verdictFlags) keep() error {
	file, err := f.createBaseline()
	if err != nil {
		return err
	}
	defer file.Abort()
	if err := verdict.Write(file, f.judge.Keys()); err != nil {
		return err
	}
	return file.Commit()
}
