package backup_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/pack"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
)

func fromFiles(t *testing.T, files map[string]string) (*backup.Source, error) {
	t.Helper()
	return fromFilesWith(t, files, backup.ManifestOptions{})
}

func fromFilesWith(t *testing.T, files map[string]string, o backup.ManifestOptions) (*backup.Source, error) {
	t.Helper()
	o.TempDir, o.Limits = t.TempDir(), tarball.Limits{EntryBytes: 2000}
	m, err := backup.NewManifests(o)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if err := m.ReadFolder(context.Background(), folder); err != nil {
		return nil, err
	}
	source, err := m.Source()
	if err == nil {
		t.Cleanup(func() { source.Close() })
	}
	return source, err
}

// archiveOf writes a backup of everything in the files.
func archiveOf(t *testing.T, files map[string]string) (paths []string, bodies map[string]string, summary *report.Summary) {
	t.Helper()
	source, err := fromFiles(t, files)
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	var out bytes.Buffer
	summary, err = backup.Write(context.Background(), source, options(actions.V1_18, velero.BackupSpec{IncludeClusterResources: &yes}),
		pack.New(&out, nil, pack.Options{}), report.SinkFunc(func(*report.Item) error { return nil }))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "b.tar.gz")
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := tarball.Open(t.Context(), path, tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	paths, bodies = entries(t, src)
	return paths, bodies, summary
}

func TestManifestsBecomeABackup(t *testing.T) {
	paths, bodies, summary := archiveOf(t, map[string]string{
		"app/list.yaml": `
apiVersion: v1
kind: List
items:
- {kind: Service, apiVersion: v1, metadata: {namespace: shop, name: web}, spec: {ports: [{port: 80}]}}
- {kind: Namespace, apiVersion: v1, metadata: {name: shop}}
`,
		"app/raw.json":  `{"kind":"ConfigMapList","apiVersion":"v1","items":[{"metadata":{"name":"a","namespace":"shop"},"data":{"n":"<1>"}}]}`,
		"app/many.json": `{"kind":"Secret","apiVersion":"v1","metadata":{"name":"s","namespace":"shop"}} {"kind":"Secret","apiVersion":"v1","metadata":{"name":"t"}}`,
		"crd/crd.yml": `
# comments alone are no document
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: foos.example.io}
spec: {group: example.io, scope: Cluster, names: {plural: foos, kind: Foo}}
---
{apiVersion: example.io/v1, kind: Foo, metadata: {name: f, namespace: shop}, spec: {big: 12345678901234567890}}
`,
		"crd/unknown.yaml": `
{apiVersion: acme.io/v1, kind: Policy, metadata: {name: p, namespace: shop}}
---
{apiVersion: acme.io/v1beta1, kind: Policy, metadata: {name: old}}
---
{apiVersion: acme.io/v1, kind: Realm, metadata: {name: r}}
`,
		".git/config.yaml":   "not: read",
		"README.md":          "not read",
		"kustomization.yaml": "{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, resources: [app]}",
		"values.yaml":        "replicas: 3",
	})
	want := []string{
		"metadata/version",
		"resources/configmaps/namespaces/shop/a.json", "resources/configmaps/v1-preferredversion/namespaces/shop/a.json",
		"resources/namespaces/cluster/shop.json", "resources/namespaces/v1-preferredversion/cluster/shop.json",
		"resources/secrets/namespaces/default/t.json", "resources/secrets/v1-preferredversion/namespaces/default/t.json",
		"resources/secrets/namespaces/shop/s.json", "resources/secrets/v1-preferredversion/namespaces/shop/s.json",
		"resources/services/namespaces/shop/web.json", "resources/services/v1-preferredversion/namespaces/shop/web.json",
		"resources/customresourcedefinitions.apiextensions.k8s.io/cluster/foos.example.io.json",
		"resources/customresourcedefinitions.apiextensions.k8s.io/v1-preferredversion/cluster/foos.example.io.json",
		"resources/policies.acme.io/namespaces/default/old.json", "resources/policies.acme.io/v1beta1/namespaces/default/old.json",
		"resources/policies.acme.io/namespaces/shop/p.json", "resources/policies.acme.io/v1-preferredversion/namespaces/shop/p.json",
		"resources/realms.acme.io/cluster/r.json", "resources/realms.acme.io/v1-preferredversion/cluster/r.json",
		"resources/foos.example.io/cluster/f.json", "resources/foos.example.io/v1-preferredversion/cluster/f.json",
	}
	slices.Sort(want)
	slices.Sort(paths)
	if !slices.Equal(paths, want) {
		t.Errorf("\n got %s\nwant %s", strings.Join(paths, "\n     "), strings.Join(want, "\n     "))
	}
	for path, body := range map[string]string{
		"resources/services/namespaces/shop/web.json":                `{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","namespace":"shop"},"spec":{"ports":[{"port":80}]}}`,
		"resources/configmaps/namespaces/shop/a.json":                `{"apiVersion":"v1","data":{"n":"\u003c1\u003e"},"kind":"ConfigMap","metadata":{"name":"a","namespace":"shop"}}`,
		"resources/secrets/namespaces/default/t.json":                `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"t","namespace":"default"}}`,
		"resources/foos.example.io/cluster/f.json":                   `{"apiVersion":"example.io/v1","kind":"Foo","metadata":{"name":"f"},"spec":{"big":12345678901234567890}}`,
		"resources/policies.acme.io/namespaces/shop/p.json":          `{"apiVersion":"acme.io/v1","kind":"Policy","metadata":{"name":"p","namespace":"shop"}}`,
		"resources/namespaces/v1-preferredversion/cluster/shop.json": `{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}`,
		"metadata/version": "1.1.0\n",
	} {
		if bodies[path] != body {
			t.Errorf("%s:\n got %s\nwant %s", path, bodies[path], body)
		}
	}
	var ids []string
	for _, f := range summary.Findings {
		ids = append(ids, f.ID)
	}
	slices.Sort(ids)
	if want := []string{"mixed-versions", "namespace-dropped", "namespace-missing", "namespace-missing", "not-a-manifest", "not-a-manifest"}; !slices.Equal(ids, want) {
		t.Errorf("findings %q, want %q", ids, want)
	}
}

