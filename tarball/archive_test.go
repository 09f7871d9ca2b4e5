package tarball

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
)

var written = time.Date(2026, 11, 23, 7, 5, 0, 0, time.UTC)

// file is a regular entry as Velero writes it.
func file(name string, body string) entry {
	return entry{tar.Header{Name: name, Typeflag: tar.TypeReg, Mode: 0o755, Size: int64(len(body)), ModTime: written}, body}
}

type entry struct {
	tar.Header
	body string
}

// tarOf writes a tar with the entries, ended as it should be.
func tarOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range entries {
		if err := w.WriteHeader(&e.Header); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gz(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// small is a backup with an entry of each size that matters.
func small(t testing.TB) []byte {
	return tarOf(t,
		file("metadata/version", "1.1.0\n"),
		file("resources/pods/namespaces/shop/web.json", `{"kind":"Pod"}`),
		file("resources/pods/v1-preferredversion/namespaces/shop/web.json", `{"kind":"Pod"}`),
		file("resources/empty/cluster/none.json", ""),
		file("resources/nodes/cluster/"+strings.Repeat("n", 250)+".json", strings.Repeat(" ", 512)),
	)
}

// onDisk writes an archive to a file and returns its path.
func onDisk(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// readAll opens a path and returns what is visited, with all bodies.
func readAll(path string, o Options) (map[string]string, error) {
	source, err := Open(context.Background(), path, o)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	return bodiesOf(source)
}

func bodiesOf(source *Source) (map[string]string, error) {
	got := map[string]string{}
	err := source.Each(context.Background(), func(e *Entry) error {
		body, err := e.Body()
		if _, again := got[e.Path]; again {
			return errors.New(e.Path + " was visited twice")
		}
		got[e.Path] = string(body)
		return err
	})
	return got, err
}

// readBytes reads an archive that is in memory, for tests with thousands of them.
func readBytes(data []byte, o Options) (map[string]string, error) {
	source := &Source{label: "b", limits: o.Limits.withDefaults(), seed: maphash.MakeSeed(),
		archive: bytes.NewReader(data), size: int64(len(data))}
	if err := source.detect(context.Background()); err != nil {
		return nil, err
	}
	return bodiesOf(source)
}

// wantRefused holds that a file is refused with one line that names it, and with the right sentinel.
func wantRefused(t *testing.T, data []byte, o Options, kind error, words ...string) {
	t.Helper()
	path := onDisk(t, "b.tar.gz", data)
	_, err := readAll(path, o)
	wantError(t, err, kind, append(words, path)...)
}

func wantError(t *testing.T, err, kind error, words ...string) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Fatalf("got %v, want %v", err, kind)
	}
	if strings.ContainsAny(err.Error(), "\n\x00\x1b") {
		t.Errorf("not one printable line: %q", err)
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%v does not say %q", err, word)
		}
	}
}
