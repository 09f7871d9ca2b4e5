package sink

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"sigs.k8s.io/yaml"
)

// kustomizationFile is where kustomize finds what is in a folder. It has the name without an ending, which kustomize
// knows as well, as kubectl apply -R -f would take kustomization.yaml for an object.
const kustomizationFile = "Kustomization"

// kustomization is such a file.
type kustomization struct {
	APIVersion  string       `json:"apiVersion"`
	Kind        string       `json:"kind"`
	SortOptions *sortOptions `json:"sortOptions,omitempty"`
	Resources   []string     `json:"resources"`
}

type sortOptions struct {
	Order string `json:"order"`
}

// kustomize writes the file of the whole folder, which names its files in the order of their names, and one for each
// namespace.
func (d *Directory) kustomize() error {
	top := newKustomization()
	top.SortOptions = &sortOptions{Order: "fifo"} // in the order in which they stand here
	for _, folder := range topFolders {
		if folder != namespacedFolder {
			files, err := d.files(folder)
			if err != nil {
				return err
			}
			top.Resources = append(top.Resources, files...)
			continue
		}
		spaces, err := d.namespaces()
		if err != nil {
			return err
		}
		top.Resources = append(top.Resources, spaces...)
	}
	return d.writeKustomization(".", top)
}

func newKustomization() *kustomization {
	return &kustomization{APIVersion: "kustomize.config.k8s.io/v1beta1", Kind: "Kustomization", Resources: []string{}}
}

// namespaces writes the file of each namespace, and returns the folders.
func (d *Directory) namespaces() ([]string, error) {
	entries, err := fs.ReadDir(d.root.FS(), namespacedFolder)
	if err != nil {
		return nil, notThere(err)
	}
	var folders []string
	for _, e := range entries {
		folder := path.Join(namespacedFolder, e.Name())
		files, err := d.files(folder)
		if err != nil {
			return nil, err
		}
		of := newKustomization()
		for _, file := range files {
			of.Resources = append(of.Resources, strings.TrimPrefix(file, folder+"/"))
		}
		if err := d.writeKustomization(folder, of); err != nil {
			return nil, err
		}
		folders = append(folders, folder)
	}
	return folders, nil
}

// files are those below a folder, in the order in which kubectl apply -R reads them.
func (d *Directory) files(folder string) ([]string, error) {
	var files []string
	err := fs.WalkDir(d.root.FS(), folder, func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files = append(files, name)
		}
		return err
	})
	return files, notThere(err)
}

// notThere is no error for a folder that nothing was written into.
func notThere(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (d *Directory) writeKustomization(folder string, k *kustomization) error {
	text, err := yaml.Marshal(k)
	if err != nil {
		return err
	}
	return d.create(folder, kustomizationFile, text, 0o666)
}

// Remove takes out a manifest that was added, and the folder of its resource with the last one.
func (d *Directory) Remove(m Manifest) error {
	folder, name := place(m, d.format)
	if d.last == folder {
		d.leave()
		d.last = ""
	}
	if err := d.root.Remove(path.Join(folder, name)); err != nil {
		return err
	}
	rest, err := fs.ReadDir(d.root.FS(), folder)
	for err == nil && len(rest) == 0 && strings.Contains(folder, "/") {
		if err = d.root.Remove(folder); err != nil {
			return err
		}
		folder = path.Dir(folder)
		rest, err = fs.ReadDir(d.root.FS(), folder)
	}
	return err
}