func TestAnObjectInSeveralVersionsIsBackedUpInTheBest(t *testing.T) {
	files := map[string]string{
		"a.yaml": `
{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition, metadata: {name: old.example.io}, spec: {version: v1}}
---
{apiVersion: apiextensions.k8s.io/v1beta1, kind: CustomResourceDefinition, metadata: {name: new.example.io}, spec: {version: v1}}
---
{apiVersion: autoscaling/v1, kind: HorizontalPodAutoscaler, metadata: {name: h, namespace: shop}}
`,
		"b.yaml": `
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: old.example.io}, spec: {versions: [{name: v1}]}}
---
{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: new.example.io}, spec: {versions: [{name: v1, schema: {openAPIV3Schema: {type: object}}}]}}
---
{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: h, namespace: shop}}
`,
	}
	const dir = "resources/customresourcedefinitions.apiextensions.k8s.io/"
	paths, bodies, summary := archiveOf(t, files)
	want := []string{
		"metadata/version",
		"resources/horizontalpodautoscalers.autoscaling/namespaces/shop/h.json",
		"resources/horizontalpodautoscalers.autoscaling/v2-preferredversion/namespaces/shop/h.json",
		dir + "cluster/new.example.io.json", dir + "v1-preferredversion/cluster/new.example.io.json",
		dir + "cluster/old.example.io.json", dir + "v1-preferredversion/cluster/old.example.io.json",
	}
	if !slices.Equal(paths, want) {
		t.Errorf("paths\n got %q\nwant %q", paths, want)
	}
	for path, version := range map[string]string{want[1]: "autoscaling/v2", want[3]: "apiextensions.k8s.io/v1", want[5]: "apiextensions.k8s.io/v1beta1"} {
		if !strings.Contains(bodies[path], `"apiVersion":"`+version+`"`) {
			t.Errorf("%s is not in %s: %s", path, version, bodies[path])
		}
	}
	if summary.Warnings != 3 || summary.Findings[0].ID != "mixed-versions" {
		t.Errorf("findings %+v", summary.Findings)
	}
}

func TestManifestsThatCannotBeBackedUp(t *testing.T) {
	for _, row := range []struct {
		files map[string]string
		err   string
	}{
		{map[string]string{"a.yaml": "a: [", "README": ""}, "a.yaml: document 1: "},
		{map[string]string{"a.yaml": "---\n{apiVersion: v1, kind: Pod, metadata: {generateName: x-}}"}, "a.yaml: document 1: Pod: metadata.name: is missing; generateName"},
		{map[string]string{"a.yaml": "{apiVersion: v1, kind: Pod, metadata: {name: off}}"}, "Pod: metadata.name: is boolean, not a string; put it in quotes"},
		{map[string]string{"a.yaml": "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: 12}}"}, "Pod: metadata.namespace: is number, not a string"},
		{map[string]string{"a.yaml": "{apiVersion: v1, kind: Pod}"}, "Pod: metadata.name: is missing"},
		{map[string]string{"a.yaml": "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Pod}]}"}, "items[0]: Pod: metadata.name"},
		{map[string]string{"a.yaml": "{apiVersion: v1, kind: Node, metadata: {name: ../x}}"}, `a.yaml: Node "../x": no item can have this name`},
		{map[string]string{"a.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: big}, data: {x: " + strings.Repeat("x", 2000) + "}}"}, "over the limit for one item"},
		{map[string]string{"a.txt": "x"}, "no file of the folder ends in .yaml"},
	} {
		_, err := fromFiles(t, row.files)
		if err == nil || !strings.Contains(err.Error(), row.err) {
			t.Errorf("error %v, want one with %q", err, row.err)
		}
	}
}

