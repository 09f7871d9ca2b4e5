package config

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/documents"
)

// Target is what the user gave of the cluster that a restore goes to.
type Target struct {
	Objects []*object.Value // discovery documents among them
	Version string          // of Kubernetes, "v1.33.4", where something tells
	Passed  int             // documents and files that tell nothing
	// Empty are resources of which the target has no objects: an empty list does not say of what it is one, but the name of its file may.
	Empty []string
	// Taken is when the source that was read last was taken, in RFC 3339, "" where it does not tell.
	Taken string
}

// Read adds the documents of one file, YAML or JSON. What is no object of Kubernetes is passed over, and so is text that is no YAML, such
// as the logs.txt of a cluster-info dump; name stands in errors.
func (t *Target) Read(name string, file io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(file, maxDocument+1))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	before := *t
	err = t.read(name, text)
	if err == nil || !strings.EqualFold(path.Ext(name), ".txt") {
		return err
	}
	*t = before
	t.Passed++
	return nil
}

func (t *Target) read(name string, text []byte) error {
	if len(text) > maxDocument {
		return fmt.Errorf("%s: has more than %d bytes: give the objects in several files", name, maxDocument)
	}
	if t.readText(text) {
		return nil
	}
	for _, letters := range []*regexp.Regexp{letterKeys, letterValues} {
		text = letters.ReplaceAll(text, []byte(`$1"$2"$3`))
	}
	return eachObject(name, bytes.NewReader(text), func(_ documents.Document, o *object.Value) error {
		if o.ObjectKind() == "List" && o.Get("items").Kind() == object.Array && o.Get("items").Len() == 0 {
			t.Empty = append(t.Empty, emptyBy(name)...)
		}
		t.add(o)
		return nil
	})
}

// emptyBy are the resources of which an empty list is one by the name of its file: "resourcequotas.yaml", or more of them with commas
// between, as kubectl takes them.
func emptyBy(name string) []string {
	folder, file := path.Split(filepath.ToSlash(name))
	file = strings.TrimSuffix(file, path.Ext(file))
	if folder == "target/" { // of veltx target script
		return []string{file}
	}
	resources := discovery.New()
	var full []string
	for _, word := range strings.Split(file, ",") {
		resource, known := resources.Resolve(word)
		if plural, _, _ := strings.Cut(resource, "."); !known || word != plural && word != resource {
			return nil
		}
		full = append(full, resource)
	}
	return full
}

// Letters are y and n that stand alone and unquoted. YAML 1.1 has them for true and false, so that kubectl, which goes by
// it, quotes them; whoever leaves the quotes out goes by YAML 1.2, and means a letter.
var (
	letterKeys   = regexp.MustCompile(`(?m)(^[ \t]*(?:- +)*)([yYnN])(:[ \t]|:\r?$)`)
	letterValues = regexp.MustCompile(`(?m)((?:^[ \t]*-|:) +)([yYnN])([ \t]*\r?$)`)
)

// add takes in one document.
func (t *Target) add(o *object.Value) {
	items := o.Get("items")
	switch {
	case o.Kind() == object.Array: // documents in a row, as jq -s makes them
		for _, one := range o.Elements() {
			t.add(one)
		}
	case o.Kind() != object.Object:
		t.Passed++
	case o.ObjectKind() == "APIGroupDiscoveryList":
		t.addAggregated(o)
	case items.Kind() == object.Array && strings.HasSuffix(o.ObjectKind(), "List"):
		for _, item := range items.Elements() {
			t.add(named(item, o))
		}
	case o.Get("serverVersion", "gitVersion") != nil: // kubectl version -o json
		t.Version = o.Get("serverVersion", "gitVersion").Str()
	case o.ObjectKind() == "" && o.Get("gitVersion") != nil: // kubectl get --raw /version
		t.Version = o.Get("gitVersion").Str()
	case o.ObjectKind() == "" && o.Get("collected") != nil: // of veltx target script
		if at, err := time.Parse(time.RFC3339, o.Get("collected").Str()); err == nil {
			t.Taken = at.UTC().Format(time.RFC3339)
		}
	case describesAPI[o.ObjectKind()], o.ObjectKind() != "" && o.APIVersion() != "" && o.Name() != "":
		t.Objects = append(t.Objects, o)
	default:
		t.Passed++
	}
}

// describesAPI are the kinds that describe an API and have no metadata.
var describesAPI = map[string]bool{"APIGroupList": true, "APIGroup": true, "APIResourceList": true}

// named gives an item of a list its apiVersion and kind, which kubectl get --raw leaves out.
func named(item, list *object.Value) *object.Value {
	if item.Kind() != object.Object || item.ObjectKind() != "" {
		return item
	}
	item = item.Clone()
	item.Set("apiVersion", object.Text(list.APIVersion()))
	item.Set("kind", object.Text(strings.TrimSuffix(list.ObjectKind(), "List")))
	return item
}

// ReadFolder adds all files of a folder that may hold objects, in the order of their names; others are passed over.
func (t *Target) ReadFolder(ctx context.Context, folder fs.FS, limits tarball.Limits) error {
	files := 0
	return fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case ctx.Err() != nil:
			return ctx.Err()
		case entry.IsDir():
			return nil
		case !mayTell(name) || !entry.Type().IsRegular():
			t.Passed++
			return nil
		}
		if files++; int64(files) > maxFiles {
			return fmt.Errorf("holds more than %d files: give the folders in it that describe the target", maxFiles)
		}
		return t.readFile(folder, name, limits)
	})
}

// maxFiles is how many files of one folder are read.
const maxFiles = 100_000

func (t *Target) readFile(folder fs.FS, name string, limits tarball.Limits) error {
	file, err := folder.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if limit := limits.EntryBytes; limit > 0 && info.Size() > limit {
		return fmt.Errorf("%s: has %d bytes, more than the limit of %d", name, info.Size(), limit)
	}
	return t.Read(name, file)
}

// ReadBackup adds the items of a backup of the target, each in its preferred version.
func (t *Target) ReadBackup(ctx context.Context, src *tarball.Source) error {
	side, err := src.Side()
	if err != nil {
		return err
	}
	if b := side.Backup; b != nil && b.Status.StartTimestamp != nil {
		t.Taken = b.Status.StartTimestamp.UTC().Format(time.RFC3339)
	}
	return src.Each(ctx, func(e *tarball.Entry) error {
		key, err := layout.Parse(e.Path)
		if err != nil || key.VersionDir != "" {
			return nil //nolint:nilerr // the copies of items, and what is none
		}
		body, err := e.Body()
		if err != nil {
			return err
		}
		o, err := object.Parse(bytes.Clone(body))
		if err != nil {
			t.Passed++
			return nil
		}
		t.add(o)
		return nil
	})
}
