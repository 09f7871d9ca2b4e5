package yamldiff

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/veltx/veltx/tarball/object"
)

// around is how many lines stand around a difference.
const around = 3

// hunks is a unified diff without its head, nil where nothing differs. Only what lies between the common begin and the
// common end is compared.
func hunks(before, after []byte) []byte {
	if bytes.Equal(before, after) {
		return nil
	}
	skipped := commonBegin(before, after)
	lines := bytes.Count(before[:skipped], []byte{'\n'})
	before, after = before[skipped:], after[skipped:]
	rest := commonEnd(before, after)
	text := diff.Diff("", before[:len(before)-rest], "", after[:len(after)-rest])
	at := bytes.Index(text, []byte("\n@@"))
	if at < 0 {
		return nil
	}
	return shifted(text[at+1:], lines)
}

// commonBegin is the length of the lines with which both texts begin, but for those around the first difference.
func commonBegin(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	for range around + 1 {
		n = bytes.LastIndexByte(a[:n], '\n')
		if n < 0 {
			return 0
		}
	}
	return n + 1
}

// commonEnd is the length of the lines with which both texts end, but for those around the last difference.
func commonEnd(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	from := len(a) - n
	for range around + 1 {
		at := bytes.IndexByte(a[from:], '\n')
		if at < 0 {
			return 0
		}
		from += at + 1
	}
	return len(a) - from
}

// shifted adds a number of lines to where the hunks begin.
func shifted(text []byte, lines int) []byte {
	if lines == 0 {
		return text
	}
	var out []byte
	for line := range bytes.Lines(text) {
		if line[0] == '@' {
			line = shiftedHead(line, lines)
		}
		out = append(out, line...)
	}
	return out
}

func shiftedHead(line []byte, lines int) []byte {
	var a, aLines, b, bLines int
	if _, err := fmt.Sscanf(string(line), "@@ -%d,%d +%d,%d @@", &a, &aLines, &b, &bLines); err != nil {
		return line
	}
	return fmt.Appendf(nil, "@@ -%d,%d +%d,%d @@\n", a+lines, aLines, b+lines, bLines)
}

func sortedKeys(v *object.Value) []string {
	var keys []string
	for key := range v.Members() {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
