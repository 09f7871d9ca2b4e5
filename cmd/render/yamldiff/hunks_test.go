package yamldiff

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
)

// patched applies a diff, whose numbers and lines must be right.
func patched(t *testing.T, before, hunks string) string {
	t.Helper()
	lines := strings.SplitAfter(before, "\n")
	var out strings.Builder
	at, written := 0, 0
	put := func(line string) { out.WriteString(line); written++ }
	for line := range strings.Lines(hunks) {
		if line[0] == '@' {
			var a, aLines, b, bLines int
			if _, err := fmt.Sscanf(line, "@@ -%d,%d +%d,%d @@", &a, &aLines, &b, &bLines); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			for ; at < a-1; at++ {
				put(lines[at])
			}
			if bLines > 0 && written != b-1 {
				t.Fatalf("%s stands after line %d of the other text\n%s", line, written, hunks)
			}
			continue
		}
		switch line[0] {
		case '+':
			put(line[1:])
			continue
		case ' ':
			put(line[1:])
		}
		if lines[at] != line[1:] {
			t.Fatalf("line %d is %q, not %q\n%s", at+1, lines[at], line[1:], hunks)
		}
		at++
	}
	return out.String() + strings.Join(lines[at:], "")
}

func TestADiffTurnsOneTextIntoTheOther(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	text := func() string {
		var b strings.Builder
		for range r.IntN(30) {
			b.WriteString(strings.Repeat("x", r.IntN(4)) + "\n")
		}
		return b.String()
	}
	for range 5000 {
		common := [2]string{text(), text()}
		before, after := common[0]+text()+common[1], common[0]+text()+common[1]
		hunks := string(hunks([]byte(before), []byte(after)))
		if got := patched(t, before, hunks); got != after {
			t.Fatalf("from %q\n got %q\nwant %q\n%s", before, got, after, hunks)
		}
		if hunks == "" && before != after {
			t.Fatalf("%q and %q: no diff", before, after)
		}
	}
}

func TestADocumentOfMembersIsTheWholeDocument(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 3000 {
		a, b := object.MustParse(randomValue(r, 3)), object.MustParse(randomValue(r, 3))
		got := string(newDocument(a, newDocument(b, nil, false), false).text)
		if want := string(yamltext.AppendJSON(nil, a.AppendSorted(nil))); got != want {
			t.Fatalf("%s beside %s:\n got %s\nwant %s", a.JSON(), b.JSON(), got, want)
		}
	}
}
