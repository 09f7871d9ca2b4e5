package judge

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/veltx/veltx/testdata/conformance"
)

// Run is the real Velero: what it does with an input.
type Run func(conformance.Input) (*conformance.Answer, error)

const usage = `usage:
  oracle [-update|-check] cases...     write or check the kept answers; a case is a file or a folder
  oracle serve                         answer cases that come in as lines of JSON
  oracle run -backup folder -restore file [-target file] [-modifiers file] [-features words]
`

// Velero is one version of the real Velero: what it does with an input.
type Velero struct {
	// Version is the profile that it is the judge of.
	Version string
	// Restore answers cases of restores, and Backup those of backups.
	Restore Run
	Backup  func(conformance.BackupInput) (*conformance.BackupAnswer, error)
}

// Main is the command of one version of Velero; it returns the exit code.
func Main(v Velero, args []string, out, problems io.Writer) int {
	var err error
	switch {
	case len(args) > 0 && args[0] == "run":
		err = runFolder(v.Restore, args[1:], out)
	case len(args) > 0 && args[0] == "serve":
		os.Stdout = os.Stderr // where Velero's loggers write; out is for replies alone
		err = serveCases(v, os.Stdin, out)
	default:
		err = judgeCases(v, args, out)
	}
	if err != nil {
		fmt.Fprintln(problems, "oracle:", err)
		return 1
	}
	return 0
}

func runFolder(run Run, args []string, out io.Writer) error {
	var f conformance.Files
	flags := flag.NewFlagSet("oracle run", flag.ContinueOnError)
	flags.StringVar(&f.Backup, "backup", "", "folder of the backup")
	flags.StringVar(&f.Restore, "restore", "", "the Restore, YAML")
	flags.StringVar(&f.Target, "target", "", "objects of the target cluster, YAML")
	flags.StringVar(&f.Modifiers, "modifiers", "", "resource modifiers, YAML")
	features := flags.String("features", "", "feature flags, words")
	if err := flags.Parse(args); err != nil {
		return err
	}
	f.Features = strings.Fields(*features)
	in, err := conformance.ReadFiles(f)
	if err != nil {
		return err
	}
	answer, err := run(in)
	if err != nil {
		return err
	}
	data, err := answer.Format()
	if err != nil {
		return err
	}
	_, err = out.Write(data)
	return err
}

func judgeCases(v Velero, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("oracle", flag.ContinueOnError)
	update := flags.Bool("update", false, "write the answers into the cases")
	check := flags.Bool("check", false, "fail if a kept answer is not what Velero does")
	verbose := flags.Bool("v", false, "name each case")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *update == *check || flags.NArg() == 0 {
		return fmt.Errorf("nothing to do\n%s", usage)
	}
	paths, err := casePaths(flags.Args())
	if err != nil {
		return err
	}
	judged, bad, passed := 0, 0, 0
	for _, path := range paths {
		start := time.Now()
		diffs, ran, err := v.judgeCase(path, *update)
		if errors.Is(err, ErrNoPlugin) {
			passed++
			continue
		}
		if err != nil {
			return err
		}
		if !ran {
			continue
		}
		judged++
		if *verbose {
			fmt.Fprintf(out, "%s (%s)\n", path, time.Since(start).Round(time.Millisecond))
		}
		if len(diffs) > 0 {
			bad++
			fmt.Fprintf(out, "%s: the kept answer of %s is not Velero's\n", path, v.Version)
		}
		for _, d := range diffs {
			fmt.Fprintf(out, "  %s\n", d)
		}
	}
	fmt.Fprintf(out, "%d cases judged by Velero %s, %d differ\n", judged, v.Version, bad)
	if passed > 0 {
		fmt.Fprintf(out, "%d cases are not judged: %v\n", passed, ErrNoPlugin)
	}
	if bad > 0 && !*update {
		return fmt.Errorf("%d cases differ", bad)
	}
	return nil
}

// casePaths finds the cases in files and folders.
func casePaths(args []string) ([]string, error) {
	var out []string
	for _, arg := range args {
		err := filepath.WalkDir(arg, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(path, ".txtar") {
				out = append(out, path)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("looking for cases: %w", err)
		}
	}
	return out, nil
}
