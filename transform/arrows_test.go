package transform_test

import (
	"go/build"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rooms are the packages of this folder from left to right: an import points right, never left. Packages of one row do not
// import each other.
var rooms = [][]string{
	{"planfile", "rewrite", "apiserver", "apiserver/gen", "apiserver/real", "plugins", "plugins/own", "survey"},
	{"apiserver/registry", "apiserver/refusal"},
	{"look/backups", "look/diff", "look/get", "look/inspect", "look/redact", "look/target", "look/trial", "look/verify"},
	{"restore", "backup", "deletion", "config"},
	{"restore/findings", "restore/volumes", "plugins/serve", "plugins/clusterapi", "plugins/rules", "plugins/image"},
	{"restore/needs", "internal/pipeline", "report/verdict"},
	{"report/findings", "internal/sidefiles", "internal/cluster", "redaction"},
	{"report", "modifiers", "policies", "sink", "references"},
	{"plugins/wire", "internal/index", "internal/discovery", "internal/filters", "internal/documents", "internal/strict", "internal/onlykey", "internal/imageref"},
}

// room is the number of a package's row, -1 for none.
func room(name string) int {
	return slices.IndexFunc(rooms, func(row []string) bool { return slices.Contains(row, name) })
}

func TestImportsWithinTransformPointOneWay(t *testing.T) {
	const module = "github.com/veltx/veltx/transform/"
	err := filepath.WalkDir(".", func(dir string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() || dir == "." {
			return err
		}
		pkg, err := build.ImportDir(dir, 0)
		if _, empty := err.(*build.NoGoError); empty {
			return nil
		}
		if err != nil {
			return err
		}
		name := filepath.ToSlash(dir)
		if room(name) < 0 {
			t.Errorf("%s stands in no row: say in arrows_test.go where it belongs", name)
		}
		for _, imported := range pkg.Imports {
			if to, within := strings.CutPrefix(imported, module); within && room(to) <= room(name) {
				t.Errorf("%s imports %s, which stands left of it or beside it", name, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
