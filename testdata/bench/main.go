package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	sizes := flag.String("sizes", "S,M", "which corpora: S, M, L, XL")
	runs := flag.Int("runs", 5, "runs of each pair")
	dir := flag.String("dir", filepath.Join(os.TempDir(), "veltx-bench"), "where corpora and programs are kept")
	svg := flag.String("svg", "", "file for a graph of cost against size")
	plugins := flag.Bool("plugins", false, "what plugins add to a preview, too: minutes for M")
	slow := flag.Bool("slow", false, "jq and the real Velero as well")
	flag.Parse()
	b := &bench{dir: *dir, runs: *runs, slow: *slow}
	if err := b.build(); err != nil {
		return err
	}
	for _, size := range strings.Split(*sizes, ",") {
		c, err := b.corpus(size)
		if err != nil {
			return err
		}
		if err := b.compareAll(c); err != nil {
			return err
		}
		if *plugins {
			if err := b.comparePlugins(c); err != nil {
				return err
			}
		}
	}
	b.printGrowth()
	if *svg == "" {
		return nil
	}
	return os.WriteFile(*svg, b.graph(), 0o644)
}

// bench is one run of the program.
type bench struct {
	dir    string
	runs   int
	slow   bool
	growth []point
}

func (b *bench) path(name string) string { return filepath.Join(b.dir, name) }

// build makes the programs.
func (b *bench) build() error {
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return err
	}
	root := filepath.Join("..", "..")
	made := []struct{ dir, out, pkg string }{
		{root, "veltx", "."},
		{".", "floor", "./floor"},
	}
	if b.slow {
		made = append(made, struct{ dir, out, pkg string }{filepath.Join(root, "testdata", "velero", "v1.18"), "velero-extract", "./cmd/extract"})
	}
	for _, m := range made {
		c := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", b.path(m.out), m.pkg)
		c.Dir, c.Stderr = m.dir, os.Stderr
		c.Env = append(os.Environ(), "CGO_ENABLED=0")
		if err := c.Run(); err != nil {
			return fmt.Errorf("build %s: %w", m.out, err)
		}
	}
	return nil
}
