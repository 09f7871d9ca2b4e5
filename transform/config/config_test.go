package config

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/velero"
)

func TestDocumentsOfAFile(t *testing.T) {
	var in Inputs
	err := in.Read("f.yaml", strings.NewReader(`
# only a comment
---
apiVersion: velero.io/v1
kind: Restore
metadata: {name: r}
spec: {backupName: b, namespaceMapping: {a: b}}
---
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: one}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: two}}
---
{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"big":123456789012345678901}
`))
	if err != nil {
		t.Fatal(err)
	}
	if in.Restore == nil || in.Restore.Spec.NamespaceMapping["a"] != "b" {
		t.Errorf("Restore: %+v", in.Restore)
	}
	if len(in.Objects) != 3 || in.Objects[1].Name() != "two" || !strings.Contains(string(in.Objects[2].JSON()), "123456789012345678901") {
		t.Errorf("objects: %d", len(in.Objects))
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"an unknown field of a Restore": {"apiVersion: velero.io/v1\nkind: Restore\nspec: {backupNames: b}", "Restore: spec.backupNames: unknown field, not one of backupName, scheduleName, "},
		"a namespace mapped twice":      {"apiVersion: velero.io/v1\nkind: Restore\nspec:\n  namespaceMapping:\n    a: b\n    a: c", `key "a" already set in map`},
		"two Restores":                  {"apiVersion: velero.io/v1\nkind: Restore\n---\napiVersion: velero.io/v1\nkind: Restore", "a second Restore"},
		"no kind":                       {"a: b", "apiVersion and kind are needed"},
		"no apiVersion":                 {"kind: ConfigMap\nmetadata: {name: a}", "apiVersion and kind are needed"},
		"no kind beside an apiVersion":  {"apiVersion: v1\nmetadata: {name: a}", "apiVersion and kind are needed"},
		"no name":                       {"apiVersion: v1\nkind: Node", "metadata.name is needed"},
		"not YAML":                      {"a: [", "document 1"},
		"a list":                        {"[1]", "is array, not an object"},
	} {
		var in Inputs
		if err := in.Read("f.yaml", strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "f.yaml") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestShortFormsBecomeConfigMaps(t *testing.T) {
	list, err := ParseMappings([]string{"a=b", "c=d", "a=b"}, "=")
	if err != nil || len(list) != 2 {
		t.Fatalf("%v %v", list, err)
	}
	cm, err := PluginConfig("velero", ImageAction, list)
	if err != nil || cm.Get("data", "000000").Str() != "a,b" || cm.Labels()[ImageAction] != "RestoreItemAction" || cm.Namespace() != "velero" {
		t.Errorf("%s %v", cm.JSON(), err)
	}
	if cm, err := PluginConfig("velero", StorageClassAction, list); err != nil || cm.Get("data", "a").Str() != "b" {
		t.Errorf("%s %v", cm.JSON(), err)
	}
	objects, first, err := ReplacePluginConfig(nil, "velero", ImageAction, list)
	if err != nil || len(first.Former) > 0 {
		t.Fatal(first, err)
	}
	again, second, err := ReplacePluginConfig(objects, "velero", ImageAction, list[:1])
	if err != nil || len(again) != 1 || again[0].Get("data").Len() != 1 {
		t.Errorf("a flag should take the place of what configures the same action: %v %v", again, err)
	}
	if len(second.Former) != 1 || second.Former[0] != "veltx-change-image-name" || second.Made != again[0] {
		t.Errorf("what was replaced: %+v", second)
	}
	for _, bad := range []string{"a", "=b", "a=", ""} {
		if _, err := ParseMappings([]string{bad}, "="); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if _, err := ParseMappings([]string{"a=b", "a=c"}, "="); err == nil {
		t.Error("one name mapped to two was taken")
	}
}

func TestModifiersThatNobodyGave(t *testing.T) {
	restore := &velero.Restore{Spec: velero.RestoreSpec{ResourceModifier: &velero.LocalObjectReference{Kind: "configmap", Name: "m"}}}
	if _, err := Modifiers(restore, "velero", nil); err == nil || !strings.Contains(err.Error(), "velero/m") {
		t.Errorf("%v", err)
	}
	var in Inputs
	if err := in.Read("f", strings.NewReader("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: velero}\ndata:\n  m.yaml: |\n    version: v1\n    resourceModifierRules:\n    - conditions: {groupResource: pods}\n      mergePatches: [{patchData: '{}'}]\n")); err != nil {
		t.Fatal(err)
	}
	rules, err := Modifiers(restore, "velero", in.Objects)
	if err != nil || rules.Len() != 1 {
		t.Errorf("%v %v", rules, err)
	}
}

func TestWhatOnlyLooksLikeAListOrARestore(t *testing.T) {
	var in Inputs
	err := in.Read("f.yaml", strings.NewReader(`
apiVersion: example.io/v1
kind: Menu
metadata: {name: m}
items: [{a: b}]
---
apiVersion: example.io/v1
kind: Restore
metadata: {name: r}
---
apiVersion: velero.io/v1
kind: Backup
metadata: {name: b}
`))
	if err != nil || len(in.Objects) != 3 || in.Restore != nil {
		t.Errorf("%d objects, Restore %v, %v", len(in.Objects), in.Restore, err)
	}
}

func TestModifiersAreThoseOfTheConfigMapThatTheRestoreNames(t *testing.T) {
	const rules = "\ndata: {m.yaml: 'version: v1'}\n---\n"
	var in Inputs
	if err := in.Read("f", strings.NewReader("apiVersion: v1\nkind: Secret\nmetadata: {name: m, namespace: velero}\n---\n"+
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: other}"+rules+
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: other, namespace: velero}"+rules)); err != nil {
		t.Fatal(err)
	}
	for kind, refused := range map[string]bool{"ConfigMap": true, "Secret": false} {
		restore := &velero.Restore{Spec: velero.RestoreSpec{ResourceModifier: &velero.LocalObjectReference{Kind: kind, Name: "m"}}}
		got, err := Modifiers(restore, "velero", in.Objects)
		if got != nil || (err != nil) != refused {
			t.Errorf("%s: %v, %v", kind, got, err)
		}
	}
	if got, err := Modifiers(&velero.Restore{}, "velero", in.Objects); got != nil || err != nil {
		t.Errorf("no reference: %v, %v", got, err)
	}
}

func TestOnlyTheConfigMapOfThatNameInVelerosNamespaceHasTheModifiers(t *testing.T) {
	const rules = `, data: {m.yaml: "{version: v1, resourceModifierRules: [{conditions: {groupResource: pods}, mergePatches: [{patchData: '{}'}]}]}"}}`
	var in Inputs
	for _, other := range []string{
		"{kind: ConfigMap, metadata: {name: other, namespace: velero}", "{kind: Secret, metadata: {name: m, namespace: velero}",
		"{kind: ConfigMap, metadata: {name: m, namespace: shop}", "{kind: Secret, metadata: {name: m, namespace: shop}",
	} {
		if err := in.Read("f", strings.NewReader(other+", apiVersion: v1, data: {a: b, c: d}}")); err != nil {
			t.Fatal(err)
		}
	}
	if err := in.Read("f", strings.NewReader("{apiVersion: v1, kind: ConfigMap, metadata: {name: m, namespace: velero}"+rules)); err != nil {
		t.Fatal(err)
	}
	restore := &velero.Restore{Spec: velero.RestoreSpec{ResourceModifier: &velero.LocalObjectReference{Kind: "ConfigMap", Name: "m"}}}
	if got, err := Modifiers(restore, "velero", in.Objects); err != nil || got.Len() != 1 {
		t.Errorf("got %v, %v", got, err)
	}
}
