// Command gen writes a synthetic Velero backup tarball: a gzip-compressed tar of many small Kubernetes JSON
// documents in the layout Velero 1.18 writes, deterministic for a given
// (-items, -seed).
//
//	go run . -items 20000 -seed 1 -o m.tar.gz
//
// # Fidelity to Velero
//
// The shape follows velero's pkg/backup/item_backupper.go (v1.18.2):
//
//   - metadata/version comes first and holds "1.1.0\n";
//   - every item is the output of encoding/json's Marshal over map[string]any: compact, keys sorted, '<', '>' and
//     '&' escaped as \u003c, \u003e and \u0026, no trailing newline;
//   - every item is written twice, back to back, with the same bytes: first
//     resources/<resource.group>/{namespaces/<ns>|cluster}/<name>.json, then
//     resources/<resource.group>/<version>-preferredversion/{namespaces/<ns>|cluster}/<name>.json;
//   - the tar headers are USTAR (PAX only where a name does not fit), mode 0755, type regular, no directories,
//     whole-second mtimes;
//   - the stream is one gzip member from the standard library's compress/gzip at its default level.
//
// # What is in it
//
// Resource kinds are emitted one after the other (pods first, as Velero orders them) in proportions taken from a
// busy multi-tenant cluster: see the table kinds. Sizes: pods 8-12 KB with two managedFields entries, config maps
// from 1 KB to 900 KB (heavy tail), helm release secrets of 7-210 KB of base64 that does not compress, CRDs of
// 50-500 KB, and small events, services, PVCs, PVs, service accounts, endpoint slices, replica sets, deployments
// and custom resources. Custom resources carry 64-bit integers, floats, HTML-escaped and non-ASCII text, so that a
// tool that loses precision or re-escapes text is caught by comparing its output.
package main

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"
)

func main() {
	items := flag.Int("items", 20_000, "how many items, each written twice, as Velero does")
	seed := flag.Uint64("seed", 1, "of the random numbers")
	out := flag.String("o", "m.tar.gz", "the file to write")
	flag.Parse()
	if flag.NArg() != 0 || *items < 1 {
		flag.Usage()
		os.Exit(2)
	}
	if err := create(*out, *items, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func create(file string, items int, seed uint64) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buffer := bufio.NewWriterSize(f, 1<<20)
	if err := write(buffer, items, seed); err != nil {
		return err
	}
	return buffer.Flush()
}

func write(w io.Writer, items int, seed uint64) error {
	packed := gzip.NewWriter(w)
	g := &generator{
		r:   rand.New(rand.NewPCG(seed, 0x76656c7478)), // "veltx"
		tw:  tar.NewWriter(packed),
		now: time.Date(2026, 3, 14, 9, 26, 53, 0, time.UTC),
	}
	if err := g.write(items); err != nil {
		return err
	}
	return errors.Join(g.tw.Close(), packed.Close())
}
