// Package sample holds a small backup inside the binary, to try every command on: a shop in namespace shop, its database in
// namespace shop-db, and what they need of the cluster. It has something for every action of Velero to do, and nothing in
// it is secret. The folder shop holds it as text that can be read and reviewed, a file for each item and
// each side file.
package sample

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball/layout"
)

//go:embed shop
var files embed.FS

// name is the backup's, and that of the folder with its files.
const name = "shop"

// Folder is the sample as a backup's folder in the object store.
type Folder struct {
	Path string
	root string
}

// Remove removes the folder.
func (f *Folder) Remove() error { return os.RemoveAll(f.root) }

// Write writes the sample into a new folder below dir, the system's folder for temporary files if dir is empty. The
// caller removes it.
func Write(dir string) (*Folder, error) {
	root, err := os.MkdirTemp(dir, "veltx-sample-*")
	if err != nil {
		return nil, fmt.Errorf("write the sample backup: %w", err)
	}
	f := &Folder{Path: filepath.Join(root, name), root: root}
	if err := f.fill(); err != nil {
		_ = f.Remove()
		return nil, fmt.Errorf("write the sample backup: %w", err)
	}
	return f, nil
}

func (f *Folder) fill() error {
	if err := os.Mkdir(f.Path, 0o755); err != nil {
		return err
	}
	if err := f.sideFiles(); err != nil {
		return err
	}
	entries, err := items()
	if err != nil {
		return err
	}
	archive, err := archived(entries)
	if err != nil {
		return err
	}
	return f.write(layout.Tarball, gzipped(archive))
}

// sideFiles writes what stands beside the tarball. Each file of the sample bears the name of its kind.
func (f *Folder) sideFiles() error {
	beside, err := files.ReadDir(name)
	if err != nil {
		return err
	}
	for _, b := range beside {
		if b.IsDir() {
			continue
		}
		data, err := read(path.Join(name, b.Name()))
		if err != nil {
			return err
		}
		kind := layout.FileKind(strings.TrimSuffix(b.Name(), path.Ext(b.Name())))
		if kind != layout.BackupObject {
			data = gzipped(data)
		}
		if err := f.write(kind, data); err != nil {
			return err
		}
	}
	return nil
}

func (f *Folder) write(kind layout.FileKind, data []byte) error {
	return os.WriteFile(filepath.Join(f.Path, layout.FileName(name, kind)), data, 0o644)
}

// archived is the tar of the entries, behind the one that every backup begins with.
func archived(entries []entry) ([]byte, error) {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, e := range append([]entry{{"metadata/version", []byte("1.1.0\n")}}, entries...) {
		header := &tar.Header{
			Name: e.path, Size: int64(len(e.data)), Typeflag: tar.TypeReg, Mode: 0o755,
			ModTime: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		}
		err := w.WriteHeader(header)
		if err == nil {
			_, err = w.Write(e.data)
		}
		if err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// gzipped packs data; writing to memory cannot fail.
func gzipped(data []byte) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, _ = zip.Write(data)
	_ = zip.Close()
	return out.Bytes()
}
