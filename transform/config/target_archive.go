package config

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball"
)

// told are the endings of files that may tell something.
var told = []string{".yaml", ".yml", ".json", ".txt"}

func mayTell(name string) bool { return slices.Contains(told, strings.ToLower(path.Ext(name))) }

// ReadArchive adds the files of a tar archive, packed or not, that may hold objects; others are passed over.
func (t *Target) ReadArchive(ctx context.Context, archive io.Reader, limits tarball.Limits) error {
	in := bufio.NewReader(archive)
	var unpacked io.Reader = in
	if magic, err := in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return err
		}
		unpacked = z
	}
	total := limits.TotalBytes
	if total <= 0 {
		total = tarball.DefaultTotalBytes
	}
	bounded := &io.LimitedReader{R: unpacked, N: total + 1}
	files := tar.NewReader(bounded)
	for n := 0; ; n++ {
		header, err := files.Next()
		switch {
		case err != nil && bounded.N <= 0:
			return fmt.Errorf("has more than %d bytes unpacked", total)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case n >= maxFiles:
			return fmt.Errorf("holds more than %d files: give the folders in it that describe the target", maxFiles)
		case header.Typeflag == tar.TypeDir:
			continue
		case header.Typeflag != tar.TypeReg || !mayTell(header.Name):
			t.Passed++
			continue
		case !filepath.IsLocal(filepath.FromSlash(header.Name)):
			return fmt.Errorf("%q leads out of the archive", header.Name)
		}
		if limit := limits.EntryBytes; limit > 0 && header.Size > limit {
			return fmt.Errorf("%s: has %d bytes, more than the limit of %d", header.Name, header.Size, limit)
		}
		if err := t.Read(header.Name, files); err != nil {
			return err
		}
	}
}

// IsArchive says whether a file begins as a tar archive does, packed or not.
func IsArchive(in *bufio.Reader) bool {
	if magic, err := in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		return true
	}
	const at = 257 // where a header of tar has its magic
	header, err := in.Peek(at + 5)
	return err == nil && string(header[at:]) == "ustar"
}
