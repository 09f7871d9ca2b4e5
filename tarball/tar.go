package tarball

import (
	"archive/tar"
	"bufio"
	"context"
	"errors"
	"io"
)

const (
	// window is how much of the unpacked stream is held; an entry that fits is handed out where it lies, uncopied.
	window = 256 << 10
	// keptBody is the largest buffer that is kept for the next entry that does not fit.
	keptBody = 4 << 20
)

// tarReader reads a tar entry by entry.
type tarReader struct {
	in     *bufio.Reader
	file   string
	limits Limits
	left   int64 // bytes of the present entry's body and padding that are still in front
	seen   int64 // entries so far
	body   []byte
}

// newTarReader starts at the beginning of the archive.
func (s *Source) newTarReader(ctx context.Context) (*tarReader, error) {
	in := s.raw(ctx)
	if s.format == FormatTarGz {
		unpacked, err := newGzipReader(in)
		if err != nil {
			return nil, readError(s.label, "", err)
		}
		in = unpacked
	}
	metered := &meter{in: in, file: s.label, limits: s.limits}
	return &tarReader{in: bufio.NewReaderSize(metered, window), file: s.label, limits: s.limits}, nil
}

// next goes to the next entry. It returns io.EOF when the archive has ended as it should, up to the last byte of the
// file.
func (t *tarReader) next() (header, error) {
	if err := t.discard(t.left); err != nil {
		return header{}, err
	}
	t.left = 0
	b, err := t.peekBlock()
	if err != nil {
		return header{}, err
	}
	if isZero(b[:]) {
		return header{}, t.end()
	}
	h, ok := parseOrdinary(b)
	if ok {
		err = t.discard(blockSize)
	} else {
		h, err = t.unusual()
	}
	if err != nil {
		return header{}, err
	}
	t.seen++
	if err := t.limits.checkEntries(t.file, t.seen); err != nil {
		return header{}, err
	}
	if h.kind == tar.TypeReg {
		if err := t.limits.checkSize(t.file, h.name, h.size); err != nil {
			return header{}, err
		}
		t.left = h.size + (blockSize-h.size%blockSize)%blockSize
	}
	return h, nil
}

// unusual leaves a header to archive/tar, together with the PAX records or the GNU long name in front of it. That
// reads whole blocks and never ahead, so afterwards the stream stands at the entry's body.
func (t *tarReader) unusual() (header, error) {
	h, err := tar.NewReader(t.in).Next()
	if errors.Is(err, tar.ErrInsecurePath) {
		err = nil // judged with all other names
	}
	if errors.Is(err, tar.ErrHeader) {
		return header{}, t.damaged("has a broken tar header")
	}
	if errors.Is(err, tar.ErrFieldTooLong) {
		return header{}, &Error{File: t.file, Kind: ErrLimit, Problem: "has a name or PAX header over 1 MiB; Velero writes no such entry"}
	}
	if err != nil {
		return header{}, readError(t.file, "", err)
	}
	kind := h.Typeflag
	if isSparse(h) {
		kind = tar.TypeGNUSparse
	}
	return header{name: h.Name, kind: kind, size: h.Size, mode: h.Mode, modTime: h.ModTime}, nil
}

// isSparse says whether an entry's bytes are stored with holes. archive/tar fills them; Velero never writes such
// entries, and a size that costs no bytes is a bomb.
func isSparse(h *tar.Header) bool {
	for key := range h.PAXRecords {
		if len(key) > 11 && key[:11] == "GNU.sparse." {
			return true
		}
	}
	return h.Typeflag == tar.TypeGNUSparse
}

// read returns the present entry's bytes, which are valid until next is called.
func (t *tarReader) read(name string, size int64) ([]byte, error) {
	if size <= window {
		p, err := t.in.Peek(int(size))
		if err != nil {
			return nil, readError(t.file, name, err)
		}
		return p[:size:size], nil
	}
	if cap(t.body) < int(size) {
		t.body = make([]byte, size)
	}
	n, err := io.ReadFull(t.in, t.body[:size])
	t.left -= int64(n)
	if err != nil {
		return nil, readError(t.file, name, err)
	}
	return t.body[:size:size], nil
}

// release drops a buffer that grew too large to keep.
func (t *tarReader) release() {
	if cap(t.body) > keptBody {
		t.body = nil
	}
}

func (t *tarReader) discard(n int64) error {
	if _, err := t.in.Discard(int(n)); err != nil {
		return readError(t.file, "", err)
	}
	return nil
}

func (t *tarReader) peekBlock() (*block, error) {
	b, err := t.in.Peek(blockSize)
	if err == io.EOF {
		return nil, &Error{File: t.file, Problem: noMarkerProblem, Kind: ErrTruncated}
	}
	if err != nil {
		return nil, readError(t.file, "", err)
	}
	return (*block)(b), nil
}

// end reads the two blocks of zeros that end a tar, and then whatever follows: more zeros are padding, and only at the
// end of the stream gzip compares its checksum.
func (t *tarReader) end() error {
	if err := t.discard(blockSize); err != nil {
		return err
	}
	b, err := t.peekBlock()
	if err != nil {
		return err
	}
	if !isZero(b[:]) {
		return t.damaged("has a block of zeros where a tar header should be")
	}
	for {
		if _, err := t.in.Peek(1); err != nil {
			if err == io.EOF {
				return io.EOF
			}
			return readError(t.file, "", err)
		}
		rest, _ := t.in.Peek(t.in.Buffered())
		if !isZero(rest) {
			return t.damaged("goes on after tar's end mark")
		}
		_, _ = t.in.Discard(len(rest))
	}
}

func (t *tarReader) damaged(problem string) error {
	return &Error{File: t.file, Problem: problem + ": it is damaged; fetch it again", Kind: ErrDamaged}
}
