package yamltext

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// class says what is in a string: the union over its bytes.
type class uint16

const (
	word    class = 1 << iota // a byte that no number or date has
	colon                     //
	hash                      //
	tab                       //
	newline                   //
	control                   // others below 0x20, and 0x7f
	high                      // not ASCII
	escaped                   // had an escape in JSON
	stop                      // a quote or a backslash: they end a run of JSON
)

var classes = func() (t [256]class) {
	for c := range t {
		switch {
		case c < 0x20 || c == 0x7f:
			t[c] = control
		case c >= 0x80:
			t[c] = high | word
		default:
			t[c] = word
		}
	}
	for _, c := range "0123456789_.,eE+-tTzZ " { // the letters are those of 1e3 and of 2001-12-14T21:59:43Z
		t[c] = 0
	}
	t[':'], t['#'], t['\t'], t['\n'] = colon, hash|word, tab, newline
	t['"'], t['\\'] = stop|word, stop|word
	return t
}()

// str reads the JSON string at hand and moves past it. The result is valid until the next call.
func (e *emitter) str() ([]byte, class) {
	text := e.text[e.at+1:]
	var c class
	end := 0
	for end < len(text) && classes[text[end]]&stop == 0 {
		c |= classes[text[end]]
		end++
	}
	if text[end] == '"' && (c&high == 0 || utf8.Valid(text[:end])) {
		e.at += end + 2
		return text[:end], c
	}
	for text[end] != '"' {
		if text[end] == '\\' {
			end++
		}
		end++
	}
	e.at += end + 2
	return e.decode(text[:end])
}

// decode reads a string with escapes or with invalid UTF-8, as encoding/json does.
func (e *emitter) decode(text []byte) ([]byte, class) {
	if cap(e.decoded) < len(text) {
		e.decoded = make([]byte, 0, max(len(text), 256))
	}
	e.decoded = appendDecoded(e.decoded[:0], text)
	c := escaped
	for _, b := range e.decoded {
		c |= classes[b]
	}
	return e.decoded, c &^ stop
}

// appendDecoded handles the common escapes; the library has the others.
func appendDecoded(dst, s []byte) []byte {
	whole := s
	for len(s) > 0 {
		i := bytes.IndexByte(s, '\\')
		if i < 0 {
			i = len(s)
		}
		if !utf8.Valid(s[:i]) {
			return decodedByLibrary(whole)
		}
		dst = append(dst, s[:i]...)
		if s = s[i:]; len(s) == 0 {
			break
		}
		size := 2
		switch s[1] {
		case 'n':
			dst = append(dst, '\n')
		case 't':
			dst = append(dst, '\t')
		case '"', '\\', '/':
			dst = append(dst, s[1])
		default:
			c, ok := asciiEscape(s)
			if !ok {
				return decodedByLibrary(whole)
			}
			dst = append(dst, c)
			size = 6
		}
		s = s[size:]
	}
	return dst
}

// asciiEscape reads \u0000 to \u007f, with which encoding/json writes <, > and &.
func asciiEscape(s []byte) (byte, bool) {
	if s[1] != 'u' || s[2] != '0' || s[3] != '0' || s[4] > '7' {
		return 0, false
	}
	digit := s[5]
	switch {
	case digit <= '9':
		digit -= '0'
	default:
		digit = digit&^0x20 - 'A' + 10
	}
	return (s[4]-'0')<<4 | digit, true
}

func decodedByLibrary(inner []byte) []byte {
	quoted := append(append([]byte{'"'}, inner...), '"')
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		return bytes.ToValidUTF8(inner, []byte("\ufffd")) // cannot happen: the text is valid JSON
	}
	return []byte(s)
}
