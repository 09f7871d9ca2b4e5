package findings_test

import (
	"flag"
	"fmt"
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

	"github.com/veltx/veltx/transform/report/findings"
)

var update = flag.Bool("update", false, "write docs/FINDINGS.md")

const (
	root     = "../../.."
	document = root + "/docs/FINDINGS.md"
)

func TestTheDocumentIsTheCatalogue(t *testing.T) {
	want := markdown()
	if *update {
		if err := os.WriteFile(document, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("docs/FINDINGS.md is not the catalogue: go test ./transform/report/findings -update writes it")
	}
}

const heading = `# Findings

What veltx may find, made from the catalogue in ` + "`transform/report/findings`" + `; ` + "`veltx findings`" + ` prints it.

An id is stable: it never gets another meaning. ` + "`--fail-on`" + ` takes severities and ids, such as ` + "`--fail-on error,crd-missing`" + `;
` + "`--write-baseline FILE`" + ` notes the findings of a run, and ` + "`--baseline FILE`" + ` accepts them from then on.
`

// markdown is the catalogue as a document.
func markdown() string {
	var b strings.Builder
	b.WriteString(heading)
	for _, area := range findings.Areas {
		fmt.Fprintf(&b, "\n## %s\n", area.Title)
		for _, e := range findings.In(area.Area) {
			writeEntry(&b, e)
		}
	}
	return b.String()
}

func writeEntry(b *strings.Builder, e findings.Entry) {
	name := e.ID
	if e.Area != findings.Restore {
		name = string(e.Area) + ": " + e.ID
	}
	fmt.Fprintf(b, "\n### %s\n\n*%s*: %s.\n\n%s\n\nWhat to do: %s\n", name, e.Severity, e.Title, e.Meaning, e.Remedy)
}

func TestEntriesAreComplete(t *testing.T) {
	stable := regexp.MustCompile(`^[a-z0-9]+([-.][a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, e := range findings.All() {
		key := string(e.Area) + "/" + e.ID
		switch {
		case seen[key]:
			t.Errorf("%s stands in the catalogue twice", key)
		case !stable.MatchString(e.ID):
			t.Errorf("%s: an id is of small letters, digits, dots and hyphens", key)
		case e.Title == "" || e.Meaning == "" || e.Remedy == "" || e.Severity == "":
			t.Errorf("%s: a part is missing: %+v", key, e)
		case strings.HasSuffix(e.Title, ".") || !strings.HasSuffix(e.Meaning, "."):
			t.Errorf("%s: a title has no full stop, the meaning has", key)
		}
		seen[key] = true
	}
}

func TestEveryFindingOfTheCodeIsInTheCatalogueAndTheOtherWayRound(t *testing.T) {
	used := usedIDs(t)
	var known []string
	for _, e := range findings.All() {
		known = append(known, e.ID)
		if used[e.ID] == "" {
			t.Errorf("%s is in the catalogue, and no code finds it", e.ID)
		}
	}
	for id, where := range used {
		if !slices.Contains(known, id) {
			t.Errorf("%s finds %q, which is not in the catalogue", where, id)
		}
	}
}

// idArgument says which argument of a call is the id of a finding, by the name of the function.
var idArgument = map[string]int{
	"Warn": 0, "Error": 0, "fail": 0, "warn": 0, "Fail": 0, "Find": 1, "FindOn": 1, "find": 1, "FailureID": 1,
}

// usedIDs finds the ids in the calls and literals that make findings, each with a place.
func usedIDs(t *testing.T) map[string]string {
	t.Helper()
	used := map[string]string{}
	for _, folder := range []string{"transform", "actions"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, name, nil, 0)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if id := idOf(n); id != "" {
					used[id] = files.Position(n.Pos()).String()
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return used
}

func idOf(n ast.Node) string {
	switch n := n.(type) {
	case *ast.CallExpr:
		return idOfCall(n)
	case *ast.ValueSpec:
		if kind, ok := n.Type.(*ast.Ident); ok && kind.Name == "ID" && len(n.Values) == 1 {
			return text(n.Values[0])
		}
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && strings.EqualFold(key.Name, "id") {
			return text(n.Value)
		}
	}
	return ""
}

func idOfCall(call *ast.CallExpr) string {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	at, ok := idArgument[selector.Sel.Name]
	short := selector.Sel.Name == "warn" || selector.Sel.Name == "FailureID"
	if !ok || at >= len(call.Args) || len(call.Args) < 3 && !short {
		return ""
	}
	for _, arg := range call.Args[at:min(at+2, len(call.Args))] {
		if id := text(arg); id != "" {
			return id
		}
	}
	return ""
}

// text is a literal that can be an id.
func text(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(literal.Value)
	if err != nil || strings.ContainsAny(s, " /:%") || !strings.Contains(s, "-") {
		return ""
	}
	return s
}

func TestTheRemedyOfAnIDThatTwoAreasHave(t *testing.T) {
	const both = "additional-item-missing"
	restore, backup := findings.Remedies(), findings.RemediesOf(findings.Backup)
	if !strings.Contains(restore[both], "restored") || strings.Contains(backup[both], "restored") || backup[both] == "" {
		t.Errorf("restore: %q, backup: %q", restore[both], backup[both])
	}
	if backup["pod-volume-data"] == "" || backup["pod-volume-data"] != restore["pod-volume-data"] {
		t.Errorf("a finding that restores alone have: %q", backup["pod-volume-data"])
	}
}
