package render

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/veltx/veltx/tarball/object"
)

// Clean makes text safe for a terminal: what would be obeyed instead of shown (escape sequences and other control
// characters, line breaks, marks that turn the direction of writing, bytes that are not UTF-8) is written as an escape.
// A name in a backup can be anything that its author wanted.
func Clean(s string) string {
	if isClean(s) {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case !object.Obeyed(r):
			b.WriteRune(r)
		case r < 0x80:
			b.WriteString(asciiEscape(r))
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		s = s[size:]
	}
	return b.String()
}

func isClean(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, object.Obeyed) < 0
}

// cleanLines is Clean for each line of a text, in which tabs stay.
func cleanLines(text []byte) []byte {
	var cleaned []byte
	for line := range bytes.Lines(text) {
		ended := len(line) - len(bytes.TrimSuffix(line, []byte("\n")))
		for n, part := range strings.Split(string(line[:len(line)-ended]), "\t") {
			if n > 0 {
				cleaned = append(cleaned, '\t')
			}
			cleaned = append(cleaned, Clean(part)...)
		}
		cleaned = append(cleaned, line[len(line)-ended:]...)
	}
	return cleaned
}

func asciiEscape(r rune) string {
	switch r {
	case '\n':
		return `\n`
	case '\r':
		return `\r`
	case '\t':
		return `\t`
	}
	return fmt.Sprintf(`\x%02x`, r)
}
