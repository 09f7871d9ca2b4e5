package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/spool"
	"github.com/veltx/veltx/transform/report"
)

// Manifests takes in manifests, YAML or JSON, many to a file or in Lists, and makes a Source of them. It is closed by
// its user, before or after the Source.
type Manifests struct {
	limits   tarball.Limits
	tempDir  string
	spool    *spool.Spool
	found    []manifest
	findings []report.Finding
}

// manifest is an object of which the text is in the spool.
type manifest struct {
	file                              string
	apiVersion, kind, namespace, name string
	ref                               spool.Ref
}

// version is the version of the object's kind, without its group.
func (m *manifest) version() string {
	return layout.Version(m.apiVersion)
}

// NewManifests begins to take in manifests, whose text is spooled below tempDir.
func NewManifests(tempDir string, limits tarball.Limits) (*Manifests, error) {
	spooled, err := spool.Create(tempDir)
	if err != nil {
		return nil, err
	}
	if limits.EntryBytes <= 0 {
		limits.EntryBytes = tarball.DefaultEntryBytes
	}
	return &Manifests{spool: spooled, limits: limits, tempDir: tempDir}, nil
}

// Close removes the spool.
func (m *Manifests) Close() error { return m.spool.Close() }

// ReadFolder takes in every .yaml, .yml and .json file of a folder and those below it, but none whose name or folder
// starts with a dot.
func (m *Manifests) ReadFolder(ctx context.Context, folder fs.FS) error {
	read := 0
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case name != "." && strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return fs.SkipDir
		case d.IsDir() || strings.HasPrefix(d.Name(), ".") || !isManifestFile(name):
			return nil
		}
		read++
		file, err := folder.Open(name)
		if err != nil {
			return err
		}
		defer file.Close()
		return m.Read(name, file)
	})
	if err == nil && read == 0 {
		return errors.New("no file of the folder ends in .yaml, .yml or .json: it is neither a backup nor a folder of manifests")
	}
	return err
}

func isManifestFile(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml", ".json":
		return true
	}
	return false
}

// Read takes in the documents of one file; name stands in errors.
func (m *Manifests) Read(name string, in io.Reader) error {
	docs := newDocuments(in)
	for n := 1; ; n++ {
		text, err := docs.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = m.addText(name, fmt.Sprintf("%s document %d", name, n), text)
		}
		if err != nil {
			return fmt.Errorf("%s: document %d: %w", name, n, err)
		}
	}
}

func (m *Manifests) addText(file, at string, text []byte) error {
	o, err := object.Parse(text)
	if err != nil {
		return err
	}
	return m.add(file, at, o)
}

// add takes in one object, or each of a List. Items of a List that lack apiVersion and kind, as those from the API
// server itself do, have the List's. at says where in the file the object stands.
func (m *Manifests) add(file, at string, o *object.Value) error {
	kind, isList := strings.CutSuffix(o.ObjectKind(), "List")
	items := o.Get("items")
	if !isList || items.Kind() != object.Array {
		return m.addObject(file, at, o)
	}
	for i, item := range items.Elements() {
		if kind != "" && item.Kind() == object.Object && !item.Has("kind") && !item.Has("apiVersion") {
			item.Set("apiVersion", object.Text(o.APIVersion()))
			item.Set("kind", object.Text(kind))
		}
		if err := m.add(file, fmt.Sprintf("%s items[%d]", at, i), item); err != nil {
			return fmt.Errorf("items[%d]: %w", i, err)
		}
	}
	return nil
}

func (m *Manifests) addObject(file, at string, o *object.Value) error {
	switch {
	case o.IsNull():
		return nil
	case o.Kind() != object.Object || o.ObjectKind() == "" || o.APIVersion() == "":
		m.findings = append(m.findings, report.Finding{ID: "not-a-manifest", Severity: report.Warning, Subject: at,
			Message: file + ": holds a document without apiVersion and kind, which is left out"})
		return nil
	case strings.HasPrefix(o.APIVersion(), "kustomize.config.k8s.io/"):
		m.findings = append(m.findings, report.Finding{ID: "not-a-manifest", Severity: report.Warning, Subject: at,
			Message: file + ": is of kustomize and not of the cluster, so it is left out; give what kustomize builds"})
		return nil
	}
	if err := checkTexts(o); err != nil {
		return err
	}
	body := o.JSON()
	if int64(len(body)) > m.limits.EntryBytes {
		return fmt.Errorf("%s %s: has %d bytes, over the limit for one item; raise the limit if you trust it", o.ObjectKind(), o.Name(), len(body))
	}
	ref, err := m.spool.Add("", body)
	if err != nil {
		return err
	}
	m.found = append(m.found, manifest{
		file: file, apiVersion: o.APIVersion(), kind: o.ObjectKind(), namespace: o.Namespace(), name: o.Name(), ref: ref,
	})
	return nil
}

// checkTexts refuses an object without a name. YAML takes off, yes and n for booleans, so these are told apart.
func checkTexts(o *object.Value) error {
	for _, name := range []string{"name", "namespace"} {
		if v := o.Get("metadata", name); !v.IsNull() && v.Kind() != object.String {
			return fmt.Errorf("%s: metadata.%s: is %s, not a string; put it in quotes", o.ObjectKind(), name, v.Kind())
		}
	}
	switch {
	case o.Name() != "":
		return nil
	case o.Get("metadata", "generateName").Str() != "":
		return fmt.Errorf("%s: metadata.name: is missing; generateName alone gives no name to back up under", o.ObjectKind())
	}
	return fmt.Errorf("%s: metadata.name: is missing", o.ObjectKind())
}
