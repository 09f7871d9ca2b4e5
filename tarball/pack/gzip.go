package pack

import (
	"encoding/binary"
	"hash/crc32"
	"io"

	"github.com/klauspost/compress/flate"
)

// gzipHeader has no name, no time stamp and no operating system, so that equal input gives equal output (RFC 1952, 2.3).
const gzipHeader = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"

// member is the one gzip member that all batches go into.
type member struct {
	out     io.Writer
	level   int
	started bool
	crc     uint32
	size    uint32 // modulo 2^32, as the trailer wants it
}

// put writes a packed batch. The header waits for the first one, so that an error in it leaves no byte behind.
func (m *member) put(b *batch) error {
	if b.err != nil {
		return b.err
	}
	if b.raw == 0 {
		return nil
	}
	if err := m.start(); err != nil {
		return err
	}
	m.crc = combineCRC(m.crc, b.crc, b.raw)
	m.size += uint32(b.raw)
	return m.write(b.deflated)
}

func (m *member) start() error {
	if m.started {
		return nil
	}
	m.started = true
	return m.write([]byte(gzipHeader))
}

// finish writes the end of the tar, two blocks of zeros, and the trailer.
func (m *member) finish() error {
	if err := m.start(); err != nil {
		return err
	}
	var last buffer
	deflate, err := flate.NewWriter(&last, m.level)
	if err != nil {
		return err
	}
	end := make([]byte, 2*blockSize)
	if _, err := deflate.Write(end); err != nil {
		return err
	}
	if err := deflate.Close(); err != nil {
		return err
	}
	last = binary.LittleEndian.AppendUint32(last, crc32.Update(m.crc, crc32.IEEETable, end))
	last = binary.LittleEndian.AppendUint32(last, m.size+uint32(len(end)))
	return m.write(last)
}

func (m *member) write(p []byte) error {
	n, err := m.out.Write(p)
	if err == nil && n < len(p) {
		return io.ErrShortWrite
	}
	return err
}
