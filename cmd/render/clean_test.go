package render

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/report"
)

func TestCleanTextCannotCommandATerminal(t *testing.T) {
	for _, row := range []struct{ name, in, want string }{
		{"plain text", "pods/shop/web-0: größer, 東京", "pods/shop/web-0: größer, 東京"},
		{"colour", "\x1b[31mred\x1b[0m", `\x1b[31mred\x1b[0m`},
		{"the window's title", "\x1b]0;title\x07", `\x1b]0;title\x07`},
		{"one character that begins a sequence", "\u009b31m", `\u009b31m`},
		{"a line made to look like another", "a\rb\nc\td", `a\rb\nc\td`},
		{"backspaces and delete", "a\b\x7f", `a\x08\x7f`},
		{"writing from right to left", "a\u202eb\u2066c", `a\u202eb\u2066c`},
		{"letters without width", "a\u200bb\ufeffc", `a\u200bb\ufeffc`},
		{"separators of lines", "a\u2028b\u2029c", `a\u2028b\u2029c`},
		{"bytes that are not UTF-8", "a\xff\xfeb", `a\xff\xfeb`},
	} {
		if got := Clean(row.in); got != row.want {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("\x1b[31mred\u202e\xff")
	f.Fuzz(func(t *testing.T, text string) {
		cleaned := Clean(text)
		if !isClean(cleaned) {
			t.Errorf("%q became %q, which is not clean", text, cleaned)
		}
		if again := Clean(cleaned); again != cleaned {
			t.Errorf("%q became %q, and that %q", text, cleaned, again)
		}
	})
}

// Whatever a backup holds, in whatever field of an item, no text for people may carry it to the terminal.
func TestHostileItemsAreHarmlessInText(t *testing.T) {
	const evil = "\x1b]0;owned\x07\n\u202e"
	item := &report.Item{
		Order: 1, Outcome: report.Create, Resource: "pods" + evil, Namespace: "ns" + evil, Name: "n" + evil, Reason: "r" + evil,
		Actions: []string{"velero.io/a" + evil}, Changes: []report.Change{{By: "by" + evil, Op: "add", Path: "/x" + evil}},
	}
	item.Warn("id"+evil, "path"+evil, "message"+evil)
	item.Error("id"+evil, "path"+evil, "message"+evil)
	for _, format := range []string{Table, Wide, Name} {
		for _, style := range []Style{{}, {Coloured: true}} {
			text := stripColour(rendered(t, format, style, item))
			if i := strings.IndexFunc(text, func(r rune) bool { return r != '\n' && object.Obeyed(r) }); i >= 0 {
				t.Errorf("%s lets %q through", format, text[i:min(len(text), i+20)])
			}
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "\u202e") {
					t.Errorf("%s lets an item begin a line", format)
				}
			}
		}
	}
}

func stripColour(text string) string {
	for _, code := range []string{"0", "1", "2", "22", "31", "32", "33", "0;22"} {
		text = strings.ReplaceAll(text, "\x1b["+code+"m", "")
	}
	return text
}

// rendered is a preview of some items.
func rendered(t *testing.T, format string, style Style, items ...*report.Item) string {
	t.Helper()
	var out bytes.Buffer
	p, err := NewPreview(format, &out, testAbout(), style)
	if err != nil {
		t.Fatal(err)
	}
	summary := &report.Summary{}
	for _, i := range items {
		summary.Count(i)
		if err := p.Item(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Finish(summary); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// A program gets from a JSONPath what kubectl gives it; a terminal gets text that it can show, in the lines of the template.
func TestAJSONPathOnATerminalIsClean(t *testing.T) {
	v := object.MustParse(`{"a":"x\u001b[31m\u009b\u202ey","b":"two\nlines"}`)
	for _, row := range []struct {
		terminal bool
		want     string
	}{
		{false, "x\x1b[31m\u009b\u202ey\ttwo\nlines\n"},
		{true, `x\x1b[31m\u009b\u202ey` + "\ttwo\nlines\n"},
	} {
		o, err := NewObjects(JSONPath+`{.a}{"\t"}{.b}{"\n"}`, false, false, true)
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		o.On(&out, row.terminal, Style{})
		if err := errors.Join(o.Add(layout.ItemKey{}, v), o.Finish()); err != nil {
			t.Fatal(err)
		}
		if out.String() != row.want {
			t.Errorf("terminal %v: got %q, want %q", row.terminal, &out, row.want)
		}
	}
}
