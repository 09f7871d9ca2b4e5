package documents

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestDocumentsAreNumberedAndABrokenOneIsOneOfThem(t *testing.T) {
	r := NewReader(strings.NewReader("# nothing\n---\na: 1\n--- # two\n{\"c\": 1.50, \"b\": \"<\"} [2]\n---\na: [\n---\n{x}: y\n---\n---x: 1\n--- last"), 1<<20)
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
	r := NewReader(failing{strings.NewReader("a: 1\n---\nb: 2\n")}, 1<<20)
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
		_, err := NewReader(strings.NewReader(text), 1<<20).Next()
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestADocumentOverTheLimitIsTheLastOne(t *testing.T) {
	long := "a: " + strings.Repeat("x", 5000)
	for _, c := range []struct {
		name, text string
		want       string
	}{
		{"many small ones", strings.Repeat("a: 1\n---\n", 2000), ""},
		{"as large as may be", long + "\n---\n" + long, ""},
		{"larger", "a: 1\n---\n" + strings.Repeat(long+"\n", 3) + "---\na: 1\n", "2: has more than 5004 bytes, the limit for one document"},
		{"without an end", strings.Repeat("x", 20000), "1: has more than 5004 bytes, the limit for one document"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := NewReader(strings.NewReader(c.text), int64(len(long))+1)
			var got string
			for {
				_, err := r.Next()
				var broken *Error
				if errors.As(err, &broken) {
					got += fmt.Sprintf("%d: %v", broken.Number, err)
				} else if err != nil {
					break
				}
			}
			if !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestAliasesMayNotMakeMuchOfLittle(t *testing.T) {
	text := "a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a, ", 300) + "]\n---\nc: 1\n"
	r := NewReader(strings.NewReader(text), 8<<20)
	if _, err := r.Next(); err == nil || !strings.Contains(err.Error(), "aliases make more than") {
		t.Errorf("got %v", err)
	}
	if d, err := r.Next(); err != nil || string(d.Text) != `{"c":1}` {
		t.Errorf("the next document: %s, %v", d.Text, err)
	}
}
