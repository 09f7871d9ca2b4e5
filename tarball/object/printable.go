package object

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Obeyed says that a character is obeyed and not shown by a terminal or whatever else lays text out: control characters
// (Cc), formatting ones (Cf, the marks of direction among them), and the separators of lines and paragraphs.
func Obeyed(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) }

// ValidUTF8 returns text whose bytes that are not UTF-8 are U+FFFD, each of them, as encoding/json reads them.
func ValidUTF8(text []byte) []byte {
	if utf8.Valid(text) {
		return text
	}
	return []byte(string([]rune(string(text))))
}

// Printable returns JSON for a reader, which may be a terminal: it is valid UTF-8, and characters that are obeyed are
// written as escapes, which mean the same. JSON has those of ASCII between its values only, or as escapes already.
func Printable(text []byte) []byte {
	if !hasHigh(text) {
		return text
	}
	valid := string(ValidUTF8(text))
	var b strings.Builder
	for _, r := range valid {
		switch {
		case r < 0x7f || !Obeyed(r):
			b.WriteRune(r)
		case r > 0xffff:
			first, second := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, first, second)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return []byte(b.String())
}

// hasHigh says whether there is anything else in the text than what ASCII shows.
func hasHigh(text []byte) bool {
	for _, c := range text {
		if c >= 0x7f {
			return true
		}
	}
	return false
}
