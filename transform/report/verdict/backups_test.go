package verdict_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/backup"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/report/verdict"
)

const (
	settings = "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}}\n"
	web      = "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop}}\n"
	api      = "{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop}}\n"
	roles    = "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: a, namespace: shop}}\n"
	older    = "{apiVersion: rbac.authorization.k8s.io/v1beta1, kind: Role, metadata: {name: b, namespace: shop}}\n"
	oldest   = "{apiVersion: rbac.authorization.k8s.io/v1alpha1, kind: Role, metadata: {name: b, namespace: shop}}\n"
)

// one is the backup of manifests with a finding, and what brings another of the same id.
type one struct {
	id             string
	files, more    map[string]string
	spec, moreOf   velero.BackupSpec
	broken, others string // pods on which the item block action fails
	want           string // the new finding's message has it
}

var backups = []one{
	{
		id: "not-a-manifest", files: map[string]string{"bad.yaml": "{kind: odd}\n"},
		more: map[string]string{"worse.yaml": "{kind: odd}\n"}, want: "worse.yaml: holds a document without apiVersion",
	},
	{
		id: "not-a-manifest", files: map[string]string{"bad.yaml": "{kind: odd}\n"},
		more: map[string]string{"bad.yaml": "{kind: odd}\n---\n{apiVersion: kustomize.config.k8s.io/v1, kind: Kustomization}\n"}, want: "bad.yaml: is of kustomize",
	},
	{
		id: "mixed-versions", files: map[string]string{"a.yaml": roles, "b.yaml": older},
		more: map[string]string{"c.yaml": oldest}, want: "c.yaml: roles.rbac.authorization.k8s.io/shop/b is in version v1alpha1",
	},
	{
		id: "namespace-missing", files: map[string]string{"a.yaml": "{apiVersion: v1, kind: Pod, metadata: {name: a}}\n"},
		more: map[string]string{"b.yaml": "{apiVersion: v1, kind: Pod, metadata: {name: b}}\n"}, want: "b.yaml: Pod b names no namespace",
	},
	{
		id: "namespace-missing", spec: velero.BackupSpec{IncludedNamespaces: []string{"shop", "gone"}},
		moreOf: velero.BackupSpec{IncludedNamespaces: []string{"shop", "gone", "lost"}}, want: "there is no namespace gone, lost",
	},
	{
		id: "namespace-dropped", files: map[string]string{"a.yaml": "{apiVersion: v1, kind: Node, metadata: {name: a, namespace: x}}\n"},
		more: map[string]string{"b.yaml": "{apiVersion: v1, kind: Node, metadata: {name: b, namespace: x}}\n"}, want: "b.yaml: Node b is cluster-scoped",
	},
	{
		id: "ordered-item-missing", spec: velero.BackupSpec{OrderedResources: map[string]string{"pods": "shop/gone,shop/gone"}},
		moreOf: velero.BackupSpec{OrderedResources: map[string]string{"pods": "shop/gone,shop/lost"}}, want: "there is no pods shop/lost",
	},
	{
		id: "wrong-scope", spec: velero.BackupSpec{IncludedClusterScopedResources: []string{"nodes", "pods", "pods"}},
		moreOf: velero.BackupSpec{IncludedClusterScopedResources: []string{"nodes", "pods", "secrets"}}, want: "Velero ignores secrets",
	},
	{id: "item-block-failed", broken: "web", others: "web api", want: "pods/shop/api: test/breaks"},
}

// TestABaselineOfABackupDoesNotAcceptNewFindingsOfAKnownSort takes a baseline of one finding and brings another.
func TestABaselineOfABackupDoesNotAcceptNewFindingsOfAKnownSort(t *testing.T) {
	for _, test := range backups {
		t.Run(test.id, func(t *testing.T) {
			files := map[string]string{"shop.yaml": settings, "web.yaml": web, "api.yaml": api}
			maps.Copy(files, test.files)
			policy, err := verdict.ParsePolicy(test.id)
			if err != nil {
				t.Fatal(err)
			}
			first := &verdict.Judge{Policy: policy, Keep: true}
			plan(t, first, files, test.spec, test.broken)
			if !first.Failed() {
				t.Fatalf("there is no %s to begin with", test.id)
			}
			known := baseline(t, first.Keys())
			again := &verdict.Judge{Policy: policy, Baseline: known}
			if summary := plan(t, again, files, test.spec, test.broken); again.Failed() {
				t.Errorf("the baseline does not accept its own: %+v", summary.Findings)
			}
			maps.Copy(files, test.more)
			if test.want != "" && test.more == nil {
				test.spec, test.broken = test.moreOf, test.others
			}
			second := &verdict.Judge{Policy: policy, Baseline: known}
			summary := plan(t, second, files, test.spec, test.broken)
			if !second.Failed() {
				t.Error("the baseline accepts a finding that it does not have")
			}
			if got := news(summary, test.id); len(got) != 1 || !strings.Contains(got[0], test.want) {
				t.Errorf("new findings: got %q, want one with %q", got, test.want)
			}
		})
	}
}

