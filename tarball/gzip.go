package tarball

import (
	"bufio"
	"io"

	"github.com/klauspost/compress/gzip"
)

// packedBuffer is how much of a gzip file is read at once.
const packedBuffer = 64 << 10

// gzipReader unpacks one gzip member after the other. It goes from member to member itself, since a Reader of the
// library takes a file that ends in the header of a later member for whole.
type gzipReader struct {
	in     *bufio.Reader
	member gzip.Reader
	err    error
}

// newGzipReader reads the first member's header.
func newGzipReader(in io.Reader) (*gzipReader, error) {
	g := &gzipReader{in: bufio.NewReaderSize(in, packedBuffer)}
	if err := g.header(); err != nil {
		return nil, err
	}
	return g, nil
}

// Read returns io.EOF after the last member. Whatever follows that but another member is an error.
func (g *gzipReader) Read(p []byte) (n int, err error) {
	for n == 0 && g.err == nil {
		if n, g.err = g.member.Read(p); g.err == io.EOF {
			g.err = g.next()
		}
	}
	if n > 0 {
		return n, nil
	}
	return 0, g.err
}

// next goes to the next member; io.EOF says that there is none.
func (g *gzipReader) next() error {
	if _, err := g.in.Peek(1); err != nil {
		return err
	}
	return g.header()
}

func (g *gzipReader) header() error {
	err := g.member.Reset(g.in)
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	g.member.Multistream(false)
	return err
}
