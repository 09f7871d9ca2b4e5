package gunzip

import "io"

// input is a stream of bits, of which the next ones are in a register.
type input struct {
	from     io.Reader
	buffer   [64 << 10]byte
	pos, end int
	next     register
	err      error // why from gives no more
}

// register holds so many bits as the count says. Above them may stand those of the bytes in front already; to add these
// once more changes nothing.
type register struct {
	bits  uint64
	count uint
}

// drop takes the lowest bits away, at most 63.
func (r register) drop(n uint) register { return register{r.bits >> (n & 63), r.count - n} }

// fill adds of eight bytes as many as there is room for, which then stand for at least 56 bits, and returns the position
// after them.
func (r register) fill(word uint64, pos uint) (register, uint) {
	return register{r.bits | word<<(r.count&63), r.count | 56}, pos + (63-r.count)>>3
}

func (in *input) drop(n uint) { in.next = in.next.drop(n) }

// patience is how often a reader may give nothing and no reason.
const patience = 100

// more reads on and says whether there is anything new.
func (in *input) more() bool {
	if in.pos > 0 {
		in.end = copy(in.buffer[:], in.buffer[in.pos:in.end])
		in.pos = 0
	}
	for range patience {
		if in.err != nil || in.end == len(in.buffer) {
			return false
		}
		var n int
		n, in.err = in.from.Read(in.buffer[in.end:])
		in.end += n
		if n > 0 {
			return true
		}
	}
	in.err = io.ErrNoProgress
	return false
}

// fill puts so many bits into the register, at most 56, or as many as there are.
func (in *input) fill(bits uint) {
	for in.next.count < bits && (in.pos < in.end || in.more()) {
		in.next.bits |= uint64(in.buffer[in.pos]) << in.next.count
		in.pos++
		in.next.count += 8
	}
}

// take returns so many bits, at most 32.
func (in *input) take(bits uint) (uint32, error) {
	if in.fill(bits); in.next.count < bits {
		return 0, unexpected(in.err)
	}
	v := in.next.bits & (1<<bits - 1)
	in.drop(bits)
	return uint32(v), nil
}

// align drops what is left of a byte.
func (in *input) align() { in.drop(in.next.count % 8) }

// read copies whole bytes, as many as are at hand; the stream is aligned.
func (in *input) read(p []byte) (int, error) {
	n := 0
	for ; n < len(p) && in.next.count > 0; n++ {
		p[n] = byte(in.next.bits)
		in.drop(8)
	}
	if n == len(p) {
		return n, nil
	}
	in.next.bits = 0
	if n == 0 && in.pos == in.end && !in.more() {
		return 0, unexpected(in.err)
	}
	m := copy(p[n:], in.buffer[in.pos:in.end])
	in.pos += m
	return n + m, nil
}

// ended says whether nothing follows; the stream is aligned.
func (in *input) ended() bool {
	in.fill(8)
	return in.next.count == 0
}
