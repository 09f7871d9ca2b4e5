// Package ustar has what reading and writing the headers of a tar share.
package ustar

import "encoding/binary"

// Sum adds the bytes of a header, or of a part of it, eight at a time: each of the four lanes can hold those of a
// whole block.
func Sum(p []byte) int64 {
	const evens = 0x00ff00ff00ff00ff
	var lanes uint64
	for ; len(p) >= 8; p = p[8:] {
		word := binary.LittleEndian.Uint64(p)
		lanes += word&evens + word>>8&evens
	}
	sum := int64(lanes&0xffff + lanes>>16&0xffff + lanes>>32&0xffff + lanes>>48)
	for _, c := range p {
		sum += int64(c)
	}
	return sum
}
