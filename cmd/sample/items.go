package sample

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
)

// entry is one file of the archive.
type entry struct {
	path string
	data []byte
}

// items are the items of the sample, sorted by path; each stands twice, as Velero writes it: also in the folder of its
// preferred version.
func items() ([]entry, error) {
	var all []entry
	err := fs.WalkDir(files, path.Join(name, "resources"), func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := read(file)
		if err != nil {
			return err
		}
		plain := strings.TrimPrefix(strings.TrimSuffix(file, path.Ext(file)), name+"/") + ".json"
		twin, err := twinOf(plain, data)
		all = append(all, entry{plain, data}, entry{twin, data})
		return err
	})
	slices.SortFunc(all, func(a, b entry) int { return strings.Compare(a.path, b.path) })
	return all, err
}

// twinOf is where the item at the path stands a second time.
func twinOf(plain string, data []byte) (string, error) {
	key, err := layout.Parse(plain)
	if err != nil {
		return "", err
	}
	item, err := object.Parse(data)
	if err != nil {
		return "", fmt.Errorf("%s: %w", plain, err)
	}
	key.VersionDir = layout.PreferredDir(path.Base(item.APIVersion()))
	return key.Path(), nil
}

// read returns a file of the sample as JSON. A file that is JSON keeps its bytes, numbers and the order of keys included.
func read(file string) ([]byte, error) {
	data, err := files.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if path.Ext(file) == ".json" {
		return bytes.TrimSuffix(data, []byte("\n")), nil
	}
	data, err = yaml.YAMLToJSON(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return data, nil
}
