package cmd

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/veltx/veltx/"

// layers are the folders from left to right: an import may point right, never left. What measures and judges veltx stands
// first, in testdata: tests alone may import it.
var layers = []string{"testdata", "cmd", "transform", "actions", "tarball"}

// soleImporters are libraries that one folder alone may import.
var soleImporters = map[string]string{
	"github.com/fatih/color": "cmd/render",
	"github.com/spf13/cobra": "cmd",
	"github.com/spf13/pflag": "cmd",

	"github.com/schollz/progressbar/v3": "cmd",
	"k8s.io/client-go/util/jsonpath":    "cmd/render",
}

func TestImportsPointFromCmdToTarballAndNeverBack(t *testing.T) {
	seen := map[string]bool{}
	forEachImport(t, func(file, imported string) {
		from := slices.Index(layers, firstFolder(file))
		seen[firstFolder(file)] = true
		if strings.HasSuffix(file, "_test.go") && strings.HasPrefix(imported, module+"testdata/") {
			return
		}
		to := slices.Index(layers, firstFolder(strings.TrimPrefix(imported, module)))
		if strings.HasPrefix(imported, module) && from >= 0 && to >= 0 && to < from {
			t.Errorf("%s imports %s; the arrows are %s", file, imported, strings.Join(layers, " → "))
		}
	})
	for _, layer := range layers {
		if !seen[layer] {
			t.Errorf("no Go file was found in %s", layer)
		}
	}
}

func TestTheBinaryHoldsNothingOfTestdata(t *testing.T) {
	list := exec.Command("go", "list", "-deps", ".")
	list.Dir = root
	packages, err := list.Output()
	if err != nil {
		t.Fatalf("go list -deps .: %v", err)
	}
	if !strings.Contains(string(packages), module+"cmd\n") {
		t.Fatalf("go list -deps . does not name %scmd:\n%s", module, packages)
	}
	for _, name := range strings.Fields(string(packages)) {
		if strings.HasPrefix(name, module+"testdata/") || strings.HasSuffix(name, "/txtar") {
			t.Errorf("the binary links %s, which is for tests", name)
		}
	}
}

func TestSomeLibrariesHaveOneImporter(t *testing.T) {
	forEachImport(t, func(file, imported string) {
		if only, ok := soleImporters[imported]; ok && !strings.HasPrefix(file, only+"/") {
			t.Errorf("%s imports %s; only %s may", file, imported, only)
		}
	})
}

// forEachImport calls do for each import of each Go file of the module, with paths relative to its root.
func forEachImport(t *testing.T, do func(file, imported string)) {
	t.Helper()
	for file := range goFiles(t) {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Error(err)
				continue
			}
			do(file, imported)
		}
	}
}

// root is the root of the repository, seen from this package.
const root = ".."

// goFiles yields the Go files of the module, tests included, as slash-separated paths. Folders that are modules of their
// own are left out.
func goFiles(t *testing.T) func(yield func(string) bool) {
	t.Helper()
	return func(yield func(string) bool) {
		err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && name != root && (strings.HasPrefix(entry.Name(), ".") || isModule(name)):
				return fs.SkipDir
			case entry.IsDir() || path.Ext(name) != ".go":
				return nil
			}
			rel, err := filepath.Rel(root, name)
			if err == nil && !yield(filepath.ToSlash(rel)) {
				return fs.SkipAll
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// isModule says that a folder is the root of a module.
func isModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

func firstFolder(name string) string {
	folder, _, _ := strings.Cut(name, "/")
	return folder
}
