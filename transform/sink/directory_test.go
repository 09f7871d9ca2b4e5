package sink

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

func item(resource, namespace, name string) Manifest {
	return Manifest{Address: layout.Address{Resource: resource, Namespace: namespace, Name: name}, Object: object.MustParse(`{"kind":"K","n":1}`)}
}

const itemYAML = "kind: K\n\"n\": 1\n"

func create(t *testing.T, path string, force bool) *Directory {
	t.Helper()
	d, err := CreateDirectory(path, force, YAML)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func add(t *testing.T, d *Directory, manifests ...Manifest) {
	t.Helper()
	for _, m := range manifests {
		if err := d.Add(m); err != nil {
			t.Fatal(err)
		}
	}
}

func commit(t *testing.T, d *Directory) {
	t.Helper()
	if err := d.Commit(); err != nil {
		t.Fatal(err)
	}
}

func TestADirectoryShowsOnlyAfterCommit(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	d := create(t, out, false)
	add(t, d, item("pods", "shop", "web-0"), item("nodes", "", "n1"))
	if _, err := os.Lstat(out); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("shows before Commit: %v", err)
	}
	commit(t, d)
	d.Abort()
	wantTree(t, dir, map[string]string{
		"out/.veltx":                                markerText,
		"out/02-cluster/nodes/n1.yaml":              itemYAML,
		"out/03-namespaced/shop/15-pods/web-0.yaml": itemYAML,
	})
	if info, _ := os.Stat(out); runtime.GOOS != "windows" && info.Mode().Perm() != 0o755 {
		t.Errorf("mode %v", info.Mode())
	}
	if err := d.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("a second Commit: %v", err)
	}
	if err := d.Add(item("pods", "shop", "late")); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Add after Commit: %v", err)
	}
}

func TestManifestsAsJSONAreIndentedAndKeepTheirText(t *testing.T) {
	dir := t.TempDir()
	d, err := CreateDirectory(filepath.Join(dir, "out"), false, JSON)
	if err != nil {
		t.Fatal(err)
	}
	add(t, d, Manifest{Address: layout.Address{Resource: "nodes", Name: "n1"}, Object: object.MustParse(`{"a":[1.0,18446744073709551616],"b":"\u003c"}`)})
	commit(t, d)
	wantTree(t, dir, map[string]string{
		"out/.veltx":                   markerText,
		"out/02-cluster/nodes/n1.json": "{\n  \"a\": [\n    1.0,\n    18446744073709551616\n  ],\n  \"b\": \"\\u003c\"\n}\n",
	})
}

func TestAnEmptyFolderIsUsed(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		t.Fatal(err)
	}
	d := create(t, out, false)
	commit(t, d)
	wantTree(t, dir, map[string]string{"out/.veltx": markerText})
}

func TestAFolderThatIsNotOursIsNeverTouched(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "theirs/file"), "x")
	write(t, filepath.Join(dir, "git/.veltx"), markerText)
	write(t, filepath.Join(dir, "git/.git/HEAD"), "ref")
	write(t, filepath.Join(dir, "file"), "x")
	if err := os.MkdirAll(filepath.Join(dir, "odd/.veltx/sub"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"theirs": "veltx did not write", "git": "holds .git", "file": "not a folder", "odd": "veltx did not write", "missing/out": "make it first",
	} {
		for _, force := range []bool{false, true} {
			_, err := CreateDirectory(filepath.Join(dir, name), force, YAML)
			wantError(t, err, want)
			wantError(t, err, name)
		}
	}
	wantTree(t, dir, map[string]string{
		"theirs/file": "x", "git/.veltx": markerText, "git/.git/HEAD": "ref", "file": "x", "odd/.veltx/sub/": "",
	})
	_, err := CreateDirectory(filepath.Join(dir, "out"), false, "toml")
	wantError(t, err, "use yaml or json")
}

func TestTheCurrentFolderIsRefused(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	_, err := CreateDirectory(".", true, YAML)
	wantError(t, err, "current folder")
}

func TestAnOlderFolderOfOursIsReplacedOnlyWithForce(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	first := create(t, out, false)
	add(t, first, item("nodes", "", "old"))
	commit(t, first)
	_, err := CreateDirectory(out, false, YAML)
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("without force: %v", err)
	}
	second := create(t, out, true)
	add(t, second, item("nodes", "", "new"))
	commit(t, second)
	wantTree(t, dir, map[string]string{"out/.veltx": markerText, "out/02-cluster/nodes/new.yaml": itemYAML})
}

func TestAnAbortedDirectoryLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	d := create(t, out, false)
	add(t, d, item("nodes", "", "n1"))
	d.Abort()
	d.Abort()
	wantTree(t, dir, nil)

	first := create(t, out, false)
	add(t, first, item("nodes", "", "old"))
	commit(t, first)
	second := create(t, out, true)
	add(t, second, item("nodes", "", "new"))
	second.Abort()
	if err := second.Commit(); !errors.Is(err, fs.ErrClosed) {
		t.Errorf("Commit after Abort: %v", err)
	}
	wantTree(t, dir, map[string]string{"out/.veltx": markerText, "out/02-cluster/nodes/old.yaml": itemYAML})
}

func TestWhatCameMeanwhileIsNotReplaced(t *testing.T) {
	dir := t.TempDir()
	for name, prepare := range map[string]func(out string){
		"free":   func(string) {},
		"vacant": func(out string) { write(t, filepath.Join(out, "x"), ""); os.Remove(filepath.Join(out, "x")) },
		"ours":   func(out string) { commit(t, create(t, out, false)) },
	} {
		out := filepath.Join(dir, name)
		prepare(out)
		d := create(t, out, true)
		write(t, filepath.Join(out, "theirs"), "x")
		err := d.Commit()
		wantError(t, err, out)
		want := map[string]string{"theirs": "x"}
		if name == "ours" {
			want[markerFile] = markerText
		}
		wantTree(t, out, want)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 3 {
		t.Errorf("something is left beside: %v", entries)
	}
}

func TestAnOlderFolderThatWasEmptiedMeanwhileIsNotReplaced(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	commit(t, create(t, out, false))
	d := create(t, out, true)
	if err := os.Remove(filepath.Join(out, markerFile)); err != nil {
		t.Fatal(err)
	}
	wantError(t, d.Commit(), "changed while veltx was writing")
	wantTree(t, out, nil)
}

func TestALargeBufferIsNotKept(t *testing.T) {
	var buffers texts
	large := object.New()
	large.Set("data", object.Text(strings.Repeat("x", largestKept)))
	for _, o := range []*object.Value{large, object.New()} {
		if _, err := buffers.render(o, YAML); err != nil {
			t.Fatal(err)
		}
	}
	if kept := cap(buffers.json) + cap(buffers.buffer); kept > largestKept {
		t.Errorf("buffers of %d bytes are kept", kept)
	}
}

func TestTwoItemsAtOnePlaceAreAnError(t *testing.T) {
	dir := t.TempDir()
	d := create(t, filepath.Join(dir, "out"), false)
	defer d.Abort()
	add(t, d, item("pods", "shop", "web"))
	wantError(t, d.Add(item("pods", "shop", "web")), "pods/shop/web: two items")
}

func TestAFailedWriteNamesItemAndFile(t *testing.T) {
	dir := t.TempDir()
	d := create(t, filepath.Join(dir, "out"), false)
	write(t, filepath.Join(d.created, "02-cluster"), "in the way")
	err := d.Add(item("nodes", "", "n1"))
	wantError(t, err, "nodes/n1: write ")
	wantError(t, err, "out/02-cluster/nodes/n1.yaml")
	d.Abort()
	wantTree(t, dir, nil)
}

func TestItemsMayComeInAnyOrderOfFolders(t *testing.T) {
	dir := t.TempDir()
	d := create(t, filepath.Join(dir, "out"), false)
	for i := range 1600 {
		add(t, d, item("pods", fmt.Sprintf("ns-%d", i*7%180), fmt.Sprintf("p-%d", i)))
	}
	commit(t, d)
	files := 0
	_ = filepath.WalkDir(filepath.Join(dir, "out"), func(path string, e fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".yaml") {
			files++
		}
		return err
	})
	if files != 1600 {
		t.Errorf("%d files", files)
	}
}

func TestNoLinkLeadsOutOfTheFolder(t *testing.T) {
	dir := t.TempDir()
	d := create(t, filepath.Join(dir, "out"), false)
	defer d.Abort()
	outside := t.TempDir()
	if err := os.Symlink(outside, filepath.Join(d.created, "02-cluster")); err != nil {
		t.Skipf("links: %v", err)
	}
	wantError(t, d.Add(item("nodes", "", "n1")), "nodes/n1: write ")
	wantTree(t, outside, nil)
}
