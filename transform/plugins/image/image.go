// Package image takes plugins out of container images, as archives and folders hold them: what docker save and podman save
// write, and OCI layouts. An image is foreign, as a backup is: names are checked, and sizes are bounded.
package image

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// plugins is where Velero's plugin images have their plugins; their entry point copies them from there.
const plugins = "plugins"

// Bounds of what is read.
const (
	maxDocument = 16 << 20 // bytes of a manifest
	maxBinary   = 1 << 30  // bytes of a plugin
	maxBinaries = 1000
	maxNested   = 4 // indexes within each other
)

// Platform is what an image is for.
type Platform struct{ OS, Architecture string }

// String is the platform as images have it.
func (p Platform) String() string { return p.OS + "/" + p.Architecture }

// blobs are the files of an image, by their names.
type blobs interface {
	open(name string) (io.ReadCloser, error)
}

// layersOf finds the layers of the one image for a platform.
func layersOf(in blobs, of Platform) ([]string, error) {
	var saved []struct {
		Config string
		Layers []string
	}
	switch err := read(in, "manifest.json", &saved); {
	case errors.Is(err, fs.ErrNotExist):
		return layersOfLayout(in, of)
	case err != nil:
		return nil, err
	case len(saved) != 1:
		return nil, fmt.Errorf("it has %d images: save one alone", len(saved))
	}
	var config struct {
		OS           string `json:"os"`
		Architecture string `json:"architecture"`
	}
	if err := read(in, saved[0].Config, &config); err != nil {
		return nil, err
	}
	if is := (Platform{config.OS, config.Architecture}); is != of {
		return nil, otherPlatform([]string{is.String()}, of)
	}
	return saved[0].Layers, nil
}

func otherPlatform(has []string, of Platform) error {
	return fmt.Errorf("the image is for %s, and this machine is %s: pull it with --platform %s", strings.Join(has, ", "), of, of)
}

// descriptor names a blob of an OCI layout.
type descriptor struct {
	MediaType string    `json:"mediaType"`
	Digest    string    `json:"digest"`
	Platform  *Platform `json:"platform"`
}

// name is the file of a blob.
func (d *descriptor) name() (string, error) {
	algorithm, hash, ok := strings.Cut(d.Digest, ":")
	if !ok || !isWord(algorithm) || !isWord(hash) {
		return "", fmt.Errorf("%.100q is no digest", d.Digest)
	}
	return "blobs/" + algorithm + "/" + hash, nil
}

func isWord(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
}

// document is an index, which has manifests, or a manifest, which has layers.
type document struct {
	Manifests []descriptor `json:"manifests"`
	Config    *descriptor  `json:"config"`
	Layers    []descriptor `json:"layers"`
}

func layersOfLayout(in blobs, of Platform) ([]string, error) {
	var root document
	if err := read(in, "index.json", &root); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, errors.New("is no image: it has neither manifest.json, as docker save writes it, nor index.json, as OCI layouts have it")
		}
		return nil, err
	}
	found, others, err := imagesIn(in, &root, of, 0)
	switch {
	case err != nil:
		return nil, err
	case len(found) > 1:
		return nil, fmt.Errorf("it has %d images for %s: save one alone", len(found), of)
	case len(found) == 0 && len(others) > 0:
		return nil, otherPlatform(others, of)
	case len(found) == 0:
		return nil, errors.New("it has no image")
	}
	var layers []string
	for i := range found[0].Layers {
		name, err := found[0].Layers[i].name()
		if err != nil {
			return nil, err
		}
		layers = append(layers, name)
	}
	return layers, nil
}

// imagesIn are the images for a platform in an index, and the platforms of the others.
func imagesIn(in blobs, index *document, of Platform, depth int) (found []document, others []string, err error) {
	if depth > maxNested {
		return nil, nil, errors.New("its indexes stand in each other too deep")
	}
	for i := range index.Manifests {
		d := &index.Manifests[i]
		name, err := d.name()
		if err != nil {
			return nil, nil, err
		}
		if d.Platform != nil && d.Platform.OS == "unknown" {
			continue // of the builder: how the image was built
		}
		var inner document
		if err := read(in, name, &inner); err != nil {
			if errors.Is(err, fs.ErrNotExist) && d.Platform != nil && *d.Platform != of {
				others = append(others, d.Platform.String())
				continue // an index names images that were not saved
			}
			return nil, nil, err
		}
		if len(inner.Manifests) > 0 {
			more, not, err := imagesIn(in, &inner, of, depth+1)
			if err != nil {
				return nil, nil, err
			}
			found, others = append(found, more...), append(others, not...)
			continue
		}
		is, err := platformOf(in, d, &inner)
		if err != nil {
			return nil, nil, err
		}
		if is != of {
			others = append(others, is.String())
			continue
		}
		found = append(found, inner)
	}
	return found, others, nil
}

// platformOf is what an image is for: its descriptor says so, else its configuration.
func platformOf(in blobs, d *descriptor, manifest *document) (Platform, error) {
	if d.Platform != nil {
		return Platform{d.Platform.OS, d.Platform.Architecture}, nil
	}
	if manifest.Config == nil {
		return Platform{}, errors.New("a manifest has neither images nor layers")
	}
	name, err := manifest.Config.name()
	if err != nil {
		return Platform{}, err
	}
	var is Platform
	return is, read(in, name, &is)
}

// read reads a JSON document.
func read(in blobs, name string, into any) error {
	file, err := in.open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxDocument+1))
	if err == nil && len(text) > maxDocument {
		err = fmt.Errorf("is larger than %d MiB", maxDocument>>20)
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("%.200s: %w", name, err)
	}
	return nil
}

// pluginName is the name of an entry of a layer below the folder of plugins; "" for all others.
func pluginName(entry string) string {
	name, ok := strings.CutPrefix(path.Clean("/"+entry), "/"+plugins+"/")
	if !ok || slices.Contains(strings.Split(name, "/"), "..") {
		return ""
	}
	return name
}
