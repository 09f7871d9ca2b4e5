package transform_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/internal/index"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/restore"
)

// referrers are items that name the namespaces shop and other in 17 places, of which Velero maps two.
var referrers = [][4]string{
	{"validatingwebhookconfigurations.admissionregistration.k8s.io", "v1", "", `{"apiVersion":"admissionregistration.k8s.io/v1","kind":"ValidatingWebhookConfiguration","metadata":{"name":"check"},"webhooks":[{"name":"v.example.com","clientConfig":{"service":{"name":"web","namespace":"shop"}},"namespaceSelector":{"matchExpressions":[{"key":"kubernetes.io/metadata.name","operator":"NotIn","values":["other","shop"]}]}}]}`},
	{"clusterrolebindings.rbac.authorization.k8s.io", "v1", "", `{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"readers"},"subjects":[{"kind":"ServiceAccount","name":"web","namespace":"shop"},{"kind":"Group","name":"system:serviceaccounts:shop"},{"kind":"ServiceAccount","name":"x","namespace":"other"},{"kind":"User","name":"system:serviceaccount:other:web"}]}`},
	{"networkpolicies.networking.k8s.io", "v1", "other", `{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"from-shop","namespace":"other"},"spec":{"ingress":[{"from":[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"shop"}}}]}]}}`},
	{"configmaps", "v1", "shop", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"files","namespace":"shop"},"data":{"app.yaml":"# of shop\nurl: \"http://web.shop:80\"   # web.shop.svc\nnamespace: 'shop'\nother: settings.other.svc.cluster.local\n","name":"shop"}}`},
	{"secrets", "v1", "shop", `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"dsn","namespace":"shop"},"data":{"url":"aHR0cDovL3dlYi5zaG9wLnN2Yy9zZWNyZXQ="}}`},
	{"statefulsets.apps", "v1", "shop", `{"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"s","namespace":"shop"},"spec":{"template":{"spec":{"containers":[{"name":"c","args":["--namespace","shop","--peer=s-0.web.shop.svc","--settings=other/settings"],"env":[{"name":"POD_NAMESPACE","value":"shop"}]}]}}}}`},
}

// referring is a backup with referrers.
func referring(t *testing.T) string {
	t.Helper()
	b := backuptest.New("b")
	for _, r := range referrers {
		b.Add(r[0], r[1], r[2], object.MustParse(r[3]).Name(), r[3])
	}
	return filepath.Join(b.Write(t, t.TempDir()), "b.tar.gz")
}

// mapped are options with a mapping.
func mapped(t *testing.T, mapping map[string]string, which *references.Rewriting) *restore.Options {
	t.Helper()
	o := square{spec: velero.RestoreSpec{NamespaceMapping: mapping}}.options(t)
	o.References = which
	return o
}

