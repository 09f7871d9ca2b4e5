package image

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"github.com/klauspost/compress/gzip"
)

// Is says whether a path is an image: a folder with an OCI layout, or a file that is a tar, compressed or not.
func Is(at string) bool {
	info, err := os.Stat(at)
	if err != nil {
		return false
	}
	if info.IsDir() {
		_, err := os.Stat(filepath.Join(at, "oci-layout"))
		return err == nil
	}
	file, err := os.Open(at)
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, 262+5)
	n, _ := io.ReadFull(file, head)
	return isGzip(head[:n]) || n == len(head) && string(head[257:262]) == "ustar"
}

func isGzip(head []byte) bool { return len(head) > 1 && head[0] == 0x1f && head[1] == 0x8b }

// folder is an OCI layout in a folder. Links in it lead nowhere else.
type folder struct{ root *os.Root }

func (f folder) open(name string) (io.ReadCloser, error) {
	file, err := f.root.Open(filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	return file, nil
}

// archive is an image in a tar.
type archive struct {
	file  *os.File
	at    map[string][2]int64 // by the name of an entry: where it begins, and how long it is
	links map[string]string   // entries that are links to others, as older archives have layers
}

func (a *archive) open(name string) (io.ReadCloser, error) {
	name = path.Clean(name)
	if to, ok := a.links[name]; ok {
		name = to
	}
	at, ok := a.at[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return io.NopCloser(io.NewSectionReader(a.file, at[0], at[1])), nil
}

// maxEntries is how many files an archive may have.
const maxEntries = 1 << 20

// list finds the entries of the archive.
func (a *archive) list() error {
	in := tar.NewReader(a.file) // without a buffer, so that the place in the file is known
	for range maxEntries {
		header, err := in.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		name := path.Clean(header.Name)
		switch header.Typeflag {
		case tar.TypeReg:
			at, err := a.file.Seek(0, io.SeekCurrent)
			if err != nil {
				return err
			}
			a.at[name] = [2]int64{at, header.Size}
		case tar.TypeLink:
			a.links[name] = path.Clean(header.Linkname)
		case tar.TypeSymlink:
			a.links[name] = path.Join(path.Dir(name), header.Linkname)
		}
	}
	return fmt.Errorf("it has more than %d files", maxEntries)
}

// withBlobs opens an image and works on its files. What is compressed is unpacked into a temporary file.
func withBlobs(at, tempDir string, work func(blobs) error) (err error) {
	if info, err := os.Stat(at); err != nil || info.IsDir() {
		if err != nil {
			return err
		}
		root, err := os.OpenRoot(at)
		if err != nil {
			return err
		}
		defer root.Close()
		return work(folder{root})
	}
	file, err := os.Open(at)
	if err != nil {
		return err
	}
	defer file.Close()
	in := bufio.NewReader(file)
	if head, _ := in.Peek(2); isGzip(head) {
		unpacked, err := unpack(in, tempDir)
		if err != nil {
			return err
		}
		defer os.Remove(unpacked.Name())
		defer unpacked.Close()
		file = unpacked
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	a := &archive{file: file, at: map[string][2]int64{}, links: map[string]string{}}
	if err := a.list(); err != nil {
		return err
	}
	return work(a)
}

// maxUnpacked is how large an archive may be.
const maxUnpacked = 8 << 30

func unpack(in io.Reader, tempDir string) (_ *os.File, err error) {
	zip, err := gzip.NewReader(in)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(tempDir, "veltx-image-")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(file.Name()))
		}
	}()
	n, err := io.Copy(file, io.LimitReader(zip, maxUnpacked+1))
	if err == nil && n > maxUnpacked {
		err = fmt.Errorf("it is larger than %d GiB once it is unpacked", maxUnpacked>>30)
	}
	return file, err
}
