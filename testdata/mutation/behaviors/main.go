package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/candidate"
)

func main() {
	candidate.BecomePlugin()
	overlaid := flag.Bool("overlaid", false, "the table of behaviors is the one in which they can be flipped")
	flag.Parse()
	run := rebuilt
	if *overlaid {
		run = func() error { return flip(flag.Args()) }
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "behaviors:", err)
		os.Exit(1)
	}
}

// rebuilt runs this program again with the table in which behaviors can be flipped.
func rebuilt() error {
	dir, err := os.MkdirTemp("", "behaviors-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	list, err := overlay(dir)
	if err != nil {
		return err
	}
	c := exec.Command("go", append([]string{"run", "-overlay", list, "./testdata/mutation/behaviors", "-overlaid"}, os.Args[1:]...)...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	return c.Run()
}

// flip finds the cases that notice, those that did the last time first, and writes them down. Folders are those of the other cases
// to try; without any, all are tried, also for what is explained.
func flip(folders []string) error {
	before, err := read(results)
	if err != nil {
		return err
	}
	borders := allBorders()
	if err := tryAgain(borders, before); err != nil {
		return err
	}
	open := borders
	if len(folders) == 0 {
		folders = []string{"testdata/cases"}
	} else {
		open = slices.DeleteFunc(slices.Clone(borders), func(b *border) bool { return strings.HasPrefix(before[b.String()], "(") })
	}
	for _, folder := range folders {
		cases, err := readCases(folder)
		if err != nil {
			return err
		}
		for _, c := range cases {
			if err := try(c, open); err != nil {
				return fmt.Errorf("%s: %w", c.Name, err)
			}
		}
	}
	gaps, err := write(results, borders, before)
	if err == nil && gaps > 0 {
		err = fmt.Errorf("%d borders that no case notices: write a case, or in %s why a restore does not show it", gaps, results)
	}
	return err
}

// tryAgain has each border looked at by the case that noticed it the last time, if that still exists.
func tryAgain(borders []*border, before map[string]string) error {
	for _, b := range borders {
		name, _, _ := strings.Cut(before[b.String()], " in ")
		path := filepath.Join("testdata/cases", name+".txtar")
		if _, err := os.Stat(path); err != nil {
			continue
		}
		c, err := conformance.ReadCase(path)
		if err != nil {
			return err
		}
		if err := try(c, []*border{b}); err != nil {
			return fmt.Errorf("%s: %w", c.Name, err)
		}
	}
	return nil
}

func readCases(folder string) (cases []*conformance.Case, err error) {
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".txtar" {
			return err
		}
		c, err := conformance.ReadCase(path)
		cases = append(cases, c)
		return err
	})
	if err == nil && len(cases) == 0 {
		err = errors.New("no cases in " + folder)
	}
	return cases, err
}
