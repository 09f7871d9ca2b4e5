package yamltext

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// class says what is in a string that may matter to YAML: the union over its bytes.
type class uint16

const (
	blank   class = 1 << iota // a space
	colon                     // a mapping, if a space follows
	hash                      // a comment, if it follows a space
	tab                       //
	newline                   //
	control                   // others below 0x20, and 0x7f
	high                      // not ASCII
	escaped                   // had an escape in JSON
	spelled                   // and one for which there are others
	stop                      // a quote or a backslash: they end a run of JSON
)

var classes = func() (t [256]class) {
	for c := range t {
		switch {
		case c < 0x20 || c == 0x7f:
			t[c] = control
		case c >= 0x80:
			t[c] = high
		}
	}
	t[' '], t[':'], t['#'], t['\t'], t['\n'], t['"'], t['\\'] = blank, colon, hash, tab, newline, stop, stop
	return t
}()

// str reads the JSON string at hand and moves past it. The result is valid until the next call.
func (e *emitter) str() ([]byte, class) {
	text := e.text[e.at+1:]
	var c class
	end := 0
	for end < len(text) {
		k := classes[text[end]]
		if k&stop != 0 {
			break
		}
		c |= k
		end++
	}
	if text[end] == '"' && c&high == 0 {
		e.at += end + 2
		return text[:end], c
	}
	for text[end] != '"' {
		if text[end] == '\\' {
			c |= escaped
			if end++; text[end] == 'u' || text[end] == '/' {
				c |= spelled
			}
		}
		c |= classes[text[end]] &^ stop
		end++
	}
	e.at += end + 2
	return e.decode(text[:end], c)
}

// decode reads the inside of a string with escapes or without ASCII, as encoding/json does.
func (e *emitter) decode(text []byte, c class) ([]byte, class) {
	if c&high != 0 && !utf8.Valid(text) {
		return decodedByLibrary(text)
	}
	if c&escaped == 0 {
		return text, c
	}
	if cap(e.decoded) < len(text) {
		e.decoded = make([]byte, 0, max(len(text), 256))
	}
	out := e.decoded[:0]
	for s := text; ; {
		i := bytes.IndexByte(s, '\\')
		if i < 0 {
			return append(out, s...), c
		}
		out = append(out, s[:i]...)
		b, size := escape(s[i:])
		if size == 0 {
			return decodedByLibrary(text)
		}
		out = append(out, b)
		c |= classes[b] &^ stop
		s = s[i+size:]
	}
}

// escape reads the common escapes, those of one ASCII character, and returns their length.
func escape(s []byte) (b byte, size int) {
	switch s[1] {
	case 'n':
		return '\n', 2
	case 't':
		return '\t', 2
	case '"', '\\', '/':
		return s[1], 2
	}
	if b, ok := asciiEscape(s); ok {
		return b, len(`\u0000`)
	}
	return 0, 0
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

// decodedByLibrary reads what is rare: other escapes, pairs of them, invalid UTF-8.
func decodedByLibrary(text []byte) ([]byte, class) {
	quoted := append(append([]byte{'"'}, text...), '"')
	var decoded string
	if err := json.Unmarshal(quoted, &decoded); err != nil {
		decoded = string(bytes.ToValidUTF8(text, []byte("\ufffd"))) // cannot happen: the text is valid JSON
	}
	c := escaped | spelled
	for i := range len(decoded) {
		c |= classes[decoded[i]] &^ stop
	}
	return []byte(decoded), c
}
