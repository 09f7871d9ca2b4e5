package object

import (
	"encoding/binary"
	"math/bits"
)

// The functions below jump over text that the functions of scan.go have found to be good.

// skipValue returns the index after the value at b[i].
func skipValue(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		return skipNested(b, i)
	}
	for i < len(b) && !endsScalar[b[i]] {
		i++
	}
	return i
}

// endsScalar marks what can stand behind a number, true, false or null.
var endsScalar = [256]bool{',': true, '}': true, ']': true, ' ': true, '\n': true, '\t': true, '\r': true}

// skipNested counts brackets until the one that closes the object or array at b[i].
func skipNested(b []byte, i int) int {
	for depth := 0; ; i++ {
		switch b[i] {
		case '"':
			i = skipString(b, i) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
}

// skipString returns the index after the string whose opening quote is b[i].
func skipString(b []byte, i int) int {
	for i++; i+8 <= len(b); {
		stops := marksIn(binary.LittleEndian.Uint64(b[i:])) & highest
		if stops == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(stops) >> 3
		if b[i] == '"' {
			return i + 1
		}
		i += 2 // a backslash and what it escapes
	}
	for b[i] != '"' {
		if b[i] == '\\' {
			i++
		}
		i++
	}
	return i + 1
}

// isPlain says that the inside of a string is ASCII without escapes, so that its bytes are its meaning.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 || c == '\\' {
			return false
		}
	}
	return true
}
