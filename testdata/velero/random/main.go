// Command random compares veltx with the real Velero over random cases.
//
//	random -oracle PROGRAM -version 1.18 -n 2000 -seed 1 [-from 0] [-keep FOLDER] [-square | -backup | -references [-folder BACKUP]]
//
// With -square the question is another: whether the real Velero, given the backup that veltx rewrote and no options,
// does what it does with the original and the options. With -backup the cases are of backups and their actions. With
// -references it is whether Velero rewrites references by the resource modifiers that veltx writes, under random mappings.
//
// The oracle is a program of its own, one of the modules beside this folder, built before: it cannot share libraries
// with veltx. Each difference is made small and written to the folder as a case that can be kept.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/candidate"
	"github.com/veltx/veltx/testdata/conformance/generate"
	"github.com/veltx/veltx/testdata/velero/judge"
)

func main() {
	var d driver
	flag.StringVar(&d.program, "oracle", "", "the oracle's program")
	flag.StringVar(&d.version, "version", "1.18", "of Velero")
	flag.StringVar(&d.keep, "keep", "", "folder for small cases that show a difference")
	flag.Uint64Var(&d.seed, "seed", 1, "of the cases")
	flag.BoolVar(&d.backup, "backup", false, "make backups in the place of restores")
	flag.BoolVar(&d.square, "square", false, "restore the rewritten backup with no options")
	from := flag.Uint64("from", 0, "number of the first case")
	n := flag.Uint64("n", 500, "how many cases")
	refs := flag.Bool("references", false, "judge the resource modifiers that veltx writes for references, with random mappings")
	folder := flag.String("folder", "", "with -references: a backup's folder, in the place of random cases")
	flag.Parse()
	if *refs {
		if err := d.judgeReferences(*folder, *from, *n); err != nil {
			fmt.Fprintln(os.Stderr, "random:", err)
			os.Exit(1)
		}
		return
	}
	if err := d.run(*from, *n); err != nil {
		fmt.Fprintln(os.Stderr, "random:", err)
		os.Exit(1)
	}
}

// driver asks the oracle and veltx, and holds the answers against each other.
type driver struct {
	program, version, keep string
	seed                   uint64
	square, backup         bool

	child     *exec.Cmd
	input     io.Closer
	questions *json.Encoder
	replies   *json.Decoder
	crashed   int
	luck      int // cases of which Velero's answer depends on the order in which it takes namespaces
	unsquare  int // cases of which no archive can hold the options
	unjudged  int // cases that need a plugin which is not there
}

func (d *driver) run(from, n uint64) error {
	if err := d.start(); err != nil {
		return err
	}
	failed, restored, err := d.compareAll(from, n)
	if err := errors.Join(err, d.stop()); err != nil {
		return err
	}
	fmt.Printf("Velero %s, seed %d: %d cases with %d requests of Velero, %d cases differ, %d are luck in Velero, Velero crashed on %d\n",
		d.version, d.seed, n, restored, failed, d.luck, d.crashed)
	if d.unjudged > 0 {
		fmt.Printf("%d cases are not judged: %v\n", d.unjudged, judge.ErrNoPlugin)
	}
	skipped := d.crashed + d.unsquare + d.unjudged
	fmt.Printf("%d passed, %d failed, %d skipped\n", n-uint64(failed+skipped), failed, skipped)
	if failed > 0 {
		return errors.New("veltx differs from Velero")
	}
	return nil
}

func (d *driver) start() error {
	d.child = exec.Command(d.program, "serve")
	d.child.Stderr = io.Discard
	in, err := d.child.StdinPipe()
	if err != nil {
		return err
	}
	out, err := d.child.StdoutPipe()
	if err != nil {
		return err
	}
	d.input, d.questions, d.replies = in, json.NewEncoder(in), json.NewDecoder(bufio.NewReader(out))
	return d.child.Start()
}

func (d *driver) stop() error { return errors.Join(d.input.Close(), d.child.Wait()) }

// otherOrders is how often Velero is asked where answers differ: it takes the namespaces of a resource in the
// order of a Go map, and veltx in one of these orders ("sorted-namespaces" in docs/PARITY.md). A difference is one that
// stays.
const otherOrders = 12

// errCrashed says that the real Velero panicked over a case, outside of its actions.
var errCrashed = errors.New("Velero crashed")

