package config

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
)

func TestWhatATargetIsReadFrom(t *testing.T) {
	for _, c := range []struct {
		name, text, objects, version string
		passed                       int
	}{
		{name: "documents", text: "{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Namespace, metadata: {name: b}}", objects: "a b"},
		{name: "a list of kubectl get", text: "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Namespace, metadata: {name: a}}]}", objects: "a"},
		{name: "a list of kubectl get --raw", text: "{apiVersion: v1, kind: NamespaceList, items: [{metadata: {name: a}}]}", objects: "a"},
		{name: "discovery", text: "{kind: APIResourceList, groupVersion: v1, resources: []}", objects: ""},
		{name: "kubectl get --raw /version", text: `{"major": "1", "minor": "33", "gitVersion": "v1.33.4"}`, version: "v1.33.4", objects: "-"},
		{name: "kubectl version -o json", text: `{"clientVersion": {"gitVersion": "v1.35.0"}, "serverVersion": {"gitVersion": "v1.33.4"}}`, version: "v1.33.4", objects: "-"},
		{name: "documents in an array", text: `[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}]`, objects: "a"},
		{name: "kubectl api-versions", text: "apps/v1\nautoscaling/v2\nv1\n", objects: ""},
		{name: "kubectl api-resources", text: "NAME     SHORTNAMES   APIVERSION               NAMESPACED   KIND\npods     po           v1                       true         Pod\nleases                coordination.k8s.io/v1   true         Lease\n", objects: " ", passed: 0},
		{name: "aggregated discovery", text: `{"kind":"APIGroupDiscoveryList","apiVersion":"apidiscovery.k8s.io/v2","items":[{"metadata":{"name":"apps"},"versions":[{"version":"v1","resources":[{"resource":"deployments","responseKind":{"kind":"Deployment"},"scope":"Namespaced","verbs":["create"]}]}]}]}`, objects: " "},
		{name: "what is no object", text: "hello: world\n---\n[1, two]\n", passed: 3, objects: "-"},
	} {
		var target Target
		if err := target.Read("f", strings.NewReader(c.text)); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var names []string
		for _, o := range target.Objects {
			names = append(names, o.Name())
		}
		if got := strings.Join(names, " "); got != c.objects && !(c.objects == "-" && len(names) == 0) || target.Version != c.version || target.Passed != c.passed {
			t.Errorf("%s: objects %q, version %q, %d passed over", c.name, got, target.Version, target.Passed)
		}
	}
	var target Target
	if err := target.Read("f", strings.NewReader("a: [")); err == nil || !strings.Contains(err.Error(), "f: document 1") {
		t.Errorf("half a document: %v", err)
	}
}

func TestLettersAreNoBooleans(t *testing.T) {
	var target Target
	text := "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  n: y\n  list: yes\n"
	if err := target.Read("f", strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	if got := target.Objects[0].Get("data"); !object.Equal(got, object.MustParse(`{"n":"y","list":true}`)) {
		t.Errorf("got %s", got.JSON())
	}
}

func TestAFolderOfATarget(t *testing.T) {
	namespace := func(name string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}")}
	}
	folder := fstest.MapFS{"b/two.json": namespace("b"), "a.yaml": namespace("a"), "notes.md": namespace("c"), "pods.log": {}}
	var target Target
	if err := target.ReadFolder(t.Context(), folder, tarball.Limits{}); err != nil {
		t.Fatal(err)
	}
	if len(target.Objects) != 2 || target.Objects[0].Name() != "a" || target.Passed != 2 {
		t.Errorf("%d objects, %d passed over", len(target.Objects), target.Passed)
	}
	if err := new(Target).ReadFolder(t.Context(), folder, tarball.Limits{EntryBytes: 10}); err == nil || !strings.Contains(err.Error(), "a.yaml: has") {
		t.Errorf("a file above the limit: %v", err)
	}
}

func TestAnArchiveOfATarget(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	files := tar.NewWriter(z)
	for _, f := range []struct{ name, text string }{
		{"target/ns.yaml", "{apiVersion: v1, kind: Namespace, metadata: {name: a}}"}, {"target/api-versions.txt", "apps/v1\nv1\n"}, {"target/pods.log", "?"},
	} {
		if err := files.WriteHeader(&tar.Header{Name: f.name, Mode: 0o600, Size: int64(len(f.text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Write([]byte(f.text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(files.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	var target Target
	if err := target.ReadArchive(t.Context(), bytes.NewReader(packed.Bytes()), tarball.Limits{}); err != nil {
		t.Fatal(err)
	}
	if len(target.Objects) != 2 || target.Objects[0].Name() != "a" || target.Passed != 1 {
		t.Errorf("%d objects, %d passed over", len(target.Objects), target.Passed)
	}
	for says, limits := range map[string]tarball.Limits{"unpacked": {TotalBytes: 600}, "more than the limit": {EntryBytes: 5}} {
		if err := new(Target).ReadArchive(t.Context(), bytes.NewReader(packed.Bytes()), limits); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%+v: %v", limits, err)
		}
	}
	if err := new(Target).ReadArchive(t.Context(), bytes.NewReader(packed.Bytes()[:packed.Len()/2]), tarball.Limits{}); err == nil {
		t.Error("half an archive is read")
	}
}

// An empty list does not say of what it is one; the name of its file may.
func TestAnEmptyListIsThatOfItsFile(t *testing.T) {
	for name, want := range map[string]string{
		"target/runtimeclasses.node.k8s.io.yaml": "runtimeclasses.node.k8s.io",
		"some/resourcequotas.yaml":               "resourcequotas",
		"priorityclasses.yaml":                   "priorityclasses.scheduling.k8s.io",
		"limitranges,runtimeclasses.json":        "limitranges runtimeclasses.node.k8s.io",
		"limitranges,more.json":                  "",
		"target.yaml":                            "",
		"po.yaml":                                "",
	} {
		var target Target
		if err := target.Read(name, strings.NewReader("apiVersion: v1\nkind: List\nitems: []\n")); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(target.Empty, " "); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
