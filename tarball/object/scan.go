package object

import (
	"errors"
	"fmt"
)

// maxDepth is the nesting at which encoding/json gives up as well, so that hostile input cannot exhaust the stack.
const maxDepth = 10000

// ErrSyntax is wrapped by every error about text that is not JSON.
var ErrSyntax = errors.New("not valid JSON")

func syntaxError(offset int, what string) error {
	return fmt.Errorf("%w: %s at byte %d", ErrSyntax, what, offset)
}

// stringStop marks the bytes at which scanning a string has to look closer: quote, backslash, control characters.
var stringStop = func() (t [256]bool) {
	for c := range 0x20 {
		t[c] = true
	}
	t['"'], t['\\'] = true, true
	return t
}()

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// scanString returns the index after the closing quote of the string that starts at b[i].
func scanString(b []byte, i int) (int, error) {
	start := i
	i++
	for {
		for i < len(b) && !stringStop[b[i]] {
			i++
		}
		if i >= len(b) {
			return 0, syntaxError(start, "unclosed string")
		}
		switch b[i] {
		case '"':
			return i + 1, nil
		case '\\':
			n, err := scanEscape(b, i)
			if err != nil {
				return 0, err
			}
			i = n
		default:
			return 0, syntaxError(i, "control character in string")
		}
	}
}

func scanEscape(b []byte, i int) (int, error) {
	if i+1 >= len(b) {
		return 0, syntaxError(i, "unclosed escape")
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2, nil
	case 'u':
		if i+6 > len(b) {
			return 0, syntaxError(i, "unclosed escape")
		}
		for _, c := range b[i+2 : i+6] {
			if !isHex(c) {
				return 0, syntaxError(i, "invalid escape")
			}
		}
		return i + 6, nil
	}
	return 0, syntaxError(i, "invalid escape")
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

// scanNumber returns the index after the number that starts at b[i].
func scanNumber(b []byte, i int) (int, error) {
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
		return 0, syntaxError(start, "invalid number")
	}
	if i < len(b) && b[i] == '.' {
		if !isDigit(b, i+1) {
			return 0, syntaxError(start, "invalid number")
		}
		i = skipDigits(b, i+1)
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !isDigit(b, i) {
			return 0, syntaxError(start, "invalid number")
		}
		i = skipDigits(b, i)
	}
	return i, nil
}

func scanLiteral(b []byte, i int, word string) (int, error) {
	if len(b)-i < len(word) || string(b[i:i+len(word)]) != word {
		return 0, syntaxError(i, "unexpected character")
	}
	return i + len(word), nil
}

// scanValue returns the index after the value that starts at b[i]; nothing but the grammar is looked at.
func scanValue(b []byte, i, depth int) (int, error) {
	if i >= len(b) {
		return 0, syntaxError(i, "unexpected end")
	}
	if depth > maxDepth {
		return 0, syntaxError(i, "nested too deeply")
	}
	switch c := b[i]; c {
	case '{':
		return scanMembers(b, i, depth, nil)
	case '[':
		return scanElements(b, i, depth, nil)
	case '"':
		return scanString(b, i)
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
		return 0, syntaxError(i, "unexpected character")
	}
}

// span is a piece of text by its bounds.
type span struct{ from, to int }

// scanMembers walks the object at b[i]. Where visit is given it is told the text of each quoted key and value.
func scanMembers(b []byte, i, depth int, visit func(key, value span)) (int, error) {
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1, nil
	}
	for {
		if i >= len(b) || b[i] != '"' {
			return 0, syntaxError(i, "expected a key")
		}
		key := span{from: i}
		var err error
		if i, err = scanString(b, i); err != nil {
			return 0, err
		}
		key.to = i
		if i = skipSpace(b, i); i >= len(b) || b[i] != ':' {
			return 0, syntaxError(i, "expected a colon")
		}
		i = skipSpace(b, i+1)
		value := span{from: i}
		if i, err = scanValue(b, i, depth+1); err != nil {
			return 0, err
		}
		value.to = i
		if visit != nil {
			visit(key, value)
		}
		if i = skipSpace(b, i); i >= len(b) {
			return 0, syntaxError(i, "unclosed object")
		}
		switch b[i] {
		case ',':
			i = skipSpace(b, i+1)
		case '}':
			return i + 1, nil
		default:
			return 0, syntaxError(i, "expected a comma")
		}
	}
}

// scanElements walks the array at b[i]. Where visit is given it is told the text of each element.
func scanElements(b []byte, i, depth int, visit func(value span)) (int, error) {
	i = skipSpace(b, i+1)
	if i < len(b) && b[i] == ']' {
		return i + 1, nil
	}
	for {
		value := span{from: i}
		var err error
		if i, err = scanValue(b, i, depth+1); err != nil {
			return 0, err
		}
		value.to = i
		if visit != nil {
			visit(value)
		}
		if i = skipSpace(b, i); i >= len(b) {
			return 0, syntaxError(i, "unclosed array")
		}
		switch b[i] {
		case ',':
			i = skipSpace(b, i+1)
		case ']':
			return i + 1, nil
		default:
			return 0, syntaxError(i, "expected a comma")
		}
	}
}
