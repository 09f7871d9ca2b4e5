package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func main() {
	tests := flag.String("tests", "", "packages whose tests are run, with commas between them, each with =REGEXP for some of its tests (default: the package's own)")
	limit := flag.Duration("limit", 20*time.Second, "how long the tests of one package may take with a mutant; longer counts as noticed")
	match := flag.String("files", "*.go", "which files of the package are changed")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: mutation [-tests PACKAGE,...] [-limit TIME] [-files PATTERN] PACKAGE")
		os.Exit(2)
	}
	survivors, err := run(flag.Arg(0), *tests, *match, *limit)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutation:", err)
		os.Exit(2)
	}
	if survivors > 0 {
		os.Exit(1)
	}
}

func run(folder, tests, match string, limit time.Duration) (survivors int, err error) {
	dir, err := os.MkdirTemp("", "mutation-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	packages := []string{folder}
	if tests != "" {
		packages = strings.Split(tests, ",")
	}
	p := &program{folder: filepath.Clean(folder), match: match, dir: dir, limit: limit, skip: map[string]bool{}}
	if err := p.build(packages); err != nil {
		return 0, err
	}
	if err := p.look(); err != nil {
		return 0, err
	}
	known, err := explained(filepath.Join("testdata", "mutation", "explained.txt"))
	if err != nil {
		return 0, err
	}
	return p.report(known), nil
}

// report runs each mutant and prints those that live without an explanation.
func (p *program) report(known map[string]bool) (survivors int) {
	killed, unreached, equivalent := 0, 0, 0
	for _, m := range p.mutants {
		reached := p.reached(m)
		switch {
		case reached && p.kills(m):
			killed++
		case known[m.key()]:
			equivalent++
		case reached:
			survivors++
			fmt.Printf("%s:%d: %s\n", m.file, m.line, m.change)
		default:
			survivors++
			unreached++
			fmt.Printf("%s:%d: %s (no test comes here)\n", m.file, m.line, m.change)
		}
	}
	fmt.Fprintf(os.Stderr, "%s: %d mutants: %d killed, %d explained, %d survive, %d of them where no test comes\n",
		p.folder, len(p.mutants), killed, equivalent, survivors, unreached)
	return survivors
}

// explained reads the keys of mutants that change nothing anyone can see. A line has a key, a tab and the reason.
func explained(path string) (map[string]bool, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	keys := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, reason, ok := strings.Cut(line, "\t")
		if !ok || reason == "" {
			return nil, fmt.Errorf("%s: %q: want a mutant, a tab and a reason", path, line)
		}
		keys[key] = true
	}
	return keys, nil
}
