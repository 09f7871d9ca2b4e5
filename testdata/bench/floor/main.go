// Command floor is the least that the work of veltx costs with the libraries that it uses: reading an archive, or
// reading and compressing it again, without a look at what is in it.
package main

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/pgzip"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: floor read|recompress FILE")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

func run(what, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	unpacked, err := gzip.NewReader(bufio.NewReaderSize(f, 128<<10))
	if err != nil {
		return err
	}
	if what == "recompress" {
		return recompress(unpacked)
	}
	return read(unpacked)
}

func read(unpacked io.Reader) error {
	for t := tar.NewReader(unpacked); ; {
		if _, err := t.Next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if _, err := io.Copy(io.Discard, t); err != nil {
			return err
		}
	}
}

func recompress(unpacked io.Reader) error {
	w, err := pgzip.NewWriterLevel(os.Stdout, 3)
	if err != nil {
		return err
	}
	if _, err := io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{unpacked}, make([]byte, 1<<20)); err != nil {
		return err
	}
	return w.Close()
}
