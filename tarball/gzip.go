package tarball

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

// members unpacks the members of a gzip file one after the other. The library could do that itself, but takes a file
// that ends inside a later member's header for a whole one.
type members struct {
	in *bufio.Reader
	gz *gzip.Reader
}

func newMembers(in *bufio.Reader) (*members, error) {
	gz, err := gzip.NewReader(in)
	if err != nil {
		return nil, unexpectedEnd(err)
	}
	gz.Multistream(false)
	return &members{in: in, gz: gz}, nil
}

func (m *members) Read(p []byte) (int, error) {
	n, err := m.gz.Read(p)
	if err != io.EOF {
		return n, err
	}
	if _, err := m.in.Peek(1); err != nil {
		return n, err // the end of the file, at the end of a member
	}
	if err := m.gz.Reset(m.in); err != nil {
		return n, unexpectedEnd(err)
	}
	m.gz.Multistream(false)
	return n, nil
}

func unexpectedEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

const (
	truncatedProblem = "is truncated; fetch it again"
	noMarkerProblem  = "ends without tar's end mark: it is truncated; fetch it again"
)

// readError says what an error of reading means. Errors that say so themselves, and those of the context, stay as
// they are.
func readError(file, entry string, err error) error {
	problem := func(kind error, text string) error {
		return &Error{File: file, Entry: entry, Problem: text, Kind: kind}
	}
	var known *Error
	var corrupt flate.CorruptInputError
	var internal flate.InternalError
	switch {
	case errors.As(err, &known), isContextError(err):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return problem(ErrTruncated, truncatedProblem)
	case errors.Is(err, gzip.ErrChecksum):
		return problem(ErrDamaged, "gzip's checksum or length does not match: it is damaged; fetch it again")
	case errors.Is(err, gzip.ErrHeader):
		return problem(ErrDamaged, "has something else than gzip where a gzip member should start: it is damaged; fetch it again")
	case errors.As(err, &corrupt), errors.As(err, &internal):
		return problem(ErrDamaged, "cannot be unpacked ("+err.Error()+"): it is damaged; fetch it again")
	default:
		return problem(err, systemText(err))
	}
}
