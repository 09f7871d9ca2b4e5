package yamltext_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/yamltext"
)

func TestAliasesMayNotMakeMuchOfLittle(t *testing.T) {
	long := strings.Repeat("x", 1<<20)
	var levels strings.Builder
	levels.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := range 12 {
		fmt.Fprintf(&levels, "a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 10), ", "))
	}
	for _, c := range []struct{ name, text, want string }{
		{"no alias", "a: " + long, ""},
		{"a script is no alias", "data: |\n  ls *.txt && echo * & wait\n", ""},
		{"a few", "a: &a [1, 2]\nb: *a\nc: {<<: &d {x: 1}, y: *a}\n", ""},
		{"a long text, thirty times", "a: &a " + long + "\nb: [" + strings.Repeat("*a, ", 30) + "]\n", ""},
		{"a long text, 300 times", "a: &a " + long + "\nb: [" + strings.Repeat("*a, ", 300) + "]\n", "aliases make more than 64 MiB of it, the limit"},
		{"behind a line break of Unicode", "a: &a " + long + "\nb: [" + strings.Repeat("\u2028*a,", 300) + "]\n", "limit"},
		{"levels that each name the one before ten times", levels.String(), "aliases make more than 64 MiB of it, the limit"},
		{"a value that holds itself", "a: &a [1, *a]\n", "aliases make more than 64 MiB of it, the limit"},
		{"what is no YAML", "a: *a\n", "unknown anchor"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := yamltext.CheckAliases([]byte(c.text))
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
