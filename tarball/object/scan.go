package object

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// maxDepth is how many levels may stand in one another. What somebody wrote has some dozen, a CustomResourceDefinition's
// schema some fifty; encoding/json, and with it the API server, takes 10,000. But whoever walks a value does something
// for each level, and the deeper it is the more often: with 1,000 the dearest of these is done in a moment.
// Differs from Velero: it reads items of up to 10,000 levels.
const maxDepth = 1000

// deep is the level from which on a value is opened with all that is in it.
const deep = 32

// ErrSyntax is wrapped by every error about text that is not JSON.
var ErrSyntax = errors.New("not valid JSON")

// The functions below check text. Each returns the index after what it was asked to check or, where that is no JSON, a
// fault: a negative number that says what is wrong and where. An index costs less to hand around than an error.

// The faults.
const (
	unexpectedEnd = iota
	unexpectedCharacter
	textAfterValue
	nestedTooDeeply
	unclosedString
	controlCharacter
	unclosedEscape
	invalidEscape
	invalidNumber
	expectedKey
	expectedColon
	expectedComma
	unclosedObject
	unclosedArray
)

var faults = [...]string{
	unexpectedEnd:       "unexpected end",
	unexpectedCharacter: "unexpected character",
	textAfterValue:      "text after the value",
	nestedTooDeeply:     "nested more than 1,000 levels deep",
	unclosedString:      "unclosed string",
	controlCharacter:    "control character in string",
	unclosedEscape:      "unclosed escape",
	invalidEscape:       "invalid escape",
	invalidNumber:       "invalid number",
	expectedKey:         "expected a key",
	expectedColon:       "expected a colon",
	expectedComma:       "expected a comma",
	unclosedObject:      "unclosed object",
	unclosedArray:       "unclosed array",
}

func fault(at, what int) int { return -1 - (at*len(faults) + what) }

// faultLater is the fault of a text that stands at the offset of another one, as a fault of that one.
func faultLater(f, offset int) int { return f - offset*len(faults) }

