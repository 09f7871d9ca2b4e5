package transform_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/look/verify"
)

// mortal is a store that kills its process at a moment: before or after an operation, or while the bytes of an object
// are read, a few at a time.
type mortal struct {
	store.ObjectStore
	moment, end int // the process dies at the moment end; -1 is never
}

func (m *mortal) pass() {
	if m.moment++; m.moment == m.end {
		process, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = process.Kill()
		}
		if err != nil {
			panic(err)
		}
		select {} // until the signal arrives
	}
}

func (m *mortal) PutObject(bucket, key string, body io.Reader) error {
	m.pass()
	defer m.pass()
	return m.ObjectStore.PutObject(bucket, key, &dripping{body, m})
}

func (m *mortal) DeleteObject(bucket, key string) error {
	m.pass()
	defer m.pass()
	return m.ObjectStore.DeleteObject(bucket, key)
}

type dripping struct {
	in io.Reader
	m  *mortal
}

func (d *dripping) Read(p []byte) (int, error) {
	d.m.pass()
	return d.in.Read(p[:min(len(p), 128)])
}

// The child's part: it changes a store and dies on the way.
const childWhat, childStore, childSource, childEnd = "VELTX_TEST_WHAT", "VELTX_TEST_STORE", "VELTX_TEST_SOURCE", "VELTX_TEST_END"

func TestChildThatIsKilled(t *testing.T) {
	if os.Getenv(childStore) == "" {
		t.Skip("runs as a child of TestAKilledProcessHarmsNothing only")
	}
	s, err := store.OpenFileSystem(os.Getenv(childStore))
	if err != nil {
		t.Fatal(err)
	}
	end, err := strconv.Atoi(os.Getenv(childEnd))
	if err != nil {
		t.Fatal(err)
	}
	m := &mortal{ObjectStore: s, end: end}
	for _, c := range crashes() {
		if c.name == os.Getenv(childWhat) {
			c.do(t, m, os.Getenv(childSource))
		}
	}
	fmt.Printf("moments: %d\n", m.moment)
}

func (c *crash) child(t *testing.T, source, dir string, end int) (string, error) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestChildThatIsKilled$", "-test.v")
	command.Env = append(os.Environ(), childWhat+"="+c.name, childStore+"="+dir, childSource+"="+source, childEnd+"="+strconv.Itoa(end), "TMPDIR="+t.TempDir())
	out, err := command.CombinedOutput()
	return string(out), err
}

// Each change is killed at 50 moments, but for a deletion, which has fewer and is killed at all of them.
func TestAKilledProcessHarmsNothing(t *testing.T) {
	source := backuptest.New("nightly").Write(t, t.TempDir())
	for _, c := range crashes() {
		for _, old := range c.old {
			moments := c.momentsOf(t, source, old)
			points := min(50/len(c.old), moments)
			if points < 16 {
				t.Fatalf("%s: only %d moments", c.name, moments)
			}
			for i := range points {
				end := 1 + i*(moments-1)/(points-1)
				t.Run(fmt.Sprintf("%s, replaced %v, killed at %d of %d", c.name, old, end, moments), func(t *testing.T) {
					t.Parallel()
					c.wantNoHarm(t, source, old, end, i%8 == 0 || c.name == "delete")
				})
			}
		}
	}
}

// wantNoHarm kills the change at a moment, looks what is left, and, where asked, tries it once more.
func (c *crash) wantNoHarm(t *testing.T, source string, old []string, end int, again bool) {
	t.Helper()
	dir := crashStore(t, old)
	before := treeOf(t, dir, "bystander")
	if out, err := c.child(t, source, dir, end); err == nil {
		t.Fatalf("the child lives:\n%s", out)
	}
	wantWholeBackups(t, dir)
	if again {
		if out, err := c.child(t, source, dir, -1); err != nil {
			t.Fatalf("it cannot be done once more: %v\n%s", err, out)
		}
		if listed := wantWholeBackups(t, dir); !slices.Equal(listed, c.ends) {
			t.Errorf("listed in the end are %q, want %q", listed, c.ends)
		}
		if c.name == "delete" && len(treeOf(t, dir, "target")) > 0 {
			t.Errorf("of the deleted backup is left: %v", treeOf(t, dir, "target"))
		}
	}
	if after := treeOf(t, dir, "bystander"); !maps.Equal(before, after) {
		t.Error("another backup or its restore was changed")
	}
}

// treeOf are the files of a backup and its restore.
func treeOf(t *testing.T, dir, name string) map[string]string {
	t.Helper()
	files := tree(t, dir)
	maps.DeleteFunc(files, func(path, _ string) bool {
		return !strings.HasPrefix(path, "/backups/"+name+"/") && !strings.HasPrefix(path, "/restores/of-"+name+"/")
	})
	return files
}

func (c *crash) momentsOf(t *testing.T, source string, old []string) int {
	t.Helper()
	out, err := c.child(t, source, crashStore(t, old), -1)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, rest, ok := strings.Cut(out, "moments: ")
	number, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		t.Fatalf("no number of moments in %s", out)
	}
	return n
}

// wantWholeBackups checks every backup that Velero would see, and tells their names.
func wantWholeBackups(t *testing.T, dir string) []string {
	t.Helper()
	s, err := store.OpenFileSystem(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	names, err := store.Backups(s, store.NoBucket, "")
	if err != nil {
		t.Fatal(err)
	}
	if len(names) == 0 {
		t.Error("no backup is left")
	}
	for _, name := range names {
		r, err := verify.Backup(context.Background(), filepath.Join(dir, "backups", name), verify.Options{Name: name})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			t.Errorf("%s: %s: %s", name, f.ID, f.Text)
		}
		if r.Files != 10 {
			t.Errorf("%s: %d files beside the tarball, want 10", name, r.Files)
		}
	}
	return names
}
