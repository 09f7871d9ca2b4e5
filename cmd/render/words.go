package render

import (
	"bytes"
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

// Count writes a number and what is counted: "1 item", "12 items".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// someOf lists the first ones, and how many more of all there are.
func someOf(first []string, all int) string {
	text := strings.Join(first, ", ")
	if rest := all - len(first); rest > 0 {
		text += " and " + strconv.Itoa(rest) + " more"
	}
	return text
}

// tally is what a map has at a key; it makes what is not there.
func tally[K comparable, V any](m map[K]*V, key K) *V {
	if m[key] == nil {
		m[key] = new(V)
	}
	return m[key]
}

// Bytes writes a size for people.
func Bytes(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	value := float64(n) / 1024
	units := []string{"KiB", "MiB", "GiB", "TiB", "PiB"}
	for value >= 1024 && len(units) > 1 {
		value, units = value/1024, units[1:]
	}
	return fmt.Sprintf("%.1f %s", value, units[0])
}

// title names an item of a plan; one that failed early is known by its original namespace only.
func title(i *report.Item) string {
	return itemName(i.Resource, cmp.Or(i.Namespace, i.OriginalNamespace), i.Name)
}

// itemName names an item for people: resource/namespace/name or resource/name.
func itemName(resource, namespace, name string) string {
	return layout.Address{Resource: resource, Namespace: namespace, Name: name}.String()
}

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
