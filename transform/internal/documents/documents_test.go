package documents

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestDocumentsAreNumberedAndABrokenOneIsOneOfThem(t *testing.T) {
	r := NewReader(strings.NewReader("# nothing\n---\na: 1\n--- # two\n{\"c\": 1.50, \"b\": \"<\"} [2]\n---\na: [\n---\n{x}: y\n---\n---x: 1\n--- last"))
	var got []string
	for {
		d, err := r.Next()
		var broken *Error
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.As(err, &broken) {
			got = append(got, fmt.Sprintf("%d broken", broken.Number))
			continue
		}
		stored, err2 := d.Stored()
		got = append(got, fmt.Sprintf("%d %s %s", d.Number, d.Text, stored))
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
	}
	want := []string{
		`1 {"a":1} {"a":1}`, `2 {"c": 1.50, "b": "<"} {"b":"\u003c","c":1.50}`, `3 [2] [2]`, "4 broken", "5 broken", `6 {"---x":1} {"---x":1}`, `7 "last" "last"`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// failing is a reader that fails behind its text.
type failing struct{ io.Reader }

func (f failing) Read(p []byte) (int, error) {
	if n, err := f.Reader.Read(p); err == nil {
		return n, nil
	}
	return 0, io.ErrUnexpectedEOF
}

func TestWhatCannotBeReadIsNoDocument(t *testing.T) {
	r := NewReader(failing{strings.NewReader("a: 1\n---\nb: 2\n")})
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	var broken *Error
	if _, err := r.Next(); !errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &broken) {
		t.Errorf("got %v", err)
	}
}

func TestATemplateIsToldOfWithoutWhatStandsInIt(t *testing.T) {
	for text, want := range map[string]string{
		"data: {{secret}}":        "yaml: a mapping stands where a key is wanted; it looks like a template: give what comes of it, as helm template prints",
		"? {secret: a}\n: 1":      "yaml: a mapping stands where a key is wanted",
		"{{ if secret }}\na: [\n": "it looks like a template",
	} {
		_, err := NewReader(strings.NewReader(text)).Next()
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
