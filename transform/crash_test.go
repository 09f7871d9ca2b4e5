package transform_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/backuptest"
	"github.com/veltx/veltx/transform/sink"
	"github.com/veltx/veltx/transform/verify"
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

// The child's part: it writes a backup into a store and dies on the way.
const childStore, childSource, childEnd = "VELTX_TEST_STORE", "VELTX_TEST_SOURCE", "VELTX_TEST_END"

func TestChildThatIsKilled(t *testing.T) {
	if os.Getenv(childStore) == "" {
		t.Skip("runs as a child of TestAKilledWriteHarmsNothing only")
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
	spec := velero.RestoreSpec{NamespaceMapping: map[string]string{"shop": "store"}}
	if _, err := toStore(t, os.Getenv(childSource), sink.Place{Store: m, Name: "target"}, spec, true); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("moments: %d\n", m.moment)
}

func child(t *testing.T, source, dir string, end int) (string, error) {
	t.Helper()
	c := exec.Command(os.Args[0], "-test.run=^TestChildThatIsKilled$", "-test.v")
	c.Env = append(os.Environ(), childStore+"="+dir, childSource+"="+source, childEnd+"="+strconv.Itoa(end), "TMPDIR="+t.TempDir())
	out, err := c.CombinedOutput()
	return string(out), err
}

// crashStore is a store with a backup that must stay as it is, and, where asked, an old one that is to be replaced.
func crashStore(t *testing.T, replaced bool) string {
	dir := t.TempDir()
	backups := filepath.Join(dir, "backups")
	backuptest.New("bystander").Write(t, backups)
	if replaced {
		backuptest.New("target").Write(t, backups)
	}
	return dir
}

func TestAKilledWriteHarmsNothing(t *testing.T) {
	source := backuptest.New("nightly").Write(t, t.TempDir())
	for _, replaced := range []bool{false, true} {
		whole := crashStore(t, replaced)
		out, err := child(t, source, whole, -1)
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		moments := momentsIn(t, out)
		points := 25
		if moments < points {
			t.Fatalf("only %d moments", moments)
		}
		for i := range points {
			end := 1 + i*(moments-1)/(points-1)
			t.Run(fmt.Sprintf("replaced %v, killed at %d of %d", replaced, end, moments), func(t *testing.T) {
				dir := crashStore(t, replaced)
				before := tree(t, filepath.Join(dir, "backups", "bystander"))
				if out, err := child(t, source, dir, end); err == nil {
					t.Fatalf("the child lives:\n%s", out)
				}
				wantWholeBackups(t, dir)
				after := tree(t, filepath.Join(dir, "backups", "bystander"))
				if fmt.Sprint(before) != fmt.Sprint(after) {
					t.Error("another backup was changed")
				}
				if i%8 == 0 {
					wantSecondTry(t, source, dir)
				}
			})
		}
	}
}

func wantSecondTry(t *testing.T, source, dir string) {
	t.Helper()
	if out, err := child(t, source, dir, -1); err != nil {
		t.Fatalf("the write cannot be done once more: %v\n%s", err, out)
	}
	wantWholeBackups(t, dir)
}

func momentsIn(t *testing.T, out string) int {
	t.Helper()
	_, rest, ok := strings.Cut(out, "moments: ")
	number, _, _ := strings.Cut(rest, "\n")
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		t.Fatalf("no number of moments in %s", out)
	}
	return n
}

// wantWholeBackups checks every backup that Velero would see.
func wantWholeBackups(t *testing.T, dir string) {
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
}
