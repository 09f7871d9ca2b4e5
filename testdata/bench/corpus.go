package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// corpus is one backup to measure with.
type corpus struct {
	size    string
	items   int
	file    string
	mapping string // of all its namespaces, as --namespace-mappings takes it
}

var corpora = map[string]struct{ items, seed int }{"S": {1000, 1}, "M": {20_000, 1}, "L": {200_000, 1}, "XL": {300_000, 7}}

// corpus makes a corpus unless it was made before.
func (b *bench) corpus(size string) (*corpus, error) {
	wanted, ok := corpora[size]
	if !ok {
		return nil, fmt.Errorf("there is no corpus %s", size)
	}
	c := &corpus{size: size, items: wanted.items, file: b.path(strings.ToLower(size) + ".tar.gz")}
	if _, err := os.Stat(c.file); err != nil {
		if err := b.generate(c.file, wanted.items, wanted.seed); err != nil {
			return nil, err
		}
	}
	return c, c.readNamespaces()
}

func (b *bench) generate(file string, items, seed int) error {
	out, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	c := exec.Command("go", "run", "./gen", "-items", fmt.Sprint(items), "-seed", fmt.Sprint(seed), "-o", out+".part")
	c.Stderr = os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("make %s: %w", file, err)
	}
	return os.Rename(out+".part", out)
}

func (c *corpus) readNamespaces() error {
	f, err := os.Open(c.file)
	if err != nil {
		return err
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	var pairs []string
	for t := tar.NewReader(unpacked); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		parts := strings.Split(h.Name, "/")
		for i, p := range parts[:len(parts)-1] {
			if p == "namespaces" && i >= 2 && !seen[parts[i+1]] {
				seen[parts[i+1]] = true
				pairs = append(pairs, parts[i+1]+":"+parts[i+1]+"-dr")
			}
		}
	}
	c.mapping = strings.Join(pairs, ",")
	return nil
}
