package conformance

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

const sample = `Shows how a case is read.
-- resources/pods/namespaces/shop/p.yaml --
kind: Pod
apiVersion: v1
metadata: {namespace: shop, name: p}
-- resources/widgets.example.io/cluster/w.json --
{"apiVersion":"example.io/v1beta1","size":12345678901234567890,"ratio":1.0}
-- restore.yaml --
spec: {namespaceMapping: {shop: store}}
-- target.yaml --
kind: ConfigMap
---
kind: Secret
-- modifiers.yaml --
version: v1
-- features --
EnableCSI
-- want/1.6.jsonl --
{"verb":"create","resource":"pods","version":"v1","namespace":"shop","name":"p","object":{"a":1}}
{"errors":{},"warnings":{},"items":{}}
`

func TestReadCase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pods", "a-pod.txtar")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(sample), 0o644); err != nil {
		t.Fatal(err)
	}
	c, err := ReadCase(path)
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "pods/a-pod" || c.Comment != "Shows how a case is read." {
		t.Errorf("name %q, comment %q", c.Name, c.Comment)
	}
	if !c.For("1.18") || !c.For("1.6") || len(c.Target) != 2 || len(c.Features) != 1 {
		t.Errorf("versions %v, target %d, features %v", c.Versions, len(c.Target), c.Features)
	}
	restore := string(c.Restore)
	for _, part := range []string{`"name":"r"`, `"namespace":"velero"`, DefaultUID, `"backupName":"b"`, `"kind":"ConfigMap","name":"modifiers"`, `"shop":"store"`} {
		if !strings.Contains(restore, part) {
			t.Errorf("the Restore lacks %s: %s", part, restore)
		}
	}
	if c.Want["1.6"] == nil || len(c.Want["1.6"].Requests) != 1 {
		t.Errorf("kept answer: %+v", c.Want["1.6"])
	}
}

func TestTarball(t *testing.T) {
	c, err := ParseCase([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	first, err := c.Tarball()
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.Tarball()
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("the tarball is not the same each time: %v", err)
	}
	widget := `{"apiVersion":"example.io/v1beta1","size":12345678901234567890,"ratio":1.0}`
	pod := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"shop"}}`
	want := []string{
		"metadata/version=1.1.0\n",
		"resources/pods/namespaces/shop/p.json=" + pod,
		"resources/pods/v1-preferredversion/namespaces/shop/p.json=" + pod,
		"resources/widgets.example.io/cluster/w.json=" + widget,
		"resources/widgets.example.io/v1beta1-preferredversion/cluster/w.json=" + widget,
	}
	if got := unpack(t, first); !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func unpack(t *testing.T, tarball []byte) []string {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(tarball))
	if err != nil {
		t.Fatal(err)
	}
	in := tar.NewReader(zip)
	var out []string
	for {
		h, err := in.Next()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, h.Name+"="+string(data))
	}
}

func TestVersionedFoldersGetNoTwin(t *testing.T) {
	c, err := ParseCase([]byte(`
-- resources/pods/namespaces/a/p.json --
{bad
-- resources/pods/v1-preferredversion/namespaces/a/p.json --
{"apiVersion":"v1"}
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Items) != 2 || string(c.Items[0].Data) != "{bad" {
		t.Errorf("items: %+v", c.Items)
	}
}

func TestCaseErrors(t *testing.T) {
	for name, text := range map[string]string{
		"unknown section":   "-- what --\n",
		"section twice":     "-- features --\n-- features --\n",
		"path":              "-- resources/pods/p.yaml --\nkind: Pod\n",
		"ending":            "-- resources/pods/cluster/p --\nkind: Pod\n",
		"yaml":              "-- restore.yaml --\n{\n",
		"version":           "-- versions --\n2.0\n",
		"version of want":   "-- want/2.0.jsonl --\n{}\n",
		"answer":            "-- want/1.6.jsonl --\nnot JSON\n",
		"restore is a list": "-- restore.yaml --\n[]\n",
	} {
		if _, err := ParseCase([]byte(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSetWantAndWrite(t *testing.T) {
	c, err := ParseCase([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	answer := &Answer{Requests: []Request{{Verb: "create", Resource: "pods", Version: "v1", Name: "p", Object: []byte(`{"a":"<b>"}`)}}}
	for _, v := range AllVersions {
		if err := c.SetWant(v, answer); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "c.txtar")
	if err := c.Write(path); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	kept := text[:strings.Index(text, "-- want")]
	if kept != sample[:strings.Index(sample, "-- want")] {
		t.Errorf("other sections changed:\n%s", kept)
	}
	if strings.Index(text, "want/1.18") > strings.Index(text, "want/1.6.") || !strings.Contains(text, `{"a":"<b>"}`) {
		t.Errorf("answers:\n%s", text)
	}
	again, err := ReadCase(path)
	if err != nil {
		t.Fatal(err)
	}
	if diffs := CompareStrict(answer, again.Want["1.18"]); len(diffs) > 0 {
		t.Errorf("read back differently: %v", diffs)
	}
}
