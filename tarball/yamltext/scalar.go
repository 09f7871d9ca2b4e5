package yamltext

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scalarOnOneLine writes a string in the simplest style that every reader takes for this string: plain; double quotes
// for what looks like something else, as kubectl has it; single quotes for what has a meaning in YAML's syntax; double
// quotes with escapes for what cannot be shown.
func (e *emitter) scalarOnOneLine(s []byte, c class) {
	switch {
	case len(s) > 0 && starts[s[0]] == anything && c&^(escaped|spelled) == 0: // by far the most
		e.out = append(e.out, s...)
	case c&(newline|tab|control) != 0, c&high != 0 && !isPrintable(s):
		e.doubleQuoted(s)
	case isAmbiguous(s):
		e.out = append(e.out, '"')
		e.out = append(e.out, s...)
		e.out = append(e.out, '"')
	case isPlain(s, c):
		e.out = append(e.out, s...)
	default:
		e.singleQuoted(s)
	}
}

// start says what a string that begins with a byte can be.
type start uint8

const (
	anything  start = iota // nothing but a string
	reserved               // true, null
	number                 // or a date
	dash                   // a number, or an element of a sequence
	indicator              // syntax
)

var starts = func() (t [256]start) {
	for s, first := range map[start]string{
		reserved: "yYnNtTfFoO~=<", number: "0123456789+.", dash: "-", indicator: " ?:,[]{}#&*!|>'\"%@`",
	} {
		for _, c := range first {
			t[c] = s
		}
	}
	return t
}()

// isPrintable says that all of a UTF-8 text may stand in YAML as it is, and is no line break (YAML 1.1 has two more
// than 1.2), nor the byte order mark, nor a mark that makes what follows read in another direction.
func isPrintable(s []byte) bool {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		if r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r == 0xfffe || r == 0xffff || unicode.Is(unicode.Bidi_Control, r) {
			return false
		}
		i += size
	}
	return true
}

// isPlain says that nothing in the string is syntax.
func isPlain(s []byte, c class) bool {
	last := s[len(s)-1]
	if startsSyntax(s) || last == ' ' || last == ':' {
		return false
	}
	if c&blank == 0 || c&(colon|hash) == 0 {
		return true
	}
	return !bytes.Contains(s, []byte(": ")) && !bytes.Contains(s, []byte(" #"))
}

func startsSyntax(s []byte) bool {
	switch starts[s[0]] {
	case indicator:
		return true
	case dash:
		return len(s) == 1 || s[1] == ' ' || bytes.HasPrefix(s, []byte("---"))
	case number:
		return bytes.HasPrefix(s, []byte("..."))
	}
	return false
}

// isAmbiguous says that a reader of YAML 1.1 or 1.2 could take the string for something else.
func isAmbiguous(s []byte) bool {
	if len(s) == 0 {
		return true
	}
	switch starts[s[0]] {
	case number, dash:
		return looksNumeric(s)
	case reserved:
		return len(s) <= len("false") && isReserved(s)
	}
	return false
}

// isReserved knows what YAML 1.1 and 1.2 read as booleans and null, and 1.1's keys for merging and for a default value.
func isReserved(s []byte) bool {
	switch string(lower(s)) {
	case "y", "yes", "n", "no", "true", "false", "on", "off", "null", "~", "=", "<<":
		return true
	}
	return false
}

// lower returns the first bytes of s in small letters.
func lower(s []byte) []byte {
	var small [len("false")]byte
	n := copy(small[:], s)
	for i, c := range small {
		if c >= 'A' && c <= 'Z' {
			small[i] = c | 0x20
		}
	}
	return small[:n]
}

// looksNumeric knows numbers in all notations (decimal, with underscores, of base 60, 2, 8 and 16, infinite, none at
// all) and dates. It would rather quote too much, but leaves 10.96.0.7 alone, which no reader takes for a number.
func looksNumeric(s []byte) bool {
	if isOf(s, "0123456789_.,:eE+-tTzZ ") { // the letters are those of 1e3 and of 2001-12-14T21:59:43Z
		return !isDotted(s)
	}
	if bytes.IndexByte(s, '_') >= 0 {
		s = bytes.ReplaceAll(s, []byte("_"), nil) // readers drop them before they look at the prefix of 0_x1F
	}
	if s[0] == '+' || s[0] == '-' {
		s = s[1:]
	}
	if len(s) < 2 {
		return false
	}
	if s[0] == '.' {
		rest := string(lower(s[1:]))
		return rest == "inf" || rest == "nan"
	}
	return s[0] == '0' && strings.IndexByte("xXoObB", s[1]) >= 0 && isOf(s[2:], "0123456789abcdefABCDEF_+-") // 0b+1 is a number to some
}

// isOf says that a string has only these bytes.
func isOf(s []byte, allowed string) bool {
	for _, c := range s {
		if strings.IndexByte(allowed, c) < 0 {
			return false
		}
	}
	return true
}

// isDotted says that these are only digits with two dots or more between them: a version, an address.
func isDotted(s []byte) bool {
	dots := 0
	for i, c := range s {
		switch {
		case c == '.':
			if i == 0 || s[i-1] == '.' {
				return false
			}
			dots++
		case c < '0' || c > '9':
			return false
		}
	}
	return dots >= 2 && s[len(s)-1] != '.'
}

func (e *emitter) singleQuoted(s []byte) {
	e.out = append(e.out, '\'')
	for {
		i := bytes.IndexByte(s, '\'')
		if i < 0 {
			break
		}
		e.out = append(e.out, s[:i]...)
		e.out = append(e.out, '\'', '\'')
		s = s[i+1:]
	}
	e.out = append(e.out, s...)
	e.out = append(e.out, '\'')
}

const hexDigits = "0123456789abcdef"

func (e *emitter) doubleQuoted(s []byte) {
	e.out = append(e.out, '"')
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			e.asciiQuoted(c)
			i++
			continue
		}
		r, size := utf8.DecodeRune(s[i:])
		if isPrintable(s[i : i+size]) {
			e.out = append(e.out, s[i:i+size]...)
		} else { // all of these are below 0x10000
			e.out = append(e.out, '\\', 'u', hexDigits[r>>12], hexDigits[r>>8&15], hexDigits[r>>4&15], hexDigits[r&15])
		}
		i += size
	}
	e.out = append(e.out, '"')
}

func (e *emitter) asciiQuoted(c byte) {
	switch {
	case c == '"' || c == '\\':
		e.out = append(e.out, '\\', c)
	case c == '\n':
		e.out = append(e.out, '\\', 'n')
	case c == '\t':
		e.out = append(e.out, '\\', 't')
	case c == '\r':
		e.out = append(e.out, '\\', 'r')
	case c < 0x20 || c == 0x7f:
		e.out = append(e.out, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
	default:
		e.out = append(e.out, c)
	}
}
