package restore

import (
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/policies"
)

// request completes options for a Restore in YAML and asks how Velero is asked for it.
func request(t *testing.T, text string, change func(*Options)) (*Options, *Request) {
	t.Helper()
	r := &velero.Restore{}
	if err := yaml.UnmarshalStrict([]byte(text), r); err != nil {
		t.Fatal(err)
	}
	o := &Options{Profile: actions.Newest, Restore: r}
	if change != nil {
		change(o)
	}
	if err := o.Complete("nightly"); err != nil {
		t.Fatal(err)
	}
	made, err := o.Request()
	if err != nil {
		t.Fatal(err)
	}
	return o, made
}

func TestTheCommandSaysWhatTheRestoreSays(t *testing.T) {
	for _, row := range []struct{ spec, want string }{
		{"{}", "--from-backup nightly"},
		{"{metadata: {name: mine, namespace: backup}}", "mine --namespace backup --from-backup nightly"},
		{"{spec: {scheduleName: daily}}", "--from-backup nightly"},
		{"{spec: {includedNamespaces: [a, b], excludedNamespaces: [c]}}", "--from-backup nightly --include-namespaces a,b --exclude-namespaces c"},
		{"{spec: {namespaceMapping: {b: d, a: c}}}", "--from-backup nightly --namespace-mappings a:c,b:d"},
		{"{spec: {includedResources: [pods], excludedResources: [secrets, jobs.batch]}}", "--from-backup nightly --include-resources pods --exclude-resources secrets,jobs.batch"},
		{"{spec: {includeClusterResources: false, restorePVs: true, preserveNodePorts: true}}", "--from-backup nightly --include-cluster-resources=false --restore-volumes=true --preserve-nodeports=true"},
		{"{spec: {labelSelector: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: NotIn, values: [d, e]}]}}}", "--from-backup nightly --selector a=b,c notin (d,e)"},
		{"{spec: {orLabelSelectors: [{matchLabels: {a: b}}, {matchExpressions: [{key: c, operator: DoesNotExist}]}]}}", "--from-backup nightly --or-selector a=b or !c"},
		{"{spec: {existingResourcePolicy: update, itemOperationTimeout: 1h30m}}", "--from-backup nightly --existing-resource-policy update --item-operation-timeout 1h30m0s"},
		{"{spec: {restoreStatus: {includedResources: [a], excludedResources: [b]}}}", "--from-backup nightly --status-include-resources a --status-exclude-resources b"},
		{"{spec: {resourceModifier: {kind: ConfigMap, name: m}}}", "--from-backup nightly --resource-modifier-configmap m"},
		{"{spec: {resourcePolicy: {kind: ConfigMap, name: p}}}", "--from-backup nightly --resource-policies-configmap p"},
		{"{spec: {uploaderConfig: {writeSparseFiles: true, parallelFilesDownload: 4}}}", "--from-backup nightly --write-sparse-files=true --parallel-files-download 4"},
		{"{metadata: {labels: {a: b, c: d}, annotations: {e: f}}}", "--from-backup nightly --labels a=b,c=d --annotations e=f"},
		// what no flag says
		{"{spec: {restoreStatus: {excludedResources: [b]}}}", ""},
		{"{spec: {hooks: {resources: [{name: h, postHooks: [{exec: {command: [a], container: c}}]}]}}}", ""},
	} {
		_, made := request(t, row.spec, nil)
		got := strings.TrimPrefix(strings.Join(made.Command, " "), "velero restore create ")
		if got != row.want {
			t.Errorf("%s:\n got %s\nwant %s", row.spec, got, row.want)
		}
	}
}

