package gunzip

import "encoding/binary"

var (
	errNoSymbol   = corrupt("bits that are no code for a byte or a length")
	errNoDistance = corrupt("bits that are no code for a distance")
	errTooFar     = corrupt("a match that begins before the data")
)

// atHand is how many bytes of input a step of the fast loop may use.
const atHand = 16

// symbols unpacks what a block with codes holds, until it ends or there is no more room.
func (z *Reader) symbols() error {
	for z.w <= room-margin {
		if z.in.end-z.in.pos < atHand {
			z.in.more()
		}
		var ended bool
		var err error
		if z.in.end-z.in.pos >= atHand {
			ended, err = z.fast()
		} else {
			ended, err = z.careful()
		}
		if err != nil {
			return err
		}
		if ended {
			z.endBlock()
			return nil
		}
	}
	return nil
}

// careful unpacks one symbol where the input may end.
func (z *Reader) careful() (ended bool, err error) {
	e, value, err := z.in.symbol(z.literals[:], literalBits, errNoSymbol)
	switch {
	case err != nil:
		return false, err
	case e&isLiteral != 0:
		z.out[z.w] = byte(value)
		z.w++
		return false, nil
	case e&isEnd != 0:
		return true, nil
	}
	_, distance, err := z.in.symbol(z.distances[:], distanceBits, errNoDistance)
	if err != nil {
		return false, err
	}
	if distance > uint(z.w-z.oldest) {
		return false, errTooFar
	}
	copyMatch(&z.out, uint(z.w), value, distance)
	z.w += int(value)
	return false, nil
}

// symbol takes a symbol with its extra bits, which are part of the value; none is the error of bits that are no code.
func (in *input) symbol(table []entry, firstLook uint, none error) (e entry, value uint, err error) {
	in.fill(48)
	e = table[in.next.bits&(1<<firstLook-1)]
	if e&isSecondary != 0 {
		if in.next.count < e.bits() {
			return 0, 0, unexpected(in.err)
		}
		in.drop(e.bits())
		e = table[e.value()+uint(in.next.bits)&(1<<e.code()-1)]
	}
	switch {
	case e&isSpecial != 0 && e&isEnd == 0:
		return 0, 0, none
	case in.next.count < e.bits():
		return 0, 0, unexpected(in.err)
	}
	value = e.from(in.next.bits)
	in.drop(e.bits())
	return e, value, nil
}

// fast unpacks symbols while there is enough of input and room. Of the 56 bits that the register has after it is filled,
// two literals take 22 at most and a length 20; a distance takes 28.
func (z *Reader) fast() (ended bool, err error) {
	in, out, literals, distances := &z.in, &z.out, &z.literals, &z.distances
	r, pos, w := in.next, uint(in.pos), uint(z.w)
	lastPos, oldest := uint(in.end-atHand), uint(z.oldest)
	for pos <= lastPos && w <= room-margin {
		r, pos = r.fill(binary.LittleEndian.Uint64(in.buffer[pos:]), pos)
		e := literals[r.bits&(1<<literalBits-1)]
		if e&isLiteral != 0 {
			out[w] = byte(e >> valueAt)
			w++
			r = r.drop(e.bits())
			e = literals[r.bits&(1<<literalBits-1)]
		}
		if e&isLiteral != 0 {
			out[w] = byte(e >> valueAt)
			w++
			r = r.drop(e.bits())
			e = literals[r.bits&(1<<literalBits-1)]
		}
		if e&isSecondary != 0 {
			r = r.drop(e.bits())
			e = literals[e.value()+uint(r.bits)&(1<<e.code()-1)]
		}
		if e&(isLiteral|isSpecial) != 0 {
			r = r.drop(e.bits())
			if e&isLiteral != 0 {
				out[w] = byte(e >> valueAt)
				w++
				continue
			}
			if ended = e&isEnd != 0; !ended {
				err = errNoSymbol
			}
			break
		}
		length := e.from(r.bits)
		r, pos = r.drop(e.bits()).fill(binary.LittleEndian.Uint64(in.buffer[pos:]), pos)
		e = distances[r.bits&(1<<distanceBits-1)]
		if e&isSecondary != 0 {
			r = r.drop(e.bits())
			e = distances[e.value()+uint(r.bits)&(1<<e.code()-1)]
		}
		distance := e.from(r.bits)
		r = r.drop(e.bits())
		if e&isSpecial != 0 {
			err = errNoDistance
			break
		}
		if distance > w-oldest {
			err = errTooFar
			break
		}
		copyMatch(out, w, length, distance)
		w += length
	}
	in.next, in.pos, z.w = r, int(pos), int(w)
	return ended, err
}

// copyMatch repeats what was unpacked the distance before w. It may write seven bytes more than the length.
func copyMatch(out *[room]byte, w, length, distance uint) {
	from := w - distance
	switch {
	case distance < 8:
		for i := range length {
			out[w+i] = out[from+i]
		}
	case length > 32 && distance >= length:
		copy(out[w:w+length], out[from:])
	default:
		for end := w + length; w < end; w, from = w+8, from+8 {
			binary.LittleEndian.PutUint64(out[w:], binary.LittleEndian.Uint64(out[from:]))
		}
	}
}
