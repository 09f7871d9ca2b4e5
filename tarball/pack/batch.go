package pack

import (
	"fmt"
	"hash/crc32"

	"github.com/klauspost/compress/flate"
)

// droppedAbove says by how much a batch's buffers may outgrow the usual before they are given back: one large item
// must not hold memory until the end of the run.
const droppedAbove = 2

// batch is a run of entries: as read, then as packed.
type batch struct {
	entries []Entry
	bodies  []byte // of all entries, one after the other
	sizes   []int
	input   int // bytes of input, headers included

	deflated buffer
	raw      int64  // bytes of tar before they were deflated
	crc      uint32 // of these
	err      error
	packed   chan struct{} // one message when a worker is through
}

func newBatch() *batch { return &batch{packed: make(chan struct{}, 1)} }

// full says that the batch is to be cut before an entry of that size.
func (b *batch) full(size, limit int) bool {
	return b != nil && b.input+blockSize+size > limit
}

func (b *batch) add(e Entry, body []byte, usual int) {
	if b.bodies == nil {
		b.bodies = make([]byte, 0, max(usual, len(body)))
	}
	b.entries = append(b.entries, e)
	b.bodies = append(b.bodies, body...)
	b.sizes = append(b.sizes, len(body))
	b.input += blockSize + len(body)
}

// seal gives the entries their bodies, now that these do not move any more. No body can grow into the next.
func (b *batch) seal() {
	at := 0
	for i, size := range b.sizes {
		b.entries[i].Body = b.bodies[at : at+size : at+size]
		at += size
	}
}

// pack edits the entries and deflates them.
func (b *batch) pack(edit Edit, deflate *flate.Writer) error {
	deflate.Reset(&b.deflated)
	var header []byte
	for i := range b.entries {
		e := &b.entries[i]
		keep, err := edit(e)
		if err != nil {
			return err
		}
		if !keep {
			continue
		}
		if header, err = appendHeader(header[:0], e); err != nil {
			return fmt.Errorf("%s: write tar header: %w", e.Path, err)
		}
		if err := b.write(deflate, header, e.Body, padding(len(e.Body))); err != nil {
			return fmt.Errorf("%s: deflate: %w", e.Path, err)
		}
	}
	if b.raw == 0 {
		return nil
	}
	return deflate.Flush()
}

func (b *batch) write(deflate *flate.Writer, parts ...[]byte) error {
	for _, p := range parts {
		b.raw += int64(len(p))
		b.crc = crc32.Update(b.crc, crc32.IEEETable, p)
		if _, err := deflate.Write(p); err != nil {
			return err
		}
	}
	return nil
}

// reset makes the batch ready for new entries and lets go of memory beyond the usual.
func (b *batch) reset(usual int) {
	clear(b.entries)
	b.entries, b.sizes, b.input = b.entries[:0], b.sizes[:0], 0
	b.bodies, b.deflated = b.bodies[:0], b.deflated[:0]
	if cap(b.bodies) > droppedAbove*usual {
		b.bodies = nil
	}
	if cap(b.deflated) > droppedAbove*usual {
		b.deflated = nil
	}
	b.raw, b.crc, b.err = 0, 0, nil
}

// buffer is the least that a deflate writer needs to write into.
type buffer []byte

func (b *buffer) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}
