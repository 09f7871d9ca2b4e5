// Package sample holds a small backup inside the binary, to try every command on: a shop with its database, as text
// that can be read and reviewed, in the format of the conformance cases.
package sample

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/testdata/conformance"
)

//go:embed shop.txtar
var shop []byte

// name is the backup's.
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
	c, err := conformance.ParseCase(shop)
	if err != nil {
		return err
	}
	tarball, err := c.Tarball()
	if err != nil {
		return err
	}
	for _, file := range []struct {
		kind layout.FileKind
		data []byte
	}{
		{layout.Tarball, tarball}, {layout.BackupObject, c.Backup},
	} {
		if err := f.write(file.kind, file.data); err != nil {
			return err
		}
	}
	for _, file := range []struct {
		kind layout.FileKind
		data []byte
	}{
		{layout.PodVolumeBackups, c.PodVolumeBackups}, {layout.VolumeSnapshots, c.VolumeSnapshots},
		{layout.VolumeInfos, c.VolumeInfo}, {layout.CSIVolumeSnapshots, c.CSIVolumeSnapshots},
	} {
		if file.data == nil {
			continue
		}
		if err := f.write(file.kind, gzipped(file.data)); err != nil {
			return err
		}
	}
	return nil
}

func (f *Folder) write(kind layout.FileKind, data []byte) error {
	return os.WriteFile(filepath.Join(f.Path, layout.FileName(name, kind)), data, 0o644)
}

// gzipped packs data; writing to memory cannot fail.
func gzipped(data []byte) []byte {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	_, _ = zip.Write(data)
	_ = zip.Close()
	return out.Bytes()
}
