package cmd

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// notSaid are words and phrases that no text for users has, as there are plainer ones.
var notSaid = regexp.MustCompile(`(?i)\b(` + strings.Join([]string{
	`mend(s|ed|ing)?`, `nobody`, `for ever`, `as it is`, `takes? it up`, `taken up`, `befalls?`, `way ended`, `anew`,
	`items that keep it`, `a volume that is there`, `(\d+|%d) items? of [a-z]+`,
}, "|") + `)\b`)

// textFiles are files whose whole text is for users.
func textFiles(t *testing.T) []string {
	t.Helper()
	files := []string{"README.md", "CHANGELOG.md", "transform/report/findings/catalogue.md"}
	for _, pattern := range []string{"docs/*.md", "cmd/help/*.txt", "cmd/render/html/*.html", "docs/schemas/*.json"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, file := range found {
			name, err := filepath.Rel(root, file)
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, filepath.ToSlash(name))
		}
	}
	return files
}

func TestTextsAreInPlainEnglish(t *testing.T) {
	for _, name := range textFiles(t) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			saidPlainly(t, name, n, line)
		}
	}
}

func TestStringsInCodeAreInPlainEnglish(t *testing.T) {
	for _, folder := range []string{"actions", "cmd", "tarball", "transform"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			return saidInCode(t, name)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// saidInCode looks at all strings of a file of Go code but those of imports and struct tags.
func saidInCode(t *testing.T, name string) error {
	t.Helper()
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err != nil {
			t.Error(err)
			return true
		}
		saidPlainly(t, name, files.Position(literal.Pos()).Line, text)
		return true
	})
	return nil
}

func saidPlainly(t *testing.T, name string, line int, text string) {
	t.Helper()
	if said := notSaid.FindAllString(text, -1); len(said) > 0 {
		slices.Sort(said)
		t.Errorf("%s:%d: %q in %q", name, line, slices.Compact(said), strings.TrimSpace(text))
	}
}
