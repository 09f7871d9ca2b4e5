package gunzip

// order is that in which a block gives the lengths of the codes for lengths. Source: RFC 1951, section 3.2.7.
var order = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// block reads a block's beginning.
func (z *Reader) block() error {
	head, err := z.in.take(3)
	if err != nil {
		return err
	}
	z.last = head&1 != 0
	switch head >> 1 {
	case 0:
		return z.storedBlock()
	case 1:
		return z.fixedBlock()
	case 2:
		return z.describedBlock()
	}
	return corrupt("a block of an unknown kind")
}

// endBlock goes on behind a block.
func (z *Reader) endBlock() {
	z.step = (*Reader).block
	if z.last {
		z.step = (*Reader).trailer
	}
}

func (z *Reader) storedBlock() error {
	z.in.align()
	size, err := z.in.take(32)
	if err != nil {
		return err
	}
	if uint16(size) != ^uint16(size>>16) {
		return corrupt("the length of a stored block is not what its complement says")
	}
	z.stored, z.step = int(uint16(size)), (*Reader).copyStored
	return nil
}

func (z *Reader) copyStored() error {
	n := min(z.stored, room-z.w)
	if n > 0 {
		var err error
		if n, err = z.in.read(z.out[z.w : z.w+n]); err != nil {
			return err
		}
	}
	z.w += n
	if z.stored -= n; z.stored == 0 {
		z.endBlock()
	}
	return nil
}

func (z *Reader) fixedBlock() error {
	for i := range z.lengths[:288] {
		switch {
		case i < 144:
			z.lengths[i] = 8
		case i < 256:
			z.lengths[i] = 9
		case i < 280:
			z.lengths[i] = 7
		default:
			z.lengths[i] = 8
		}
	}
	buildTable(z.literals[:], literalBits, z.lengths[:288], literalSymbols[:])
	for i := range z.lengths[:32] {
		z.lengths[i] = 5
	}
	buildTable(z.distances[:], distanceBits, z.lengths[:32], distanceSymbols[:])
	z.step = (*Reader).symbols
	return nil
}

// describedBlock reads the codes of a block that brings its own.
func (z *Reader) describedBlock() error {
	head, err := z.in.take(14)
	if err != nil {
		return err
	}
	literals, distances, given := int(head&31)+257, int(head>>5&31)+1, int(head>>10)+4
	if literals > maxLiterals || distances > maxDistances {
		return corrupt("a block describes more symbols than there are")
	}
	if err := z.readLengths(z.lengths[:literals+distances], given); err != nil {
		return err
	}
	if !buildTable(z.literals[:], literalBits, z.lengths[:literals], literalSymbols[:]) ||
		!buildTable(z.distances[:], distanceBits, z.lengths[literals:literals+distances], distanceSymbols[:]) {
		return corrupt("the lengths of a block's codes fit no code")
	}
	z.step = (*Reader).symbols
	return nil
}

// readLengths reads the lengths of a block's codes, which are coded themselves.
func (z *Reader) readLengths(lengths []uint8, given int) error {
	var own [len(order)]uint8
	for _, i := range order[:given] {
		n, err := z.in.take(3)
		if err != nil {
			return err
		}
		own[i] = uint8(n)
	}
	var table [1 << lengthBits]entry
	if !buildTable(table[:], lengthBits, own[:], lengthSymbols[:]) {
		return corrupt("the lengths of a block's codes have no code")
	}
	for i := 0; i < len(lengths); {
		z.in.fill(lengthBits)
		e := table[z.in.next.bits&(1<<lengthBits-1)]
		if e&isSpecial != 0 {
			return corrupt("bits that are no code for a length")
		}
		if z.in.next.count < e.bits() {
			return unexpected(z.in.err)
		}
		z.in.drop(e.bits())
		if e.value() < 16 {
			lengths[i] = uint8(e.value())
			i++
			continue
		}
		next, err := z.repeat(lengths, i, e.value())
		if err != nil {
			return err
		}
		i = next
	}
	return nil
}

// repeats are the runs that the symbols from 16 on stand for. Source: RFC 1951, section 3.2.7.
var repeats = [3]struct{ bits, least uint }{{2, 3}, {3, 3}, {7, 11}}

// repeat fills in a run that begins at lengths[i] and returns its end.
func (z *Reader) repeat(lengths []uint8, i int, symbol uint) (int, error) {
	var value uint8
	if symbol == 16 {
		if i == 0 {
			return 0, corrupt("a repeated length without one before it")
		}
		value = lengths[i-1]
	}
	run := repeats[symbol-16]
	more, err := z.in.take(run.bits)
	if err != nil {
		return 0, err
	}
	end := i + int(run.least) + int(more)
	if end > len(lengths) {
		return 0, corrupt("more lengths of codes than there are symbols")
	}
	for ; i < end; i++ {
		lengths[i] = value
	}
	return end, nil
}