func (d *driver) compareAll(from, n uint64) (failed, restored int, err error) {
	for number := from; number < from+n; number++ {
		text, err := d.generate(number)
		if err != nil {
			return failed, restored, err
		}
		diffs, requests, err := d.compareOften(text, otherOrders)
		if candidate.IsNoSquare(err) {
			d.unsquare++
			continue
		}
		if errors.Is(err, judge.ErrNoPlugin) {
			d.unjudged++
			continue
		}
		if errors.Is(err, errCrashed) {
			d.crashed++
			foretold, err := d.foretellsPanic(text)
			if err != nil {
				return failed, restored, fmt.Errorf("case %d: %w\n%s", number, err, text)
			}
			fmt.Printf("case %d: Velero itself crashes, and veltx foretells it: %v\n", number, foretold)
			if !foretold {
				failed++
				d.crashed--
			}
			continue
		}
		if err != nil {
			return failed, restored, fmt.Errorf("case %d: %w\n%s", number, err, text)
		}
		restored += requests
		if done := number - from + 1; done%1000 == 0 {
			fmt.Printf("%d of %d\n", done, n)
		}
		if len(diffs) > 0 {
			failed++
			if err := d.report(number, text); err != nil {
				return failed, restored, err
			}
		}
	}
	return failed, restored, nil
}

func (d *driver) generate(number uint64) ([]byte, error) {
	if d.backup {
		return generate.Backup(d.version, d.seed, number)
	}
	if d.square {
		return generate.Square(d.version, d.seed, number)
	}
	return generate.Case(d.version, d.seed, number)
}

// foretellsPanic says whether veltx finds what makes Velero crash over a restore.
func (d *driver) foretellsPanic(text []byte) (bool, error) {
	c, err := conformance.ParseCase(text)
	if err != nil {
		return false, err
	}
	in, err := c.Input()
	if err != nil {
		return false, err
	}
	ids, err := candidate.Findings(d.version, in)
	return slices.Contains(ids, "velero-panics"), err
}

// compareOften asks again where the answers differ, up to so many times in all.
func (d *driver) compareOften(text []byte, times int) (diffs []conformance.Difference, requests int, err error) {
	for asked := range times {
		diffs, requests, err = d.compare(text)
		if err != nil || len(diffs) == 0 {
			if asked > 0 && err == nil {
				d.luck++
			}
			break
		}
	}
	return diffs, requests, err
}

// compare returns the differences in one case and how many requests Velero sent.
func (d *driver) compare(text []byte) ([]conformance.Difference, int, error) {
	if d.backup {
		return d.compareBackup(text)
	}
	want, err := d.ask(judge.Question{Case: string(text)})
	if err != nil {
		return nil, 0, err
	}
	c, err := conformance.ParseCase(text)
	if err != nil {
		return nil, 0, err
	}
	in, err := c.Input()
	if err != nil {
		return nil, 0, err
	}
	if d.square {
		return d.compareSquare(want, in)
	}
	got, err := candidate.Preview(d.version, in)
	if err != nil {
		return nil, 0, fmt.Errorf("veltx: %w", err)
	}
	if want.Refused() != got.Refused() {
		return []conformance.Difference{{Request: "refused", Want: fmt.Sprint(want.Outcome.Validation, want.Outcome.Errors.Velero), Got: fmt.Sprint(got.Outcome.Validation)}}, 0, nil
	}
	return conformance.Unmeant("", d.version, conformance.CompareAnswers(want, got)), len(want.Requests), nil
}

// ask asks the oracle about a restore.
func (d *driver) ask(q judge.Question) (*conformance.Answer, error) {
	text, err := d.askText(q)
	if err != nil {
		return nil, err
	}
	return conformance.ParseAnswer(text)
}

// askText asks the oracle. After a crash another one is started, and the error is errCrashed.
func (d *driver) askText(q judge.Question) ([]byte, error) {
	var reply judge.Reply
	if err := errors.Join(d.questions.Encode(q), d.replies.Decode(&reply)); err != nil {
		_ = d.stop() // it has ended already
		return nil, errors.Join(errCrashed, d.start())
	}
	if strings.Contains(reply.Error, judge.ErrNoPlugin.Error()) {
		return nil, judge.ErrNoPlugin
	}
	if reply.Error != "" {
		return nil, fmt.Errorf("oracle: %s", reply.Error)
	}
	return []byte(reply.Answer), nil
}

// report makes a case that differs small, prints it and keeps it.
func (d *driver) report(number uint64, text []byte) error {
	small := generate.Shrink(text, 400, func(text []byte) bool {
		diffs, _, err := d.compareOften(text, 2)
		return err == nil && len(diffs) > 0
	})
	diffs, _, err := d.compare(small)
	if err != nil {
		return err
	}
	fmt.Printf("case %d differs:\n", number)
	for _, diff := range diffs {
		fmt.Printf("  %s\n", diff)
	}
	if d.keep == "" {
		fmt.Println(indent(string(small)))
		return nil
	}
	if err := os.MkdirAll(d.keep, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(d.keep, fmt.Sprintf("%s-%d-%d.txtar", d.version, d.seed, number)), small, 0o644)
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}