// plan backs up manifests before the judge.
func plan(t *testing.T, j *verdict.Judge, files map[string]string, spec velero.BackupSpec, broken string) *report.Summary {
	t.Helper()
	m, err := backup.NewManifests(backup.ManifestOptions{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if err := m.ReadFolder(context.Background(), folder); err != nil {
		t.Fatal(err)
	}
	source, err := m.Source()
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	breaks := actions.Action{Name: "test/breaks", AppliesTo: actions.Selector{Resources: []string{"pods"}}, Execute: func(in *actions.Input) (*actions.Output, error) {
		if strings.Contains(broken, in.Item.Name()) {
			return nil, errors.New("it breaks")
		}
		return nil, nil
	}}
	o := &backup.Options{Profile: actions.V1_18, Spec: spec, ItemBlocks: []actions.Action{breaks}}
	summary, err := backup.Plan(context.Background(), source, o, j.Watch(report.SinkFunc(func(*report.Item) error { return nil })))
	if err != nil {
		t.Fatal(err)
	}
	j.Conclude(summary)
	isDistinct(t, summary)
	return summary
}

// isDistinct checks that a baseline can tell the findings of a report from each other.
func isDistinct(t *testing.T, s *report.Summary) {
	t.Helper()
	seen := map[verdict.Key]bool{}
	for _, f := range s.Findings {
		key := verdict.KeyOf(&f, nil)
		if seen[key] {
			t.Errorf("two findings are %+v: %s", key, f.Message)
		}
		seen[key] = true
	}
}

func baseline(t *testing.T, keys []verdict.Key) *verdict.Baseline {
	t.Helper()
	var file strings.Builder
	if err := verdict.Write(&file, keys); err != nil {
		t.Fatal(err)
	}
	b, err := verdict.Read("f", strings.NewReader(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// news are the messages of findings with this id that are not accepted.
func news(s *report.Summary, id string) []string {
	var messages []string
	for _, f := range s.Findings {
		if f.ID == id && !f.Accepted {
			messages = append(messages, f.Message)
		}
	}
	return messages
}

func TestAKeyNamesTheItemWithItsNamespace(t *testing.T) {
	finding := &report.Finding{ID: "node-unknown", Subject: "s"}
	for _, test := range []struct {
		name string
		item *report.Item
		want string
	}{
		{"in a restore, as the backup has it", &report.Item{Resource: "pods", Namespace: "b", Name: "y", OriginalNamespace: "a", OriginalName: "x"}, "pods/a/x"},
		{"in a backup", &report.Item{Resource: "pods", Namespace: "a", Name: "x"}, "pods/a/x"},
		{"in another namespace", &report.Item{Resource: "pods", Namespace: "b", Name: "x"}, "pods/b/x"},
		{"cluster-scoped", &report.Item{Resource: "nodes", Name: "n"}, "nodes/n"},
		{"an entry that is no item", &report.Item{Name: "resources/x", OriginalName: "resources/x"}, "resources/x"},
		{"no item", nil, "s"},
	} {
		if got, want := verdict.KeyOf(finding, test.item), (verdict.Key{ID: "node-unknown", Item: test.want}); got != want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, want)
		}
	}
}

func TestABaselineTellsNamespacesApart(t *testing.T) {
	item := func(namespace string) *report.Item {
		i := &report.Item{Resource: "pods", Namespace: namespace, Name: "x", OriginalNamespace: namespace, OriginalName: "x"}
		i.Warn("node-unknown", "", "m")
		return i
	}
	policy, err := verdict.ParsePolicy("warning")
	if err != nil {
		t.Fatal(err)
	}
	known, _ := verdict.ParsePolicy("never")
	first := &verdict.Judge{Policy: known, Keep: true}
	sink := report.SinkFunc(func(*report.Item) error { return nil })
	_ = first.Watch(sink).Item(item("a"))
	for namespace, fails := range map[string]bool{"a": false, "b": true} {
		j := &verdict.Judge{Policy: policy, Baseline: baseline(t, first.Keys())}
		_ = j.Watch(sink).Item(item(namespace))
		if j.Failed() != fails {
			t.Errorf("pods/%s/x with a baseline of pods/a/x: fails %v, want %v", namespace, j.Failed(), fails)
		}
	}
}