// itemsOf are the items of a source and what is found about them: "not-a-manifest a.yaml document 1".
func itemsOf(source *backup.Source) (items, findings []string) {
	source.Each(func(key layout.ItemKey) { items = append(items, key.String()) })
	for _, f := range source.Findings() {
		findings = append(findings, f.ID+" "+f.Subject)
	}
	slices.Sort(items)
	return items, findings
}

func TestOneDocumentDoesNotStopTheReadingOfAFolder(t *testing.T) {
	const good = "{apiVersion: v1, kind: ConfigMap, metadata: {name: good, namespace: shop}}"
	for _, row := range []struct{ name, text, finding, message string }{
		{"a template", "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata:\n  config: {{config_data}}", "manifest-unreadable a.yaml document 1", "it looks like a template"},
		{"a template that is no YAML", "{{- if .Values.on }}\nkind: Pod\n{{- end }}", "manifest-unreadable a.yaml document 1", "it looks like a template"},
		{"text", "a: [", "manifest-unreadable a.yaml document 1", "a.yaml: document 1: "},
		{"broken JSON", `{"apiVersion":"v1","kind":"Pod"`, "manifest-unreadable a.yaml document 1", ""},
		{"generateName", "{apiVersion: v1, kind: Pod, metadata: {generateName: x-}}", "manifest-name a.yaml document 1", "generateName alone gives no name"},
		{"no name", "{apiVersion: v1, kind: Pod}", "manifest-name a.yaml document 1", "metadata.name: is missing"},
		{"a boolean for a name", "{apiVersion: v1, kind: Pod, metadata: {name: off}}", "manifest-name a.yaml document 1", "put it in quotes"},
		{"a name that no item can have", "{apiVersion: v1, kind: Node, metadata: {name: ../x}}", "manifest-name a.yaml document 1", "no item can have this name"},
		{"no name in a List", "{apiVersion: v1, kind: List, items: [" + good + ", {apiVersion: v1, kind: Pod}]}", "manifest-name a.yaml document 1 items[1]", "items[1]: Pod: metadata.name"},
		{"no name in a List of a List", "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: PodList, items: [{}]}]}", "manifest-name a.yaml document 1 items[0] items[0]", "items[0]: items[0]: Pod"},
		{"too large", "{apiVersion: v1, kind: ConfigMap, metadata: {name: big}, data: {x: " + strings.Repeat("x", 2000) + "}}", "manifest-unreadable a.yaml document 1", "over the limit"},
		{"no kind", "replicas: 3", "not-a-manifest a.yaml document 1", "left out"},
		{"an object with another content", "{apiVersion: v1, kind: ConfigMap, metadata: {name: good, namespace: shop}, data: {a: b}}", "given-twice a.yaml document 2",
			"configmaps/shop/good is given twice, in a.yaml and in a.yaml, and not alike"},
	} {
		files := map[string]string{"a.yaml": row.text + "\n---\n" + good}
		source, err := fromFiles(t, files)
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		items, findings := itemsOf(source)
		if !slices.Equal(items, []string{"configmaps/shop/good"}) || !slices.Equal(findings, []string{row.finding}) {
			t.Errorf("%s: items %q, findings %q, want the good one, and %q", row.name, items, findings, row.finding)
		}
		left := source.LeftOut()
		if len(left) != 1 || !strings.Contains(left[0].Message, row.message) || strings.Contains(left[0].Message, "interface") {
			t.Errorf("%s: left out %+v, want %q", row.name, left, row.message)
		}
		if _, err := fromFilesWith(t, files, backup.ManifestOptions{Strict: true}); err == nil || err.Error() != left[0].Message {
			t.Errorf("%s: --strict gives %v, want %q", row.name, err, left[0].Message)
		}
	}
}

func TestStrictTellsAllProblemsAtOnce(t *testing.T) {
	_, err := fromFilesWith(t, map[string]string{"a.yaml": "a: [", "b.yaml": "{apiVersion: v1, kind: Pod}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p}}"}, backup.ManifestOptions{Strict: true})
	if err == nil || !strings.Contains(err.Error(), "a.yaml: document 1: ") || !strings.Contains(err.Error(), "\nb.yaml: document 1: Pod: metadata.name") {
		t.Errorf("got %v", err)
	}
}