func TestTheManifestIsTheRestore(t *testing.T) {
	const text = `metadata: {name: mine, labels: {a: b}, uid: x, resourceVersion: "1"}
spec: {includedNamespaces: [shop], hooks: {resources: [{name: h, postHooks: [{exec: {command: [a], container: c}}]}]}, itemOperationTimeout: 4h0m0s}
status: {phase: Completed}
`
	_, made := request(t, text, nil)
	got := &velero.Restore{}
	if err := yaml.UnmarshalStrict(made.Objects[0].JSON(), got); err != nil {
		t.Fatal(err)
	}
	want := &velero.Restore{}
	if err := yaml.UnmarshalStrict([]byte(text), want); err != nil {
		t.Fatal(err)
	}
	want.Spec.BackupName = "nightly"
	a, _ := yaml.Marshal(got.Spec)
	b, _ := yaml.Marshal(want.Spec)
	if string(a) != string(b) || got.Labels["a"] != "b" || got.UID != "" || got.ResourceVersion != "" || got.Status != nil || got.Namespace != "velero" {
		t.Errorf("%s\n%s", made.Objects[0].JSON(), b)
	}
	if _, made = request(t, "{}", nil); made.Objects[0].Name() != "nightly-restore" || made.Objects[0].Get("spec").Len() != 1 {
		t.Errorf("%s", made.Objects[0].JSON())
	}
}

func TestModifiersBecomeTheirConfigMap(t *testing.T) {
	const rules = "version: v1\nresourceModifierRules:\n- conditions: {groupResource: pods}\n  mergePatches: [{patchData: '{}'}]\n"
	indented := "    " + strings.ReplaceAll(strings.TrimSuffix(rules, "\n"), "\n", "\n    ") + "\n"
	for _, row := range []struct{ text, name string }{
		{rules, "veltx-resource-modifiers"},
		{"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine, namespace: elsewhere}\ndata:\n  x: |\n" + indented, "mine"},
	} {
		o, made := request(t, "{spec: {resourceModifier: {kind: ConfigMap, name: other}}}", func(o *Options) {
			var err error
			if o.Modifiers, err = modifiers.Parse([]byte(row.text)); err != nil {
				t.Fatal(err)
			}
			o.ModifierText = row.text
		})
		cm := made.Objects[0]
		if cm.Name() != row.name || cm.Namespace() != "velero" || cm.Get("data", "resource-modifiers.yaml").Str() != rules {
			t.Errorf("%s", cm.JSON())
		}
		if !slices.Equal(made.Command[len(made.Command)-2:], []string{"--resource-modifier-configmap", row.name}) {
			t.Errorf("%q", made.Command)
		}
		if o.Restore.Spec.ResourceModifier.Name != "other" {
			t.Error("the Restore that is simulated was changed")
		}
	}
}

func TestPoliciesBecomeTheirConfigMap(t *testing.T) {
	const text = "version: v1\nnamespacedFilterPolicies:\n- namespaces: [shop]\n  resourceFilters: [{kinds: [services]}]\n"
	indented := "    " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ") + "\n"
	named := func(name string) string {
		return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\ndata:\n  x: |\n" + indented
	}
	for _, row := range []struct{ text, name string }{
		{text, "veltx-resource-policies"},
		{named("mine"), "mine"},
		{named("taken"), "veltx-resource-policies"},
	} {
		with := func(profile actions.Profile) *Request {
			_, made := request(t, "{spec: {resourceModifier: {kind: ConfigMap, name: taken}}}", func(o *Options) {
				var err error
				if o.Policies, err = policies.Parse([]byte(row.text)); err != nil {
					t.Fatal(err)
				}
				o.Profile, o.PolicyText = profile, row.text
			})
			return made
		}
		made := with(actions.Newest)
		cm := made.Objects[0]
		if cm.Name() != row.name || cm.Namespace() != "velero" || cm.Get("data", "resource-policies.yaml").Str() != text {
			t.Errorf("%s", cm.JSON())
		}
		if !slices.Equal(made.Command[len(made.Command)-2:], []string{"--resource-policies-configmap", row.name}) {
			t.Errorf("%q", made.Command)
		}
		if made := with(actions.V1_18); len(made.Objects) != 1 || slices.Contains(made.Command, "--resource-policies-configmap") {
			t.Errorf("a Velero that does not know policies is given them: %q", made.Command)
		}
	}
}
