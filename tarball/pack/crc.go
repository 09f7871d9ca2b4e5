package pack

import "math/bits"

// The checksum of gzip is the remainder of a division of polynomials over GF(2). Text B after text A has the remainder
// of A shifted by the length of B, plus that of B, so the checksums of batches that were computed side by side combine
// at a cost that hardly depends on their length. Polynomials are in the usual reflected form: the highest bit of the
// word is the coefficient of x^0.

const (
	crcPolynomial = 0xedb88320 // the reflected IEEE polynomial, without its x^32
	crcOne        = 1 << 31    // x^0
)

// shiftPowers[k] is x^(2^k) modulo the polynomial. The exponents of x repeat after 2^32-1, so x^(2^32) is x^(2^0) again
// and 32 of them are all there are.
var shiftPowers = func() (powers [32]uint32) {
	p := uint32(1 << 30) // x^1
	for k := range powers {
		powers[k] = p
		p = multiply(p, p)
	}
	return powers
}()

// multiply returns a times b modulo the polynomial.
func multiply(a, b uint32) uint32 {
	var product uint32
	for ; a != 0; a <<= 1 {
		if a&crcOne != 0 {
			product ^= b
		}
		carry := b & 1
		b >>= 1
		if carry != 0 {
			b ^= crcPolynomial
		}
	}
	return product
}

// combineCRC returns the checksum of two texts one after the other, given that of each and the length of the second.
func combineCRC(first, second uint32, secondBytes int64) uint32 {
	shift := uint32(crcOne)
	for n := uint64(secondBytes); n != 0; n &= n - 1 {
		k := bits.TrailingZeros64(n) + 3 // bytes to bits
		shift = multiply(shift, shiftPowers[k%32])
	}
	return multiply(first, shift) ^ second
}
