package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// comparison is a row of the table.
type comparison struct {
	what, peer   string
	ours, theirs command
	atMost       string // what was set out to be reached
	needs        string // a program that may not be installed
	slow         bool
}

func (b *bench) comparisons(c *corpus) []comparison {
	const archive = "transform to tar.gz, mapping and chain"
	veltx, floor := b.path("veltx"), b.path("floor")
	rewrite := toNothing(veltx, "transform", c.file, "-o", "-", "--simulate=false", "--namespace-mappings", c.mapping)
	shell := func(line string) command { return toNothing("sh", "-c", line) }
	return []comparison{
		{what: archive, peer: "recompress with pgzip -3", atMost: "1.3 CPU", ours: rewrite, theirs: toNothing(floor, "recompress", c.file)},
		{what: archive, peer: "`pigz -dc`, `pigz -6`", atMost: "0.3 wall", ours: rewrite, theirs: shell("pigz -dc " + c.file + " | pigz -6"), needs: "pigz"},
		{what: archive, peer: "`gzip -dc`, `gzip -6`", ours: rewrite, theirs: shell("gzip -dc " + c.file + " | gzip -6"), needs: "gzip"},
		{what: archive, peer: "Python's tarfile, the same edit", atMost: "0.08 wall", ours: rewrite, theirs: toNothing("python3", peer("tarfile_edit.py"), c.file, b.path("edited.tar.gz")), needs: "python3"},
		{what: archive, peer: "tar, jq, tar", ours: rewrite, theirs: b.inFolder("bash", peer("jq_edit.sh"), c.file, b.path("edited.tar.gz")), needs: "jq", slow: true},
		{what: archive, peer: "Velero's extraction and decoding", atMost: "0.25 CPU, 0.15 wall", ours: rewrite, theirs: toNothing(b.path("velero-extract"), c.file), slow: true},
		{what: "restore-preview -o table", peer: "gunzip and read the tar", atMost: "2 CPU", ours: toNothing(veltx, "restore-preview", "--fail-on", "never", c.file), theirs: toNothing(floor, "read", c.file)},
		{what: "inspect", peer: "gunzip and read the tar", atMost: "1.2 CPU", ours: toNothing(veltx, "inspect", c.file), theirs: toNothing(floor, "read", c.file)},
		{what: "transform to a folder of YAML", peer: "`tar xzf`", atMost: "0.6 CPU", ours: b.inFolder(veltx, "transform", "--fail-on", "never", c.file, "-o"), theirs: b.inFolder("sh", "-c", `mkdir "$1" && exec tar xzf "$0" -C "$1"`, c.file), needs: "tar"},
	}
}

// peer is a script that makes the same edit; see peers.
func peer(script string) string { return filepath.Join("peers", script) }

// compareAll prints the table of one corpus and remembers the figures for the growth.
func (b *bench) compareAll(c *corpus) error {
	fmt.Printf("\n%s: %d items, %d MiB packed\n\n", c.size, c.items, sizeOf(c.file)>>20)
	fmt.Println("| | versus | at most | CPU ratio | wall ratio | CPU s | wall s | peak MiB | peer's CPU s | wall s | peak MiB |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|---|")
	for _, row := range b.comparisons(c) {
		if !b.takes(row, c) {
			continue
		}
		p, err := b.pair(row.ours, row.theirs)
		if err != nil {
			return err
		}
		fmt.Printf("| %s | %s | %s | %.2f | %.2f | %.2f | %.2f | %.0f | %.2f | %.2f | %.0f |\n",
			row.what, row.peer, row.atMost, p.ratio(cpuOf), p.ratio(wallOf),
			medianOf(p.ours, cpuOf), medianOf(p.ours, wallOf), medianOf(p.ours, peakOf),
			medianOf(p.theirs, cpuOf), medianOf(p.theirs, wallOf), medianOf(p.theirs, peakOf))
		b.note(c, row, p)
	}
	return nil
}

// takes leaves out what is not installed or was not asked for, and with the large corpora all but the floors.
func (b *bench) takes(row comparison, c *corpus) bool {
	small := c.items <= corpora["M"].items
	if row.needs != "" {
		if _, err := exec.LookPath(row.needs); err != nil || !small {
			return false
		}
	}
	return !row.slow || b.slow && small
}

func sizeOf(file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return info.Size()
}
