package findings_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/actiontest"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/internal/pipeline"
	refs "github.com/veltx/veltx/transform/references"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore/findings"
)

func TestReferencesToMappedNamespaces(t *testing.T) {
	backup := backup{namespaces: []string{"shop"}}
	mapping := map[string]string{"shop": "store"}
	policy := item{address: "networkpolicies.networking.k8s.io/other/n",
		yaml: `{metadata: {name: n, namespace: other}, spec: {ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]}]}}`}
	runScenes(t, []scene{
		{name: "without a mapping there is nothing to tell", backup: backup, items: []item{policy}},
		{name: "a key with dots", backup: backup, mapping: mapping, items: []item{policy},
			want: []string{"reference-to-mapped-namespace spec.ingress[0].from[0].namespaceSelector.matchLabels[kubernetes.io/metadata.name]: shop names"}},
		{name: "one that is not sent", backup: backup, mapping: mapping, items: []item{{address: policy.address, yaml: policy.yaml, outcome: report.Exists}}},
		{name: "what is likely, and what is made anew, is a note", backup: backup, mapping: mapping, items: []item{
			{address: "configmaps/shop/c", yaml: `{metadata: {name: c, namespace: store}, data: {a: web.shop.svc}}`},
			{address: "endpoints/shop/e", yaml: `{metadata: {name: e, namespace: store}, subsets: [{addresses: [{targetRef: {namespace: shop}}]}]}`},
			{address: "secrets/shop/s", yaml: `{metadata: {name: s, namespace: store}, type: kubernetes.io/service-account-token, data: {namespace: c2hvcA==}}`},
			{address: "ipaddresses.networking.k8s.io/10.0.0.1", yaml: `{metadata: {name: 10.0.0.1}, spec: {parentRef: {resource: services, namespace: shop, name: web}}}`},
		}, want: []string{"reference-to-mapped-namespace data.a: data.a (web.shop.svc) probably names", "targetRef.namespace: shop names namespace shop, which is restored as store; its controller recreates it",
			"data.namespace: a value that is not shown names namespace shop", "token-secret-in-mapped-namespace",
			"parentRef.namespace: shop names namespace shop, which is restored as store; its controller recreates it"}},
	})
}

// told shows items to the watcher, and returns what it has told at the end.
func told(t *testing.T, mapping map[string]string, items ...item) (notices []string, f *report.Foretold) {
	t.Helper()
	env := &pipeline.Env{Profile: actions.Newest, Argument: "my backups/b", Restore: &velero.Restore{Spec: velero.RestoreSpec{NamespaceMapping: mapping}}, References: refs.New(mapping, refs.None{})}
	w := findings.NewMappedNamespaces(env)
	for _, i := range items {
		it := pipeline.New(env, keyOf(i.address), actiontest.Parse(t, i.yaml))
		it.FromBackup = it.Object.Clone()
		w.See(it)
		for _, n := range it.Report.Notices {
			notices = append(notices, n.Path+": "+n.Message)
		}
	}
	var s report.Summary
	w.Conclude(&s)
	return notices, s.Told()
}

