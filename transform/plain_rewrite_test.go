package transform_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/conformance/generate"
	"github.com/veltx/veltx/transform/internal/cluster"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/restore"
	"github.com/veltx/veltx/transform/rewrite"
)

// rules change items of several kinds in each of the ways there are, and some cannot be applied.
const rules = `
version: v1
resourceModifierRules:
- conditions: {groupResource: deployments.apps}
  patches: [{operation: add, path: /spec/paused, value: "true"}]
- conditions: {groupResource: configmaps}
  mergePatches: [{patchData: '{"data":{"added":"yes"},"metadata":{"labels":{"a":"<b>"}}}'}]
- conditions: {groupResource: pods}
  strategicPatches: [{patchData: '{"metadata":{"annotations":{"new":"é"}}}'}]
- conditions: {groupResource: services, resourceNameRegex: "^w"}
  patches: [{operation: remove, path: /spec/none}]
`

// away maps each namespace to one of its own.
func away(names ...string) map[string]string {
	m := map[string]string{}
	for _, n := range names {
		m[n] = n + "-dr"
	}
	return m
}

func TestRewritingGivesTheBytesOfThePlainWay(t *testing.T) {
	for _, folder := range backups.Folders(t) {
		for _, modified := range []string{"", rules} {
			t.Run(folder+modified[:min(len(modified), 8)], func(t *testing.T) {
				s := square{spec: velero.RestoreSpec{NamespaceMapping: away("shop", "data", "velero", "default")}, rules: modified}
				comparePlain(t, backups.Tarball(folder), s.options(t), 10)
			})
		}
	}
}

// TestRewritingABackupGivesTheBytesOfThePlainWay takes the tarball that VELTX_BACKUP names, which may be a large one.
func TestRewritingABackupGivesTheBytesOfThePlainWay(t *testing.T) {
	path := os.Getenv("VELTX_BACKUP")
	if path == "" {
		t.Skip("VELTX_BACKUP names no tarball")
	}
	spaces := map[string]string{}
	listing(t, path, func(path string, body []byte) (string, []byte, bool) {
		if key, err := layout.Parse(path); err == nil && key.Namespace != "" {
			spaces[key.Namespace] = key.Namespace + "-dr"
		}
		return path, body, false
	})
	s := square{spec: velero.RestoreSpec{NamespaceMapping: spaces}, rules: rules}
	comparePlain(t, path, s.options(t), 1000)
}

// TestRewritingBackupsMadeAtRandomGivesTheBytesOfThePlainWay takes as many backups as VELTX_BACKUPS says.
func TestRewritingBackupsMadeAtRandomGivesTheBytesOfThePlainWay(t *testing.T) {
	number, err := strconv.Atoi(cmp.Or(os.Getenv("VELTX_BACKUPS"), "150"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for n := range number {
		text, err := generate.Case("1.18", 4, uint64(n))
		if err != nil {
			t.Fatal(err)
		}
		c, err := conformance.ParseCase(text)
		if err != nil {
			t.Fatal(err)
		}
		packed, err := c.Tarball()
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "b.tar.gz")
		if err := os.WriteFile(path, packed, 0o600); err != nil {
			t.Fatal(err)
		}
		s := square{spec: velero.RestoreSpec{NamespaceMapping: away("shop", "team-a")}}
		if n%2 == 0 {
			s.rules = rules
		}
		ok := t.Run(strconv.Itoa(n), func(t *testing.T) { comparePlain(t, path, s.options(t), 0) })
		if !ok {
			return
		}
	}
}

// comparePlain rewrites an archive with 1, 2 and 8 workers and holds every entry against the plain way.
func comparePlain(t *testing.T, path string, o *restore.Options, changed int) {
	t.Helper()
	view, err := cluster.New(cluster.Options{Given: o.Target, VeleroNamespace: "velero"}, discovery.New())
	if err != nil {
		t.Fatal(err)
	}
	p := &plain{o: o, view: view}
	want := listing(t, path, p.entry)
	if edited := len(want) - same(want, listing(t, path, nil)); edited < changed {
		t.Errorf("only %d entries differ from the original", edited)
	}
	rewritten := filepath.Join(t.TempDir(), "new.tar.gz")
	var first []byte
	for _, workers := range []int{1, 2, 8} {
		var out bytes.Buffer
		if _, err := rewrite.Archive(context.Background(), open(t, path), o, &out, rewrite.ArchiveOptions{Workers: workers}, discard); err != nil {
			t.Fatal(err)
		}
		if first != nil {
			if !bytes.Equal(out.Bytes(), first) {
				t.Errorf("%d workers write other bytes than 1", workers)
			}
			continue
		}
		first = out.Bytes()
		if err := os.WriteFile(rewritten, first, 0o600); err != nil {
			t.Fatal(err)
		}
		got := listing(t, rewritten, nil)
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Fatalf("entry %d of %d, want %d:\ngot  %s\nwant %s", i, len(got), len(want), at(got, i), at(want, i))
			}
		}
	}
}

// listing is every entry of an archive in order, after edit.
func listing(t *testing.T, path string, edit func(path string, body []byte) (string, []byte, bool)) []string {
	t.Helper()
	var list []string
	err := open(t, path).Each(context.Background(), func(e *tarball.Entry) error {
		body, err := e.Body()
		name, keep := e.Path, true
		if edit != nil {
			name, body, keep = edit(e.Path, body)
		}
		if keep {
			list = append(list, fmt.Sprintf("%s %o %d %s", name, e.Mode, e.ModTime.Unix(), body))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func same(a, b []string) int {
	n := 0
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "nothing"
}
