package tarball

import (
	"bytes"
	"context"
	"errors"
	"io"
)

// detect finds out what the file holds by its first bytes, and for a tar.gz by the first block inside.
func (s *Source) detect(ctx context.Context) error {
	raw := s.raw(ctx)
	head, err := readHead(raw)
	if err != nil && err != io.EOF {
		return readError(s.label, "", err)
	}
	if bytes.HasPrefix(head, gzipMagic) {
		s.format = FormatTarGz
		return s.detectInside(ctx)
	}
	s.format = FormatTar
	switch {
	case looksLikeTar(head):
		return nil
	case len(head) == 0:
		return s.notBackup("is empty")
	case len(head) < blockSize && len(head) > ustarAt && bytes.HasPrefix(head[ustarAt:], []byte("ustar")):
		return &Error{File: s.label, Problem: truncatedProblem, Kind: ErrTruncated}
	}
	if packer := packerOf(head); packer != "" {
		return s.notBackup("is packed with " + packer + "; a backup is a tar.gz, a tar or a folder")
	}
	return s.notBackup("is neither gzip nor tar; a backup is a tar.gz, a tar or a folder")
}

func (s *Source) detectInside(ctx context.Context) error {
	in, err := newGzipReader(s.raw(ctx))
	if err != nil {
		return readError(s.label, "", err)
	}
	head, err := readHead(in)
	switch {
	case looksLikeTar(head):
		return nil
	case err != nil && err != io.EOF:
		return readError(s.label, "", err)
	}
	return s.notBackup("holds no tar, though it is gzip; take the <backup>.tar.gz, not the logs or lists beside it")
}

func (s *Source) notBackup(problem string) error {
	return &Error{File: s.label, Problem: problem, Kind: ErrNotBackup}
}

// readHead reads one block, or less with the reason.
func readHead(in io.Reader) ([]byte, error) {
	head := make([]byte, blockSize)
	n := 0
	for n < len(head) {
		m, err := in.Read(head[n:])
		n += m
		if err != nil {
			return head[:n], err
		}
	}
	return head, nil
}

// looksLikeTar says whether a block can be the first of a tar: a header with the right checksum, or the zeros that
// end a tar without entries.
func looksLikeTar(head []byte) bool {
	if len(head) < blockSize {
		return false
	}
	return isZero(head) || hasChecksum((*block)(head))
}

var gzipMagic = []byte{0x1f, 0x8b}

// packers are the magic numbers of what people also pack tars with.
var packers = []struct{ name, magic string }{
	{"zstd", "\x28\xb5\x2f\xfd"}, {"bzip2", "BZh"}, {"xz", "\xfd7zXZ\x00"}, {"zip", "PK\x03\x04"}, {"lz4", "\x04\x22\x4d\x18"},
}

func packerOf(head []byte) string {
	for _, p := range packers {
		if bytes.HasPrefix(head, []byte(p.magic)) {
			return p.name
		}
	}
	return ""
}

func isContextError(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