// named are the places of a backup that name namespaces of a mapping and that nothing rewrites by itself.
func named(t *testing.T, path string, o *restore.Options, least references.Sure) []string {
	t.Helper()
	var list []string
	_, err := restore.References(t.Context(), open(t, path), o, least, func(item *restore.Referrer) error {
		for _, r := range item.References {
			if r.By == "" {
				list = append(list, item.Key.String()+" "+r.Path+" "+r.Namespace)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func rewritten(t *testing.T, path string, o *restore.Options) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "new.tar.gz")
	rewriteTo(t, path, to, o)
	return to
}

// renamed gives namespaces names that no backup has.
func renamed(names ...string) map[string]string {
	m := map[string]string{}
	for _, name := range names {
		m[name] = name + "-new"
	}
	return m
}

func TestARewrittenArchiveNamesNoOldNamespace(t *testing.T) {
	original, mapping := referring(t), renamed("shop", "other")
	if got := named(t, original, mapped(t, mapping, nil), references.Certain); len(got) != 6 {
		t.Errorf("%d certain references, want 6: %q", len(got), got)
	}
	if got := named(t, original, mapped(t, mapping, nil), references.Likely); len(got) != 15 {
		t.Errorf("%d references, want 15: %q", len(got), got)
	}
	for _, c := range []struct {
		which *references.Rewriting
		left  []string
	}{
		{&references.Rewriting{Least: references.Likely, Secrets: true}, nil},
		{&references.Rewriting{Least: references.Likely}, []string{"secrets/shop-new/dsn /data/url shop"}},
	} {
		once := rewritten(t, original, mapped(t, mapping, c.which))
		if got := named(t, once, mapped(t, mapping, nil), references.Likely); !slices.Equal(got, c.left) {
			t.Errorf("%+v: left are %q, want %q", c.which, got, c.left)
		}
		sameEntries(t, once, rewritten(t, once, mapped(t, mapping, c.which)))
	}
	certain := rewritten(t, original, mapped(t, mapping, &references.Rewriting{Least: references.Certain}))
	if got := named(t, certain, mapped(t, mapping, nil), references.Certain); len(got) > 0 {
		t.Errorf("left are %q", got)
	}
}

func TestOnlyNamesChangeInAFile(t *testing.T) {
	path := rewritten(t, referring(t), mapped(t, map[string]string{"shop": "other", "other": "shop"}, &references.Rewriting{Least: references.Likely, Secrets: true}))
	got := entries(t, path)
	for name, part := range map[string]string{
		"resources/configmaps/namespaces/other/files.json":                                               `"# of shop\nurl: \"http://web.other:80\"   # web.other.svc\nnamespace: 'other'\nother: settings.shop.svc.cluster.local\n"`,
		"resources/secrets/namespaces/other/dsn.json":                                                    "aHR0cDovL3dlYi5vdGhlci5zdmMvc2VjcmV0",
		"resources/validatingwebhookconfigurations.admissionregistration.k8s.io/cluster/check.json":      `"values":["shop","other"]`,
		"resources/clusterrolebindings.rbac.authorization.k8s.io/cluster/readers.json":                   `[{"kind":"ServiceAccount","name":"web","namespace":"other"},{"kind":"Group","name":"system:serviceaccounts:other"},{"kind":"ServiceAccount","name":"x","namespace":"shop"},{"kind":"User","name":"system:serviceaccount:shop:web"}]`,
		"resources/statefulsets.apps/namespaces/other/s.json":                                            `"args":["--namespace","other","--peer=s-0.web.other.svc","--settings=shop/settings"]`,
		"resources/networkpolicies.networking.k8s.io/v1-preferredversion/namespaces/shop/from-shop.json": `{"kubernetes.io/metadata.name":"other"}`,
	} {
		if !strings.Contains(string(got[name]), part) {
			t.Errorf("%s\ngot  %s\nwant %s", name, got[name], part)
		}
	}
}

// sameEntries says where two archives differ.
func sameEntries(t *testing.T, a, b string) {
	t.Helper()
	first, second := entries(t, a), entries(t, b)
	if len(first) != len(second) {
		t.Errorf("%d entries, then %d", len(first), len(second))
	}
	for path, body := range first {
		if !bytes.Equal(body, second[path]) {
			t.Errorf("%s changes when it is rewritten again\n1 %s\n2 %s", path, body, second[path])
		}
	}
}

// Each rule that is written for references hits its item, is applied, and leaves nothing that a rule can reach.
func TestModifiersForReferencesMissNothing(t *testing.T) {
	archives := map[string][]string{referring(t): {"shop", "other"}}
	for _, folder := range backups.Folders(t) {
		archives[backups.Tarball(folder)] = namespacesOf(t, backups.Tarball(folder))
	}
	for path, names := range archives {
		t.Run(path, func(t *testing.T) {
			mapping := renamed(names...)
			rules := references.NewModifiers(references.New(mapping, references.None{}))
			_, err := restore.References(t.Context(), open(t, path), mapped(t, mapping, nil), references.Likely, func(item *restore.Referrer) error {
				rules.Add(item.Key.Address, item.Object, item.References)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			text, _ := rules.ConfigMap("velero", "references")
			o := mapped(t, mapping, nil)
			if o.Modifiers, err = modifiers.Parse(text); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
			summary, err := restore.Preview(t.Context(), open(t, path), o, discard)
			if err != nil {
				t.Fatal(err)
			}
			if len(summary.ModifierRules) == 0 || len(summary.ModifierRules) != rules.Len() {
				t.Errorf("%d rules, want %d", len(summary.ModifierRules), rules.Len())
			}
			for _, r := range summary.ModifierRules {
				if r.Hits == 0 || r.Patched != r.Hits || r.Failed > 0 {
					t.Errorf("rule %d: %+v", r.Index, r)
				}
			}
			for _, place := range named(t, path, o, references.Certain) {
				if !strings.HasPrefix(place, "secrets/") && !strings.HasPrefix(place, "namespaces/") {
					t.Errorf("left is %s", place)
				}
			}
		})
	}
}

func namespacesOf(t *testing.T, path string) []string {
	t.Helper()
	x, err := index.Build(t.Context(), open(t, path), index.Options{TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	return slices.DeleteFunc(x.Namespaces(), func(name string) bool { return name == "" })
}

// The rebuilt report of someone whose clone still named the original: 11 places and one more in a ConfigMap.
func TestEachPlaceOfTheReportIsFound(t *testing.T) {
	const path = "../../shared/reports/21-references-to-the-old-namespace/b/b.tar.gz"
	if _, err := os.Stat(path); err != nil {
		t.Skip("no rebuilt reports beside the checkout (../shared/reports)")
	}
	if got := named(t, path, mapped(t, map[string]string{"prod": "stage"}, nil), references.Likely); len(got) != 11 {
		t.Errorf("%d places, want 11:\n%s", len(got), strings.Join(got, "\n"))
	}
}

// What a field of a custom resource is tells its definition, be it in the backup or in the target.
func TestSchemasOfTheBackupAndOfTheTargetAreRead(t *testing.T) {
	const (
		crd = `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"things.example.com"},"spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"things","kind":"Thing"},
			"versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"home":{"type":"string","description":"The namespace in which workers run."}}}}}}}]}}`
		thing = `{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"name":"a","namespace":"app"},"spec":{"home":"app"}}`
	)
	without, with := backuptest.New("b"), backuptest.New("b")
	without.Add("things.example.com", "v1", "app", "a", thing)
	with.Add("things.example.com", "v1", "app", "a", thing)
	with.Add("customresourcedefinitions.apiextensions.k8s.io", "v1", "", "things.example.com", crd)
	for _, c := range []struct {
		name   string
		backup *backuptest.Backup
		target []*object.Value
		want   []string
	}{
		{"nowhere", without, nil, nil},
		{"in the backup", with, nil, []string{"things.example.com/app/a /spec/home app"}},
		{"in the target", without, []*object.Value{object.MustParse(crd)}, []string{"things.example.com/app/a /spec/home app"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(c.backup.Write(t, t.TempDir()), "b.tar.gz")
			o := mapped(t, renamed("app"), nil)
			o.Target = c.target
			if got := named(t, path, o, references.Likely); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
			o = mapped(t, renamed("app"), &references.Rewriting{Least: references.Likely})
			o.Target = c.target
			body := string(entries(t, rewritten(t, path, o))["resources/things.example.com/namespaces/app-new/a.json"])
			if strings.Contains(body, `"home":"app-new"`) != (len(c.want) > 0) {
				t.Errorf("the rewriting has %s", body)
			}
		})
	}
}
