package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// program is a package with all of its mutants, compiled with the tests of some packages.
type program struct {
	folder, match string
	dir           string // of what is made
	limit         time.Duration
	mutants       []*mutant
	skip          map[string]bool
	tests         []*test
}

// test is the compiled tests of one package.
type test struct {
	folder, binary string
	only           string       // of its tests, a regular expression
	reaches        map[int]bool // numbers of mutants
}

// switchboard is added to the package: it says which mutant is alive, and notes which the tests come by.
const switchboard = `package %s

import (
	"cmp"
	"fmt"
	"os"
	"strconv"
	"sync"
)

var mutatedAlive, _ = strconv.Atoi(os.Getenv("MUTANT"))

var mutatedSeen sync.Map

var mutatedList, _ = os.OpenFile(os.Getenv("MUTANTS_SEEN"), os.O_APPEND|os.O_WRONLY, 0)

func mutated(n int) bool {
	if mutatedList != nil {
		if _, seen := mutatedSeen.LoadOrStore(n, true); !seen {
			fmt.Fprintln(mutatedList, n)
		}
	}
	return n == mutatedAlive
}

func mutatedAnd[B ~bool](n int, a B, b func() B) B {
	if mutated(n) {
		return a || b()
	}
	return a && b()
}

func mutatedOr[B ~bool](n int, a B, b func() B) B {
	if mutated(n) {
		return a && b()
	}
	return a || b()
}

func mutatedLess[T cmp.Ordered](n int, a, b T) bool { return a < b || mutated(n) && a == b }

func mutatedLessEqual[T cmp.Ordered](n int, a, b T) bool { return a < b || !mutated(n) && a == b }

func mutatedGreater[T cmp.Ordered](n int, a, b T) bool { return a > b || mutated(n) && a == b }

func mutatedGreaterEqual[T cmp.Ordered](n int, a, b T) bool { return a > b || !mutated(n) && a == b }
`

// build compiles the tests, without the mutants that the compiler refuses.
func (p *program) build(packages []string) error {
	for range 10 {
		overlay, err := p.overlay()
		if err != nil {
			return err
		}
		refused, err := p.compile(overlay, packages)
		if err != nil || len(refused) == 0 {
			return err
		}
		before := len(p.skip)
		for _, m := range p.mutants {
			for _, at := range refused {
				if m.file == at.file && m.line <= at.line && at.line <= m.end {
					p.skip[m.place()] = true
				}
			}
		}
		if len(p.skip) == before {
			return fmt.Errorf("%s does not compile at %v, and no mutant stands there", p.folder, refused)
		}
	}
	return fmt.Errorf("%s: mutants that do not compile are left after ten attempts", p.folder)
}

// overlay writes the changed files and the list that has them stand in the place of the package's own.
func (p *program) overlay() (string, error) {
	paths, err := filepath.Glob(filepath.Join(p.folder, p.match))
	if err != nil {
		return "", err
	}
	paths = slices.DeleteFunc(paths, func(path string) bool { return strings.HasSuffix(path, "_test.go") })
	if len(paths) == 0 {
		return "", fmt.Errorf("%s has no files %s", p.folder, p.match)
	}
	replace := map[string]string{}
	put := func(name string, text []byte) error {
		original, err := filepath.Abs(filepath.Join(p.folder, name))
		if err != nil {
			return err
		}
		replace[original] = filepath.Join(p.dir, name)
		return os.WriteFile(replace[original], text, 0o600)
	}
	p.mutants = nil
	number := 0
	for _, path := range paths {
		text, mutants, err := mutateFile(path, filepath.ToSlash(path), &number, p.skip)
		if err != nil {
			return "", err
		}
		p.mutants = append(p.mutants, mutants...)
		if err := put(filepath.Base(path), text); err != nil {
			return "", err
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), paths[0], nil, parser.PackageClauseOnly)
	if err != nil {
		return "", err
	}
	if err := put("switchboard_of_mutants.go", fmt.Appendf(nil, switchboard, file.Name.Name)); err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	list := filepath.Join(p.dir, "overlay.json")
	return list, os.WriteFile(list, text, 0o600)
}

// position is where the compiler refuses something.
type position struct {
	file string
	line int
}

var complaint = regexp.MustCompile(`(?m)^(\S+\.go):([0-9]+):[0-9]+: `)

func (p *program) compile(overlay string, packages []string) (refused []position, err error) {
	p.tests = nil
	for n, tests := range packages {
		folder, only, _ := strings.Cut(tests, "=")
		t := &test{folder: folder, binary: filepath.Join(p.dir, fmt.Sprintf("%d.test", n)), only: only}
		c := exec.Command("go", "test", "-c", "-gcflags=-e", "-overlay", overlay, "-o", t.binary, folder)
		out, err := c.CombinedOutput()
		if err == nil {
			p.tests = append(p.tests, t)
			continue
		}
		for _, match := range complaint.FindAllStringSubmatch(string(out), -1) {
			line, _ := strconv.Atoi(match[2])
			refused = append(refused, position{filepath.ToSlash(filepath.Join(p.folder, filepath.Base(match[1]))), line})
		}
		if len(refused) == 0 {
			return nil, fmt.Errorf("compile the tests of %s: %w\n%s", folder, err, out)
		}
		return refused, nil
	}
	return nil, nil
}

// look runs the tests with no mutant alive and notes which each of them comes by.
func (p *program) look() error {
	for _, t := range p.tests {
		seen := filepath.Join(p.dir, "seen")
		if err := os.WriteFile(seen, nil, 0o600); err != nil {
			return err
		}
		if ok, out := t.run(10*p.limit, "MUTANTS_SEEN="+seen); !ok {
			return fmt.Errorf("the tests of %s fail without a mutant:\n%s", t.folder, out)
		}
		text, err := os.ReadFile(seen)
		if err != nil {
			return err
		}
		t.reaches = map[int]bool{}
		for _, word := range strings.Fields(string(text)) {
			if n, err := strconv.Atoi(word); err == nil {
				t.reaches[n] = true
			}
		}
	}
	return nil
}

func (p *program) reached(m *mutant) bool {
	return slices.ContainsFunc(p.tests, func(t *test) bool { return t.reaches[m.number] })
}

// kills says whether a test notices the mutant.
func (p *program) kills(m *mutant) bool {
	for _, t := range p.tests {
		if !t.reaches[m.number] {
			continue
		}
		if ok, _ := t.run(p.limit, "MUTANT="+strconv.Itoa(m.number)); !ok {
			return true
		}
	}
	return false
}

// run runs the tests in their folder. A mutant may use memory without end, so it gets 8 GiB of addresses.
func (t *test) run(limit time.Duration, env string) (ok bool, out []byte) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, "sh", "-c", `ulimit -v 8388608; exec "$0" -test.failfast -test.run "$1"`, t.binary, t.only)
	c.Dir = t.folder
	c.Env = append(os.Environ(), env)
	c.WaitDelay = time.Second
	var text bytes.Buffer
	c.Stdout, c.Stderr = &text, &text
	return c.Run() == nil, text.Bytes()
}
