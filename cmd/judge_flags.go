package cmd

import (
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/verdict"
	"github.com/veltx/veltx/transform/sink"
)

// judgeFlags say which findings make a run fail, and which are accepted.
type judgeFlags struct {
	failOn        policyFlag
	baseline      string
	writeBaseline string

	judge verdict.Judge
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
func (f *policyFlag) Type() string { return "warning|error|never|ID,..." }

func (f *judgeFlags) bind(flags *pflag.FlagSet) {
	_ = f.failOn.Set(string(report.Error))
	flags.Var(&f.failOn, "fail-on", "what makes the exit code 3: the least severe finding, ids of findings, or both")
	flags.StringVar(&f.baseline, "baseline", "", "`FILE` with findings that are known and accepted")
	flags.StringVar(&f.writeBaseline, "write-baseline", "", "write all findings to `FILE`, for --baseline")
}

// load reads what there is to read before the work begins.
func (f *judgeFlags) load() error {
	if err := wantFile("write-baseline", f.writeBaseline); err != nil {
		return err
	}
	f.judge.Policy, f.judge.Keep = f.failOn.policy, f.writeBaseline != ""
	if f.baseline == "" {
		return nil
	}
	file, err := os.Open(f.baseline)
	if err != nil {
		return err
	}
	defer file.Close()
	f.judge.Baseline, err = verdict.Read(f.baseline, file)
	return err
}

// settle writes the baseline and says whether the run fails. Who writes a baseline accepts what is in it.
func (f *judgeFlags) settle(streams Streams) error {
	if gone := f.judge.Baseline.Gone(); gone > 0 {
		streams.say(fmt.Sprintf("veltx: %s: findings that are gone: %d; --write-baseline takes them out", f.baseline, gone))
	}
	if f.writeBaseline != "" {
		return f.keep()
	}
	if f.judge.Failed() {
		return errFindings
	}
	return nil
}

func (f *judgeFlags) keep() error {
	file, err := sink.CreateFile(f.writeBaseline, sink.FileOptions{Replace: true})
	if err != nil {
		return err
	}
	defer file.Abort()
	if err := verdict.Write(file, f.judge.Keys()); err != nil {
		return err
	}
	return file.Commit()
}
