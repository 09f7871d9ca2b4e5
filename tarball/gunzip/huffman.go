package gunzip

import "math/bits"

const (
	maxLiterals  = 286 // symbols that a block may describe
	maxDistances = 30
	endOfBlock   = 256
	maxLength    = 15 // bits of a code

	literalBits  = 11
	distanceBits = 9
	lengthBits   = 7
	// Behind a table stand the secondary ones, each of which serves two symbols at least.
	literalSize  = 1<<literalBits + 288/2<<(maxLength-literalBits)
	distanceSize = 1<<distanceBits + 32/2<<(maxLength-distanceBits)
)

// entry is what a table says of the bits that it was asked about:
//
//	bits 0-7    how many bits the symbol takes, those that follow its code included
//	bits 8-11   how many of these are the code's
//	bits 12-14  isSpecial: not what the table is for
//	bits 15-30  the byte, the base of the length or distance, or where the secondary table begins
//	bit 31      isLiteral
//
// In an entry for a secondary table the bits 8-11 say how many bits choose in it. An entry that is zero but for isSpecial
// belongs to no code.
type entry uint32

const (
	isLiteral   entry = 1 << 31
	isSpecial   entry = 1 << 14
	isEnd       entry = 1 << 13 // of the block
	isSecondary entry = 1 << 12

	valueAt = 15
)

func (e entry) bits() uint  { return uint(e & 0xff) }
func (e entry) code() uint  { return uint(e >> 8 & 15) }
func (e entry) value() uint { return uint(e >> valueAt & 0xffff) }

// from is the value of the symbol at the start of the register: base and extra bits.
func (e entry) from(register uint64) uint {
	return e.value() + uint(register&(1<<e.bits()-1)>>e.code())
}

// symbols of the three alphabets, without their codes. Source: RFC 1951, section 3.2.5.
var (
	literalSymbols  = makeLiterals()
	distanceSymbols = makeDistances()
	lengthSymbols   = makeLengths()
)

func makeLiterals() (s [288]entry) {
	for b := range endOfBlock {
		s[b] = isLiteral | entry(b)<<valueAt
	}
	s[endOfBlock] = isSpecial | isEnd
	base := uint(3)
	for i := range 28 {
		extra := uint(max(0, i/4-1))
		s[endOfBlock+1+i] = entry(base)<<valueAt | entry(extra)
		base += 1 << extra
	}
	s[285] = 258 << valueAt
	s[286], s[287] = isSpecial, isSpecial
	return s
}

func makeDistances() (s [32]entry) {
	base := uint(1)
	for i := range 30 {
		extra := uint(max(0, i/2-1))
		s[i] = entry(base)<<valueAt | entry(extra)
		base += 1 << extra
	}
	s[30], s[31] = isSpecial, isSpecial
	return s
}

func makeLengths() (s [19]entry) {
	for i := range s {
		s[i] = entry(i) << valueAt
	}
	return s
}

// buildTable makes the table for a code, given the length in bits of each symbol's: first the entries for so many bits as
// the first look takes, then those for longer codes. A code must be complete, or be a single one of one bit, or be
// empty, as Go's own reader has it.
func buildTable(table []entry, firstLook uint, lengths []uint8, symbols []entry) bool {
	var counts [maxLength + 1]uint
	for _, n := range lengths {
		counts[n]++
	}
	var next [maxLength + 1]uint // code of each length
	longest, used := uint(0), uint(0)
	for n := uint(1); n <= maxLength; n++ {
		next[n] = used << 1
		used = next[n] + counts[n]
		if counts[n] > 0 {
			longest = n
		}
	}
	used >>= maxLength - longest
	partial := longest == 0 || longest == 1 && used == 1
	if used != 1<<longest && !partial {
		return false
	}
	b := builder{table: table, firstLook: firstLook, longest: longest, end: 1 << firstLook}
	if partial || longest > firstLook {
		for i := range table[:b.end] {
			table[i] = isSpecial
		}
	}
	for i, n := range lengths {
		if n > 0 {
			b.add(symbols[i], uint(bits.Reverse16(uint16(next[n])))>>(16-n), uint(n))
			next[n]++
		}
	}
	return true
}

type builder struct {
	table     []entry
	firstLook uint
	longest   uint
	end       uint // of the table so far
}

// add enters a symbol for all bits that begin with its code, whose first bit is the lowest.
func (b *builder) add(symbol entry, code, n uint) {
	if n <= b.firstLook {
		put(b.table[:1<<b.firstLook], symbol, code, n)
		return
	}
	prefix := code & (1<<b.firstLook - 1)
	rest := b.longest - b.firstLook
	if b.table[prefix]&isSecondary == 0 {
		b.table[prefix] = isSpecial | isSecondary | entry(b.end)<<valueAt | entry(rest)<<8 | entry(b.firstLook)
		b.end += 1 << rest
	}
	start := b.table[prefix].value()
	put(b.table[start:start+1<<rest], symbol, code>>b.firstLook, n-b.firstLook)
}

func put(table []entry, symbol entry, code, n uint) {
	for e := symbol + entry(n<<8|n); code < uint(len(table)); code += 1 << n {
		table[code] = e
	}
}
