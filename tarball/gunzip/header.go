package gunzip

import "hash/crc32"

// What a member's header has beside the usual ten bytes.
const (
	hasChecksum = 1 << 1
	hasExtra    = 1 << 2
	hasName     = 1 << 3
	hasComment  = 1 << 4

	longestText = 512 // Go's own reader takes a name or comment up to here, its end included
)

// header reads a member's header (RFC 1952, section 2.3), of which nothing is kept.
func (z *Reader) header() error {
	h := headerReader{in: &z.in}
	if err := h.read(); err != nil {
		return err
	}
	z.oldest, z.crc, z.size = z.w, 0, 0
	z.step = (*Reader).block
	return nil
}

type headerReader struct {
	in  *input
	sum uint32
}

func (h *headerReader) read() error {
	var usual [10]byte
	if err := h.bytes(usual[:]); err != nil {
		return err
	}
	if usual[0] != 0x1f || usual[1] != 0x8b || usual[2] != 8 {
		return ErrHeader
	}
	flags := usual[3]
	if flags&hasExtra != 0 {
		if err := h.extra(); err != nil {
			return err
		}
	}
	for _, text := range []byte{hasName, hasComment} {
		if flags&text != 0 {
			if err := h.text(); err != nil {
				return err
			}
		}
	}
	if flags&hasChecksum != 0 {
		return h.checksum()
	}
	return nil
}

func (h *headerReader) bytes(p []byte) error {
	for i := range p {
		b, err := h.in.take(8)
		if err != nil {
			return err
		}
		p[i] = byte(b)
	}
	h.sum = crc32.Update(h.sum, crc32.IEEETable, p)
	return nil
}

func (h *headerReader) extra() error {
	var size [2]byte
	if err := h.bytes(size[:]); err != nil {
		return err
	}
	return h.bytes(make([]byte, int(size[0])|int(size[1])<<8))
}

func (h *headerReader) text() error {
	for range longestText {
		var b [1]byte
		if err := h.bytes(b[:]); err != nil || b[0] == 0 {
			return err
		}
	}
	return ErrHeader
}

func (h *headerReader) checksum() error {
	want := uint16(h.sum)
	var got [2]byte
	if err := h.bytes(got[:]); err != nil {
		return err
	}
	if uint16(got[0])|uint16(got[1])<<8 != want {
		return ErrHeader
	}
	return nil
}
