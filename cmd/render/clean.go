package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
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
		case !isHarmful(r):
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
	return utf8.ValidString(s) && strings.IndexFunc(s, isHarmful) < 0
}

// isHarmful finds control characters (Cc), formatting ones (Cf, where the marks of direction are), and the separators
// of lines and paragraphs.
func isHarmful(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
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
