// Package whole holds whole restores against a real kube-apiserver: a target, a backup and a Restore go through veltx, once with its own
// checks and once with the server, and both must come to the same for each item.
package whole

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/apiserver"
	"github.com/veltx/veltx/transform/apiserver/real"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// release is that of the judge.
const release = "1.33"

// Case is a text with the files target.yaml, backup.yaml, restore.yaml and modifiers.yaml, of which only the backup must be there, and the
// answers of the server.
type Case struct {
	path    string
	archive *txtar.Archive
}

// answersFile is the file of a case with what the server answered.
const answersFile = "answers"

// Read reads a case.
func Read(path string) (*Case, error) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		return nil, err
	}
	return &Case{path, archive}, nil
}

func (c *Case) file(name string) []byte {
	for _, f := range c.archive.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// Answers are those that are kept.
func (c *Case) Answers() []string {
	return strings.Split(strings.TrimSuffix(string(c.file(answersFile)), "\n"), "\n")
}

// Keep writes answers into the case.
func (c *Case) Keep(answers []string) error {
	c.archive.Files = slices.DeleteFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == answersFile })
	c.archive.Files = append(c.archive.Files, txtar.File{Name: answersFile, Data: []byte(strings.Join(answers, "\n") + "\n")})
	return os.WriteFile(c.path, txtar.Format(c.archive), 0o644)
}

// long stands for so many letters x: some limits are far.
var long = regexp.MustCompile(`<x\*(\d+)>`)

func spelled(text []byte) []byte {
	return long.ReplaceAllFunc(text, func(found []byte) []byte {
		n, err := strconv.Atoi(string(found[3 : len(found)-1]))
		if err != nil {
			return found
		}
		return bytes.Repeat([]byte("x"), n)
	})
}

// documents are the objects of one of the files.
func (c *Case) documents(name string) ([]*object.Value, error) {
	var list []*object.Value
	reader := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(spelled(c.file(name))), 4096)
	for {
		var raw yamlDocument
		err := reader.Decode(&raw)
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", c.path, name, err)
		}
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		o, err := object.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", c.path, name, err)
		}
		list = append(list, o)
	}
}

// yamlDocument is one document in JSON.
type yamlDocument []byte

// UnmarshalJSON implements json.Unmarshaler.
func (d *yamlDocument) UnmarshalJSON(text []byte) error {
	*d = bytes.Clone(text)
	return nil
}

// resources are the names of resources by apiVersion and kind: those that Kubernetes serves, and those that definitions define.
func resources(lists ...[]*object.Value) (func(*object.Value) string, error) {
	served, err := apiserver.Resources(release)
	if err != nil {
		return nil, err
	}
	byKind := map[string]string{}
	for _, r := range served {
		byKind[strings.TrimPrefix(r.Group+"/"+r.Version, "/")+" "+r.Kind] = r.Name
	}
	for _, o := range slices.Concat(lists...) {
		if o.ObjectKind() == "CustomResourceDefinition" {
			for _, version := range o.Get("spec", "versions").Elements() {
				byKind[o.Get("spec", "group").Str()+"/"+version.Get("name").Str()+" "+o.Get("spec", "names", "kind").Str()] = o.Get("spec", "names", "plural").Str()
			}
		}
	}
	return func(o *object.Value) string {
		group, _, grouped := strings.Cut(o.APIVersion(), "/")
		plural, ok := byKind[o.APIVersion()+" "+o.ObjectKind()]
		if !ok {
			plural = strings.ToLower(o.ObjectKind()) + "s"
		}
		if grouped {
			return plural + "." + group
		}
		return plural
	}, nil
}

