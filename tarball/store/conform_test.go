package store_test

import (
	"io"
	"os"
	"path/filepath"
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