func TestOfObjectsGivenTwiceTheLastIsTaken(t *testing.T) {
	const hpa = "kind: HorizontalPodAutoscaler, metadata: {name: h, namespace: ns}"
	files := map[string]string{
		"a.yaml": "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {a: 1}}\n---\n{apiVersion: autoscaling/v1, " + hpa + "}",
		"b.yaml": "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: default}, spec: {a: 2}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: other}}",
		"c.yaml": "{apiVersion: v1, kind: Pod, metadata: {namespace: default, name: p}, spec: {a: 3}}\n---\n{apiVersion: autoscaling/v2, " + hpa + "}\n---\n{apiVersion: autoscaling/v1, " + hpa + "}",
	}
	source, err := fromFiles(t, files)
	if err != nil {
		t.Fatal(err)
	}
	items, findings := itemsOf(source)
	if want := []string{"horizontalpodautoscalers.autoscaling/ns/h", "pods/default/p", "pods/other/p"}; !slices.Equal(items, want) {
		t.Errorf("items %q, want %q", items, want)
	}
	if want := []string{"given-twice c.yaml document 1", "mixed-versions horizontalpodautoscalers.autoscaling/ns/h in v1"}; !slices.Equal(findings, want) {
		t.Errorf("findings %q, want %q", findings, want)
	}
	if want := "pods/default/p is given 3 times, in a.yaml and in b.yaml and in c.yaml, and not alike"; !strings.Contains(source.Findings()[0].Message, want) {
		t.Errorf("message %q, want %q", source.Findings()[0].Message, want)
	}
	o, err := source.Item(layout.Address{Resource: "pods", Namespace: "default", Name: "p"}.Key())
	if err != nil || string(o.Get("spec", "a").JSON()) != "3" {
		t.Errorf("the last should be taken: %v %v", o, err)
	}
}

func TestWhatKubectlAcceptsIsAccepted(t *testing.T) {
	for _, row := range []struct{ name, text string }{
		{"Windows line ends", "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata:\r\n  name: a\r\n  namespace: x\r\n---\r\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: x}}\r\n"},
		{"a byte order mark", "\xef\xbb\xbf---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: x}\n---\n\xef\xbb\xbf{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"b\",\"namespace\":\"x\"}}"},
		{"comments", "# first\n--- # a\n# only a comment\n---\t# b\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: x}}\n---   \n{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: x}}\n---\n# end"},
		{"a document behind its separator", "--- {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: x}}\n--- {apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: x}}"},
		{"the last key of several", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, name: a, namespace: x}\n---\n" + `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","name":"b","namespace":"x"}}`},
		{"a stream of JSON", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"x"}}` + "\n\n" + `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"b","namespace":"x"}}`},
		{"anchors and merges", "apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: a, namespace: x}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  <<: {name: c, namespace: x}\n  name: b"},
		{"empty Lists", "{apiVersion: v1, kind: List, items: null}\n---\n{apiVersion: v1, kind: PodList, items: []}\n---\n{apiVersion: v1, kind: ConfigMapList, items: [{metadata: {name: a, namespace: x}}, {metadata: {name: b, namespace: x}}, null]}"},
		{"separators and the end of a document", "---\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: x}}\n...\n---\n\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: x}}\n---"},
		{"dashes in a text", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: x}\ndata:\n  a: |\n    ---\n    b\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: x}}"},
		{"identical doubles", "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: x}}\n---\n" +
			`{"metadata":{"namespace":"x","name":"a"},"kind":"ConfigMap","apiVersion":"v1"}` + "\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b, namespace: x}}"},
	} {
		source, err := fromFilesWith(t, map[string]string{"a.yaml": row.text}, backup.ManifestOptions{Strict: true})
		if err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		if items, findings := itemsOf(source); !slices.Equal(items, []string{"configmaps/x/a", "configmaps/x/b"}) || len(findings) > 0 {
			t.Errorf("%s: items %q, findings %q", row.name, items, findings)
		}
	}
}

func TestManifestsWithoutANamespaceGetOne(t *testing.T) {
	source, err := fromFilesWith(t, map[string]string{"a.yaml": `
{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: other}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: shop}}
---
{apiVersion: v1, kind: Node, metadata: {name: one}}
`}, backup.ManifestOptions{Namespace: "shop", Strict: true})
	if err != nil {
		t.Fatal(err)
	}
	items, findings := itemsOf(source)
	if want := []string{"configmaps/other/a", "configmaps/shop/a", "nodes/one"}; !slices.Equal(items, want) || len(findings) > 0 {
		t.Errorf("items %q, want %q; findings %q", items, want, findings)
	}
	o, err := source.Item(layout.Address{Resource: "configmaps", Namespace: "shop", Name: "a"}.Key())
	if err != nil || o.Namespace() != "shop" {
		t.Errorf("got %v %v", o, err)
	}
}