// faultError is the error behind a fault in text that starts at the offset.
func faultError(f, offset int) error {
	f = -1 - f
	return fmt.Errorf("%w: %s at byte %d", ErrSyntax, faults[f%len(faults)], offset+f/len(faults))
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// scanValue checks the value that starts at b[i]; nothing but the grammar is looked at.
func scanValue(b []byte, i, depth int) int {
	if i >= len(b) {
		return fault(i, unexpectedEnd)
	}
	if depth > maxDepth {
		return fault(i, nestedTooDeeply)
	}
	switch c := b[i]; c {
	case '"':
		return scanString(b, i)
	case '{':
		return scanMembers(b, i, depth)
	case '[':
		return scanElements(b, i, depth)
	case 't':
		return scanLiteral(b, i, "true")
	case 'f':
		return scanLiteral(b, i, "false")
	case 'n':
		return scanLiteral(b, i, "null")
	default:
		if c == '-' || c >= '0' && c <= '9' {
			return scanNumber(b, i)
		}
		return fault(i, unexpectedCharacter)
	}
}

// scanMembers checks the object at b[i]. Text without spaces, and values that are strings, take the short ways.
func scanMembers(b []byte, i, depth int) int {
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	for {
		if _, i = scanKey(b, i); i < 0 {
			return i
		}
		if i < len(b) && b[i] == '"' {
			i = scanString(b, i)
		} else {
			i = scanValue(b, i, depth+1)
		}
		if i < 0 {
			return i
		}
		if i+1 < len(b) && b[i] == ',' && b[i+1] == '"' {
			i++
			continue
		}
		next, more := scanComma(b, i, '}', unclosedObject)
		if !more {
			return next
		}
		i = next
	}
}

// scanElements checks the array at b[i].
func scanElements(b []byte, i, depth int) int {
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == ']' {
		return i + 1
	}
	for {
		if i = scanValue(b, i, depth+1); i < 0 {
			return i
		}
		next, more := scanComma(b, i, ']', unclosedArray)
		if !more {
			return next
		}
		i = next
	}
}

// scanKey checks a key and its colon. It returns where the key ends and where the value begins, which may be a fault.
func scanKey(b []byte, i int) (end, value int) {
	if i >= len(b) || b[i] != '"' {
		return i, fault(i, expectedKey)
	}
	if end = scanString(b, i); end < 0 {
		return i, end
	}
	return end, afterColon(b, end)
}

// afterColon goes from the end of a key to the value.
func afterColon(b []byte, i int) int {
	if i+1 < len(b) && b[i] == ':' && b[i+1] > ' ' {
		return i + 1
	}
	if i = skipSpace(b, i); i >= len(b) || b[i] != ':' {
		return fault(i, expectedColon)
	}
	return skipSpace(b, i+1)
}

// scanComma goes from the end of a member or element to the next one (more is true) or to the end of the whole.
func scanComma(b []byte, i int, closing byte, unclosed int) (_ int, more bool) {
	if i = skipSpace(b, i); i >= len(b) {
		return fault(i, unclosed), false
	}
	switch b[i] {
	case ',':
		return skipSpace(b, i+1), true
	case closing:
		return i + 1, false
	}
	return fault(i, expectedComma), false
}

// scanString checks the string whose opening quote is b[i], eight bytes at a time while there are as many.
func scanString(b []byte, i int) int {
	start := i
	for i++; i < len(b); {
		if i+8 <= len(b) {
			stops := stopsIn(binary.LittleEndian.Uint64(b[i:]))
			if stops == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(stops) >> 3
		}
		switch c := b[i]; {
		case c == '"':
			return i + 1
		case c == '\\':
			if i = scanEscape(b, i); i < 0 {
				return i
			}
		case c < 0x20:
			return fault(i, controlCharacter)
		default:
			i++
		}
	}
	return fault(start, unclosedString)
}

// Eight bytes at once: each byte of a word is 1, or just its highest bit.
const (
	each    = 0x0101010101010101
	highest = 0x80 * each
)

// stopsIn marks, by their highest bits, which of eight bytes are a quote, a backslash or a control character. A byte x
// is below n if the highest bit of (x-n) &^ x is set, and the lowest byte for which that holds is right, as no borrow
// came into it.
func stopsIn(w uint64) uint64 { return ((w-0x20*each)&^w | marksIn(w)) & highest }

// marksIn marks those that are a quote or a backslash; only the highest bits count.
func marksIn(w uint64) uint64 {
	quotes, backslashes := w^('"'*each), w^('\\'*each)
	return (quotes-each)&^quotes | (backslashes-each)&^backslashes
}

func scanEscape(b []byte, i int) int {
	if i+1 >= len(b) {
		return fault(i, unclosedEscape)
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		if i+6 > len(b) {
			return fault(i, unclosedEscape)
		}
		for _, c := range b[i+2 : i+6] {
			if !isHex(c) {
				return fault(i, invalidEscape)
			}
		}
		return i + 6
	}
	return fault(i, invalidEscape)
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func isDigit(b []byte, i int) bool { return i < len(b) && b[i] >= '0' && b[i] <= '9' }

func skipDigits(b []byte, i int) int {
	for isDigit(b, i) {
		i++
	}
	return i
}

// scanNumber checks the number that starts at b[i].
func scanNumber(b []byte, i int) int {
	start := i
	if b[i] == '-' {
		i++
	}
	switch {
	case i < len(b) && b[i] == '0':
		i++
	case isDigit(b, i):
		i = skipDigits(b, i)
	default:
		return fault(start, invalidNumber)
	}
	if i < len(b) && b[i] == '.' {
		if !isDigit(b, i+1) {
			return fault(start, invalidNumber)
		}
		i = skipDigits(b, i+1)
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !isDigit(b, i) {
			return fault(start, invalidNumber)
		}
		i = skipDigits(b, i)
	}
	return i
}

func scanLiteral(b []byte, i int, word string) int {
	if len(b)-i < len(word) || string(b[i:i+len(word)]) != word {
		return fault(i, unexpectedCharacter)
	}
	return i + len(word)
}