func TestWhatThereIsToDoAboutReferences(t *testing.T) {
	mapping := map[string]string{"shop": "store", "db": "store-db"}
	notices, f := told(t, mapping,
		item{address: "apiservices.apiregistration.k8s.io/v1.x", yaml: `{metadata: {name: v1.x}, spec: {service: {namespace: shop}}}`},
		item{address: "configmaps/shop/it's", yaml: `{metadata: {name: "it's", namespace: store}, data: {a: "system:serviceaccount:shop:web, system:serviceaccount:db:web", b: "web.shop.svc", c: "NAMESPACE=shop", d: "x.shop.svc", e: "y.shop.svc"}}`},
		item{address: "storageclasses.storage.k8s.io/s", yaml: `{metadata: {name: s}, parameters: {csi.storage.k8s.io/node-stage-secret-namespace: shop}}`},
		item{address: "secrets/shop/s", yaml: `{metadata: {name: s, namespace: store}, stringData: {a: "system:serviceaccount:shop:secret-word"}}`},
		item{address: "configmaps/shop/quiet", yaml: `{metadata: {name: quiet, namespace: store}, data: {a: shop}}`},
	)
	want := []string{
		"Point apiservices.apiregistration.k8s.io/v1.x to store|kubectl patch apiservices.apiregistration.k8s.io v1.x --type=json -p '" +
			`[{"op":"test","path":"/spec/service/namespace","value":"shop"},{"op":"replace","path":"/spec/service/namespace","value":"store"}]'`,
		`Point configmaps/shop/it's to namespaces of the restore in 2 places|kubectl patch configmaps 'it'\''s' -n shop --type=json -p '[{"op":"test","path":"/data/a","value":"system:serviceaccount:shop:web, system:serviceaccount:db:web"},` +
			`{"op":"replace","path":"/data/a","value":"system:serviceaccount:store:web, system:serviceaccount:store-db:web"}]'`,
		"Point storageclasses.storage.k8s.io/s to store: it is immutable, so rewrite it before the restore|",
		"Point secrets/store/s to store|kubectl edit secrets s -n store",
		"Read what probably names a mapped namespace in 1 item, and change what does; this lists it|veltx references 'my backups/b' --namespace-mappings db:store-db,shop:store",
	}
	want[1] = strings.ReplaceAll(strings.ReplaceAll(want[1], "configmaps/shop/", "configmaps/store/"), "-n shop", "-n store")
	var got []string
	for _, task := range f.After {
		got = append(got, task.Text+"|"+task.Command)
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	stays := []report.Stay{
		{Item: "apiservices.apiregistration.k8s.io/v1.x", Certain: 1, Path: "/spec/service/namespace", Text: "shop", Names: "shop", To: "store"},
		{Item: "configmaps/shop/it's", Certain: 2, Likely: 4, Path: "/data/a", Text: "system:serviceaccount:shop:web", Names: "shop", To: "store"},
		{Item: "storageclasses.storage.k8s.io/s", Certain: 1, Path: "/parameters/csi.storage.k8s.io~1node-stage-secret-namespace", Text: "shop", Names: "shop", To: "store"},
		{Item: "secrets/shop/s", Certain: 1, Path: "/stringData/a", Names: "shop", To: "store"},
	}
	if f.Stays.Certain != 5 || f.Stays.Likely != 4 || f.Stays.Items != 4 || !slices.Equal(f.Stays.First, stays) {
		t.Errorf("got %+v", f.Stays)
	}
	if want := (report.Task{
		Finding: "reference-to-mapped-namespace", Text: "Rewrite references to mapped namespaces in 3 items, and restore with --resource-modifier-configmap references",
		Command: "veltx references 'my backups/b' --namespace-mappings db:store-db,shop:store -o resource-modifiers | kubectl apply -f -",
	}); len(f.Before) != 1 || f.Before[0] != want {
		t.Errorf("before: got  %+v\nwant %+v", f.Before, want)
	}
	if len(notices) != 1 || !strings.Contains(notices[0], "data.b (web.shop.svc), data.c (NAMESPACE=shop), data.d (x.shop.svc) and 1 more probably name a namespace") {
		t.Errorf("got %q", notices)
	}
}

// A rewriting shows items in no particular order. What is told of them does not depend on it.
func TestTheOrderOfARewritingDoesNotShow(t *testing.T) {
	mapping := map[string]string{"shop": "store"}
	var items []item
	for i := range 120 {
		items = append(items, item{address: fmt.Sprintf("configmaps/shop/c%03d", i),
			yaml: fmt.Sprintf(`{metadata: {name: c%03d, namespace: store}, data: {a: "system:serviceaccount:shop:web", b: web.shop.svc}}`, i)})
	}
	tell := func() *report.Foretold {
		env := &pipeline.Env{Restore: &velero.Restore{Spec: velero.RestoreSpec{NamespaceMapping: mapping}}, References: refs.New(mapping, refs.None{}), Archive: true}
		w := findings.NewMappedNamespaces(env)
		for _, i := range items {
			it := pipeline.New(env, keyOf(i.address), actiontest.Parse(t, i.yaml))
			it.FromBackup = it.Object.Clone()
			w.See(it)
		}
		var s report.Summary
		w.Conclude(&s)
		return s.Told()
	}
	first := tell()
	slices.Reverse(items)
	if second := tell(); !reflect.DeepEqual(first, second) {
		t.Errorf("got %+v, then %+v", first, second)
	}
	if len(first.After) != 2 || !strings.Contains(first.After[0].Text, "120 configmaps") || first.Stays.Items != 120 {
		t.Errorf("got %+v", first)
	}
}

// What thousands of items need is one step for all of them.
func TestThereIsOneStepForManyReferences(t *testing.T) {
	var items []item
	for i := range 60 {
		items = append(items, item{
			address: fmt.Sprintf("rolebindings.rbac.authorization.k8s.io/shop/b%d", i),
			yaml:    fmt.Sprintf(`{metadata: {name: b%d, namespace: store}, subjects: [{kind: Group, name: "system:serviceaccounts:shop"}]}`, i),
		})
	}
	_, f := told(t, map[string]string{"shop": "store"}, items...)
	want := report.Task{
		Finding: "reference-to-mapped-namespace", Text: "Point the references of 60 rolebindings to the namespaces of the restore, where they were not rewritten; this lists them",
		Command: "veltx references 'my backups/b' --namespace-mappings shop:store",
	}
	if len(f.After) != 1 || f.After[0] != want {
		t.Errorf("got %+v", f.After)
	}
}

// Work is counted by allocations: an item that was read again for each of its references made all its texts anew.
func TestManyReferencesOfAnItemTakeWorkThatGrowsAsTheyDo(t *testing.T) {
	mapping := map[string]string{"shop": "store"}
	env := &pipeline.Env{Restore: &velero.Restore{Spec: velero.RestoreSpec{NamespaceMapping: mapping}}, References: refs.New(mapping, refs.None{})}
	allocs := func(n int) float64 {
		var hooks strings.Builder
		for i := range n {
			fmt.Fprintf(&hooks, `,{"name":"h%d","clientConfig":{"service":{"name":"s%d","namespace":"shop"}}}`, i, i)
		}
		text := `{"metadata":{"name":"w"},"webhooks":[` + hooks.String()[1:] + `]}`
		return testing.AllocsPerRun(1, func() {
			it := pipeline.New(env, keyOf("validatingwebhookconfigurations.admissionregistration.k8s.io/w"), object.MustParse(text))
			it.FromBackup = it.Object.Clone()
			findings.NewMappedNamespaces(env).See(it)
			if told := len(it.Report.Warnings); told != n || !strings.Contains(it.Report.Warnings[n-1].Message, "; until it is changed, ") {
				t.Fatalf("%d of %d references are told", told, n)
			}
		})
	}
	if few, many := allocs(1000), allocs(2000); many > 3*few {
		t.Errorf("1,000 references take %.0f allocations, 2,000 take %.0f", few, many)
	}
}
