package tarball

import (
	"errors"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

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
	switch {
	case errors.As(err, &known), isContextError(err):
		return err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return problem(ErrTruncated, truncatedProblem)
	case errors.Is(err, gzip.ErrChecksum):
		return problem(ErrDamaged, "gzip's checksum or length does not match: it is damaged; fetch it again")
	case errors.Is(err, gzip.ErrHeader):
		return problem(ErrDamaged, "has something else than gzip where a gzip member should start: it is damaged; fetch it again")
	case isCorrupt(err):
		return problem(ErrDamaged, "cannot be unpacked ("+err.Error()+"): it is damaged; fetch it again")
	default:
		return problem(err, systemText(err))
	}
}

// isCorrupt says that what is unpacked is no deflate stream.
func isCorrupt(err error) bool {
	var input flate.CorruptInputError
	var internal flate.InternalError
	return errors.As(err, &input) || errors.As(err, &internal)
}
