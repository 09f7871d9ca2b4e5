package backup

import (
	"cmp"
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
	"github.com/veltx/veltx/transform/internal/documents"
	"github.com/veltx/veltx/transform/report"
)

// Manifests takes in manifests, YAML or JSON, many to a file or in Lists, and makes a Source of them. It is closed by
// its user, before or after the Source.
type Manifests struct {
	o        ManifestOptions
	spool    *spool.Spool
	found    []manifest
	findings []report.Finding
	leftOut  []report.Finding // those of findings that tell of documents which become no item
}

// ManifestOptions say how manifests are taken in.
type ManifestOptions struct {
	TempDir   string // where their text is spooled
	Limits    tarball.Limits
	Namespace string // of manifests that name none; where empty they go into default, with a warning
	Strict    bool   // what would be left out is an error
}

// documentFactor is how many times an item's limit a document may hold: it may be a List.
const documentFactor = 4

// manifest is an object of which the text is in the spool.
type manifest struct {
	place
	apiVersion, kind, namespace, name string
	ref                               spool.Ref
	key                               layout.ItemKey // of its copy in its version, where kubectl would put it; set by resolve
}

// version is the version of the object's kind, without its group.
func (m *manifest) version() string { return layout.Version(m.apiVersion) }

// place is where an object stands.
type place struct {
	file   string
	number int    // of the document
	items  string // "items[0]" within a List
}

func (p place) String() string { return p.with(" ") }

// with is the place with a separator between its parts.
func (p place) with(separator string) string {
	text := fmt.Sprintf("%s%sdocument %d", p.file, separator, p.number)
	if p.items != "" {
		text += separator + strings.ReplaceAll(p.items, " ", separator)
	}
	return text
}

// item is the place of an element of a List.
func (p place) item(i int) place {
	p.items = strings.TrimPrefix(fmt.Sprintf("%s items[%d]", p.items, i), " ")
	return p
}

// NewManifests begins to take in manifests.
func NewManifests(o ManifestOptions) (*Manifests, error) {
	spooled, err := spool.Create(o.TempDir)
	if err != nil {
		return nil, err
	}
	o.Limits.EntryBytes = cmp.Or(max(o.Limits.EntryBytes, 0), tarball.DefaultEntryBytes)
	return &Manifests{spool: spooled, o: o}, nil
}

// Empty says that no object was found so far.
func (m *Manifests) Empty() bool { return len(m.found) == 0 }

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
		if info, err := fs.Stat(folder, name); err != nil || !info.Mode().IsRegular() {
			return errors.Join(err, fmt.Errorf("%s: is no regular file: put the file itself there, or remove it", name))
		}
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

// Read takes in the documents of one file, whose name stands in findings.
func (m *Manifests) Read(name string, in io.Reader) error {
	docs := documents.NewReader(in, documentFactor*m.o.Limits.EntryBytes)
	for {
		d, err := docs.Next()
		at := place{file: name, number: d.Number}
		var broken *documents.Error
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &broken):
			at.number = broken.Number
			m.leaveOut(at, "manifest-unreadable", err)
			continue
		case err != nil:
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := m.addDocument(at, d); err != nil {
			return err
		}
	}
}

func (m *Manifests) addDocument(at place, d documents.Document) error {
	var o *object.Value
	text, err := d.Stored()
	if err == nil {
		o, err = object.Parse(text)
	}
	if err != nil {
		m.leaveOut(at, "manifest-unreadable", err)
		return nil
	}
	return m.add(at, o)
}

// add takes in one object, or each of a List. Items of a List that lack apiVersion and kind, as those from the API
// server itself do, have the List's.
func (m *Manifests) add(at place, o *object.Value) error {
	kind, isList := strings.CutSuffix(o.ObjectKind(), "List")
	items := o.Get("items")
	switch {
	case isList && items.IsNull() && o.Name() == "":
		return nil // an empty one, as Go programs write it
	case !isList || items.Kind() != object.Array:
		return m.addObject(at, o)
	}
	for i, item := range items.Elements() {
		if kind != "" && item.Kind() == object.Object && !item.Has("kind") && !item.Has("apiVersion") {
			item.Set("apiVersion", object.Text(o.APIVersion()))
			item.Set("kind", object.Text(kind))
		}
		if err := m.add(at.item(i), item); err != nil {
			return err
		}
	}
	return nil
}

func (m *Manifests) addObject(at place, o *object.Value) error {
	switch {
	case o.IsNull():
		return nil
	case o.Kind() != object.Object || o.ObjectKind() == "" || o.APIVersion() == "":
		m.leave(at, "not-a-manifest", at.file+": holds a document without apiVersion and kind, which is left out")
		return nil
	case strings.HasPrefix(o.APIVersion(), "kustomize.config.k8s.io/"):
		m.leave(at, "not-a-manifest", at.file+": is of kustomize and not of the cluster, so it is left out; give what kustomize builds")
		return nil
	}
	if err := checkTexts(o); err != nil {
		m.leaveOut(at, "manifest-name", err)
		return nil
	}
	body := o.JSON()
	if int64(len(body)) > m.o.Limits.EntryBytes {
		m.leaveOut(at, "manifest-unreadable", fmt.Errorf("%s %s: has %d bytes, over the limit for one item; raise the limit if you trust it", o.ObjectKind(), o.Name(), len(body)))
		return nil
	}
	ref, err := m.spool.Add("", body)
	if err != nil {
		return err
	}
	m.found = append(m.found, manifest{
		place: at, apiVersion: o.APIVersion(), kind: o.ObjectKind(), namespace: o.Namespace(), name: o.Name(), ref: ref,
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

// leaveOut notes why an object becomes no item.
func (m *Manifests) leaveOut(at place, id string, problem error) {
	m.leave(at, id, at.with(": ")+": "+problem.Error())
}

func (m *Manifests) leave(at place, id, message string) {
	f := report.Finding{ID: id, Severity: report.Warning, Subject: at.String(), Message: message}
	m.findings, m.leftOut = append(m.findings, f), append(m.leftOut, f)
}

// refused is the error of all that is left out: for who wants one, and where nothing else is there.
func (m *Manifests) refused() error {
	all := make([]error, len(m.leftOut))
	broken := false
	for i, f := range m.leftOut {
		all[i] = errors.New(f.Message)
		broken = broken || f.ID != "not-a-manifest"
	}
	if m.o.Strict || broken && len(m.found) == 0 {
		return errors.Join(all...)
	}
	return nil
}
