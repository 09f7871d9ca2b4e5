package findings_test

import (
	"bytes"
	"cmp"
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

	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/findings"
)

var update = flag.Bool("update", false, "write docs/FINDINGS.md")

const (
	root     = "../../.."
	document = root + "/docs/FINDINGS.md"
)

func TestTheDocumentIsTheCatalogue(t *testing.T) {
	want, err := os.ReadFile("catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(document, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("docs/FINDINGS.md is not the catalogue: go test ./transform/report/findings -update writes it")
	}
}

// The pages have one form, of which reading them leaves nothing out.
func TestThePagesOfTheCatalogueHaveOneForm(t *testing.T) {
	text, err := os.ReadFile("catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	_, pages, _ := strings.Cut(string(text), "\n## ")
	if got, want := "## "+pages, markdown(); got != want {
		t.Errorf("catalogue.md has something that is not in the form of a page:\n%s", firstDifference(got, want))
	}
}

func firstDifference(got, want string) string {
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(want, "\n")
	for n, line := range gotLines {
		if n >= len(wantLines) || line != wantLines[n] {
			return fmt.Sprintf("line %d behind the heading: %q", n+1, line)
		}
	}
	return "a page is missing"
}

// markdown is the catalogue in the form of its pages.
func markdown() string {
	var sections []string
	for _, area := range findings.Areas {
		var b strings.Builder
		fmt.Fprintf(&b, "## %s\n", area.Title)
		for _, e := range findings.In(area.Area) {
			name := e.ID
			if e.Area != findings.Restore {
				name = string(e.Area) + ": " + e.ID
			}
			fmt.Fprintf(&b, "\n### %s\n\n*%s, %s*: %s.\n\n%s\n\nWhat to do: %s\n", name, e.Severity, e.Cost, e.Title, e.Meaning, e.Remedy)
		}
		sections = append(sections, b.String())
	}
	return strings.Join(sections, "\n")
}

func TestEntriesAreComplete(t *testing.T) {
	stable := regexp.MustCompile(`^[a-z0-9]+([-.][a-z0-9]+)*$`)
	previous := findings.Entry{Area: findings.Restore}
	for _, e := range findings.All() {
		key := string(e.Area) + "/" + e.ID
		switch {
		case compareEntries(previous, e) >= 0:
			t.Errorf("%s stands behind %s: areas have an order, and ids of one area are sorted and distinct", key, previous.ID)
		case !slices.Contains([]report.Severity{report.Notice, report.Warning, report.Error}, e.Severity), e.Area == findings.Damage && e.Severity != report.Error:
			t.Errorf("%s: the severity %q", key, e.Severity)
		case !slices.Contains(findings.Costs, e.Cost):
			t.Errorf("%s: the cost %q, behind the severity, is none of %q", key, e.Cost, findings.Costs)
		case !stable.MatchString(e.ID):
			t.Errorf("%s: an id is of small letters, digits, dots and hyphens", key)
		case e.Title == "" || e.Meaning == "" || e.Remedy == "":
			t.Errorf("%s: a part is missing: %+v", key, e)
		case strings.HasSuffix(e.Title, ".") || !strings.HasSuffix(e.Meaning, "."):
			t.Errorf("%s: a title has no full stop, the meaning has", key)
		}
		previous = e
	}
}

func compareEntries(a, b findings.Entry) int {
	return cmp.Or(cmp.Compare(areaNumber(a), areaNumber(b)), cmp.Compare(a.ID, b.ID))
}

// areaNumber is -1 for an area that there is not, which so stands in front of all.
func areaNumber(e findings.Entry) int {
	for n, area := range findings.Areas {
		if area.Area == e.Area {
			return n
		}
	}
	return -1
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

// finders are the functions that make findings; the first of their first three arguments that can be an id is one.
var finders = []string{"Warn", "Notice", "notice", "Error", "fail", "warn", "Fail", "Find", "FindOn", "find", "FailureID", "WarnUnless", "leave", "leaveOut"}

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
	var name string
	switch function := call.Fun.(type) {
	case *ast.Ident:
		name = function.Name
	case *ast.SelectorExpr:
		name = function.Sel.Name
	}
	if !slices.Contains(finders, name) {
		return ""
	}
	for _, arg := range call.Args[:min(3, len(call.Args))] {
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
	restore, backup := findings.Remedy(findings.Restore, both), findings.Remedy(findings.Backup, both)
	if !strings.Contains(restore, "restored") || strings.Contains(backup, "restored") || backup == "" {
		t.Errorf("restore: %q, backup: %q", restore, backup)
	}
	if got := findings.Remedy(findings.Backup, "pod-volume-data"); got == "" || got != findings.Remedy(findings.Restore, "pod-volume-data") {
		t.Errorf("a finding that restores alone have: %q", got)
	}
	if got := findings.Remedy(findings.Restore, "archive-damaged"); got != "" {
		t.Errorf("a finding of damage alone: %q", got)
	}
}

func TestAnIDIsKnownIfThereIsAPageOfIt(t *testing.T) {
	for id, want := range map[string]bool{"crd-missing": true, "crd-mising": false, "": false} {
		if got := findings.Known(id); got != want {
			t.Errorf("%q is known: %v", id, got)
		}
	}
}
