package store_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/store"
	"github.com/veltx/veltx/testdata/storetest"
)

func TestTheFileSystemConforms(t *testing.T) {
	for _, bucket := range []string{"velero", store.NoBucket} {
		t.Run("bucket "+bucket, func(t *testing.T) { storetest.Conform(t, fileSystem(bucket)) })
	}
}

func fileSystem(bucket string) storetest.Provider {
	return storetest.Provider{
		New: func(t *testing.T) (store.ObjectStore, string) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, bucket), 0o755); err != nil {
				t.Fatal(err)
			}
			s, err := store.OpenFileSystem(dir)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			return s, bucket
		},
		Open: func(s store.ObjectStore, url string) (io.ReadCloser, error) { return s.(*store.FileSystem).Open(url) },
	}
}

func TestObjectsAreFetchedToFiles(t *testing.T) {
	from, _ := fileSystem("velero").New(t)
	for key, text := range map[string]string{"east/backups/web/web.tar.gz": "items", "east/backups/web/velero-backup.json": "{}", "east/backups/web-2/x": "x"} {
		if err := from.PutObject("velero", key, strings.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	into := func() *store.FileSystem {
		s, _ := fileSystem(store.NoBucket).New(t)
		return s.(*store.FileSystem)
	}
	files := into()
	if err := store.Fetch(marked{from}, "velero", "east/backups/web/", files, 7); err != nil {
		t.Fatal(err)
	}
	keys, err := files.ListObjects(store.NoBucket, "")
	if want := []string{"east/backups/web/velero-backup.json", "east/backups/web/web.tar.gz"}; err != nil || !slices.Equal(keys, want) {
		t.Errorf("got %q, %v", keys, err)
	}
	if n, err := files.Size(store.NoBucket, "east/backups/web/web.tar.gz"); n != 5 || err != nil {
		t.Errorf("got %d bytes, %v", n, err)
	}
	if err := store.Fetch(from, "velero", "east/backups/web/", into(), 6); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("too large: got %v", err)
	}
	if err := store.Fetch(from, "none", "east/", into(), 6); err == nil {
		t.Error("a bucket that is not there is none")
	}
}

// marked is a store with an object that stands for a folder, as consoles of object stores make it.
type marked struct{ store.ObjectStore }

// ListObjects implements store.ObjectStore.
func (m marked) ListObjects(bucket, prefix string) ([]string, error) {
	keys, err := m.ObjectStore.ListObjects(bucket, prefix)
	return append([]string{prefix}, keys...), err
}