// write writes the backup as a tarball into a folder.
func (c *Case) write(dir string, backup []*object.Value, resource func(*object.Value) string) (string, error) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	put := func(name string, text []byte) error {
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(text))}); err != nil {
			return err
		}
		_, err := w.Write(text)
		return err
	}
	if err := put("metadata/version", []byte("1.1.0\n")); err != nil {
		return "", err
	}
	for _, o := range backup {
		in := "cluster"
		if o.Namespace() != "" {
			in = "namespaces/" + o.Namespace()
		}
		for _, version := range []string{"", "/" + layout.Version(o.APIVersion()) + "-preferredversion"} {
			if err := put(path.Join("resources", resource(o)+version, in, o.Name()+".json"), o.JSON()); err != nil {
				return "", err
			}
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		return "", err
	}
	name := filepath.Join(dir, "b.tar.gz")
	return name, os.WriteFile(name, packed.Bytes(), 0o600)
}

// Preview previews the restore, with the real server of a folder or, without one, with veltx's own checks, and returns a line for each item.
func (c *Case) Preview(ctx context.Context, dir, server string) (lines []string, err error) {
	target, err := c.documents("target.yaml")
	if err != nil {
		return nil, err
	}
	backup, err := c.documents("backup.yaml")
	if err != nil {
		return nil, err
	}
	resource, err := resources(target, backup)
	if err != nil {
		return nil, err
	}
	archive, err := c.write(dir, backup, resource)
	if err != nil {
		return nil, err
	}
	o, err := c.options(target)
	if err != nil {
		return nil, err
	}
	o.TempDir = dir
	o.APIServer = func(context.Context) (restore.APIServer, error) {
		return apiserver.New(apiserver.Options{Objects: target, Version: release, VeleroNamespace: "velero"})
	}
	if server != "" {
		running, err := real.New(ctx, real.Options{Folder: server, TempDir: dir, VeleroNamespace: "velero"}, target)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, running.Close()) }()
		for _, f := range running.Told() {
			return nil, errors.New(f.Message) // a case must have a target that the server takes
		}
		o.APIServer = func(context.Context) (restore.APIServer, error) { return running, nil }
	}
	src, err := tarball.Open(ctx, archive, tarball.Options{TempDir: dir})
	if err != nil {
		return nil, err
	}
	defer src.Close()
	if err := o.Complete(src.Name()); err != nil {
		return nil, err
	}
	_, err = restore.Preview(ctx, src, o, report.SinkFunc(func(i *report.Item) error {
		lines = append(lines, line(i))
		return nil
	}))
	return lines, err
}

func (c *Case) options(target []*object.Value) (*restore.Options, error) {
	in := config.Inputs{}
	text := c.file("restore.yaml")
	if text == nil {
		text = []byte("{apiVersion: velero.io/v1, kind: Restore, metadata: {name: r, namespace: velero}, spec: {backupName: b, includedNamespaces: ['*'], preserveNodePorts: true}}")
	}
	if err := in.Read("restore.yaml", bytes.NewReader(text)); err != nil {
		return nil, err
	}
	o := &restore.Options{Profile: actions.V1_18, Restore: in.Restore, Target: target, Actions: builtin.Restore(actions.V1_18)}
	var err error
	if text := c.file("modifiers.yaml"); text != nil {
		o.Modifiers, err = modifiers.Parse(text)
	}
	return o, err
}

// line is what becomes of an item, in words: code, fields and message of a refusal, what is dropped, patches that are refused.
func line(i *report.Item) string {
	name := i.Name
	if i.Namespace != "" {
		name = i.Namespace + "/" + name
	}
	name = shorten(name, 80)
	text := fmt.Sprintf("%s %s %s", i.Outcome, i.Resource, name)
	if i.Code != 0 {
		text += fmt.Sprintf(" %d", i.Code)
	}
	if i.Outcome == report.Refused {
		text += " " + shorten(i.Reason, 400)
	}
	slices.Sort(i.Pruned)
	for _, pointer := range i.Pruned {
		text += " -" + pointer
	}
	for _, f := range i.Warnings {
		if f.ID == "patch-refused" || f.ID == "managed-fields-refused" {
			text += " " + f.ID + " " + f.Path
		}
	}
	return strings.ReplaceAll(text, "\n", " ")
}

// shorten cuts a text: the names and values in it may be long.
func shorten(text string, enough int) string {
	if len(text) > enough {
		return text[:enough] + "…"
	}
	return text
}
