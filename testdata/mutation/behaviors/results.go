package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

const results = "testdata/mutation/behaviors/noticed.txt"

const preface = `# make behaviors writes this file. For each release at which a behavior of actions/behaviors.go begins or ends: a case whose kept
# answers differ there, and are wrong on both sides once the behavior is flipped, or on the side that is named, where the other does
# not come that far. In parentheses, and written by hand: why no case shows it.
`

// read returns what the file has for each border.
func read(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	found := map[string]string{}
	for line := range strings.Lines(string(text)) {
		border, what, _ := strings.Cut(strings.TrimSpace(line), "\t")
		found[border] = what
	}
	return found, err
}

// write writes each border with the case that notices it, or what was written by hand, and returns how many have neither.
func write(path string, borders []*border, before map[string]string) (gaps int, err error) {
	out := bytes.NewBufferString(preface)
	for _, b := range borders {
		what := cmp.Or(b.noticed, b.oneSided)
		if by := before[b.String()]; what == "" && strings.HasPrefix(by, "(") {
			what = by
		}
		if what == "" {
			gaps++
			fmt.Fprintln(os.Stderr, b)
			continue
		}
		fmt.Fprintf(out, "%s\t%s\n", b, what)
	}
	return gaps, os.WriteFile(path, out.Bytes(), 0o600)
}
