package image

import (
	"archive/tar"
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// Extract writes the plugins of an image, what it has in /plugins, into a folder that is empty or not there, and returns
// their names in it. Nothing is written anywhere else, and no link is.
func Extract(at, into, tempDir string, of Platform) (names []string, err error) {
	if err := os.MkdirAll(into, 0o755); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(into)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	switch left, err := os.ReadDir(into); {
	case err != nil:
		return nil, err
	case len(left) > 0:
		return nil, fmt.Errorf("%s: is not empty: name another folder", into)
	}
	t := &taking{root: root, has: map[string]bool{}}
	err = withBlobs(at, tempDir, func(in blobs) error {
		layers, err := layersOf(in, of)
		if err != nil {
			return err
		}
		for i, layer := range layers {
			if err := t.layer(in, layer); err != nil {
				return fmt.Errorf("layer %d: %w", i+1, err)
			}
		}
		return nil
	})
	if err == nil && len(t.has) == 0 {
		err = errors.New("it has nothing in /plugins, where plugins are in images for Velero")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", at, errors.Join(err, t.removeAll(into)))
	}
	return slices.Sorted(maps.Keys(t.has)), nil
}

// taking is what was taken so far.
type taking struct {
	root *os.Root
	has  map[string]bool
}

// layer takes the plugins of one layer, which lies over those before.
func (t *taking) layer(in blobs, name string) error {
	file, err := in.open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	buffered := bufio.NewReaderSize(file, 64<<10)
	var unpacked io.Reader = buffered
	head, _ := buffered.Peek(4)
	switch {
	case isGzip(head):
		if unpacked, err = gzip.NewReader(buffered); err != nil {
			return err
		}
	case string(head) == "\x28\xb5\x2f\xfd":
		return errors.New("it is compressed with zstd: save the image with docker save, which does not")
	}
	for entries := tar.NewReader(unpacked); ; {
		header, err := entries.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := t.entry(header, entries); err != nil {
			return fmt.Errorf("%.200q: %w", header.Name, err)
		}
	}
}

// The names by which a layer takes away what those before it have.
const (
	gone    = ".wh."
	allGone = ".wh..wh..opq"
)

func (t *taking) entry(header *tar.Header, body io.Reader) error {
	if whole := path.Clean("/" + header.Name); whole == "/"+gone+plugins {
		return t.removeBelow("")
	}
	name := pluginName(header.Name)
	folder, base := path.Split(name)
	switch {
	case name == "":
		return nil
	case base == allGone:
		return t.removeBelow(strings.TrimSuffix(folder, "/"))
	case strings.HasPrefix(base, gone):
		return t.removeBelow(folder + strings.TrimPrefix(base, gone))
	case header.Typeflag == tar.TypeDir:
		return nil
	case header.Typeflag == tar.TypeReg:
		return t.write(name, header, body)
	case header.Typeflag == tar.TypeLink || header.Typeflag == tar.TypeSymlink:
		return errors.New("is a link, as no plugin of Velero is: take the plugin that it leads to out of the image by hand")
	}
	return errors.New("is no file")
}

func (t *taking) write(name string, header *tar.Header, body io.Reader) (err error) {
	switch {
	case header.Size > maxBinary:
		return fmt.Errorf("is larger than %d GiB", maxBinary>>30)
	case len(t.has) >= maxBinaries:
		return fmt.Errorf("the image has more than %d plugins", maxBinaries)
	}
	if err := t.removeBelow(name); err != nil { // of a layer before
		return err
	}
	place := filepath.FromSlash(name)
	if err := t.root.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return err
	}
	file, err := t.root.OpenFile(place, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644|os.FileMode(header.Mode)&0o111)
	if err != nil {
		return err
	}
	t.has[name] = true
	_, err = io.Copy(file, body)
	return errors.Join(err, file.Close())
}

// removeBelow removes a file, or all below a folder; "" is the whole folder.
func (t *taking) removeBelow(name string) error {
	for has := range t.has {
		if name != "" && has != name && !strings.HasPrefix(has, name+"/") {
			continue
		}
		if err := t.root.Remove(filepath.FromSlash(has)); err != nil {
			return err
		}
		delete(t.has, has)
	}
	return nil
}

// removeAll leaves nothing behind in what was empty before.
func (t *taking) removeAll(into string) (err error) {
	left, err := os.ReadDir(into)
	for _, e := range left {
		err = errors.Join(err, t.root.RemoveAll(e.Name()))
	}
	return err
}
