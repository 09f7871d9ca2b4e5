package modifiers

import (
	"encoding/json"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/layout"
)

const oneRule = `
version: v1
resourceModifierRules:
- conditions: {groupResource: pods}
  patches: [{operation: remove, path: /spec/nodeName}]
`

func TestFilesThatAreAccepted(t *testing.T) {
	manifest := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata:\n  rules.yaml: |" + strings.ReplaceAll(oneRule, "\n", "\n    ")
	asJSON, err := yaml.YAMLToJSON([]byte(manifest))
	if err != nil {
		t.Fatal(err)
	}
	indented := map[string]any{}
	if err := json.Unmarshal(asJSON, &indented); err != nil {
		t.Fatal(err)
	}
	pretty, err := json.MarshalIndent(indented, "", "    ")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, file string }{
		{"the text alone", oneRule},
		{"a ConfigMap manifest", manifest},
		{"a ConfigMap manifest in JSON", string(pretty)},
		{"the version in capitals", strings.Replace(oneRule, "v1", "V1", 1)},
		{"keys in another case", strings.Replace(oneRule, "groupResource", "GROUPRESOURCE", 1)},
		{"a value that is no text", strings.Replace(oneRule, "path: /spec/nodeName", "path: /spec/nodeName, value: 5", 1)},
		{"no patch at all", strings.Replace(oneRule, "  patches: [{operation: remove, path: /spec/nodeName}]\n", "", 1)},
		{"an operation with a capital", strings.Replace(oneRule, "remove", "Remove", 1)},
		{"a glob that doesn't compile", strings.Replace(oneRule, "pods", `"["`, 1)},
		{"a pattern that doesn't compile", strings.Replace(oneRule, "pods", `pods, resourceNameRegex: "["`, 1)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules, err := Parse([]byte(test.file))
			if err != nil || rules.Len() != 1 {
				t.Errorf("Parse\n got: %v\nwant: one rule\nof: %s", err, test.file)
			}
		})
	}
}

func TestFilesThatAreRefused(t *testing.T) {
	tests := []struct {
		name, file string
		want       []string // one for each problem, in order
	}{
		{"an empty file", "", []string{`version: want v1, got ""`, "resourceModifierRules: want at least one rule"}},
		{"another version", strings.Replace(oneRule, "v1", "v2", 1), []string{`version: want v1, got "v2"`}},
		{"no rules", "version: v1\nresourceModifierRules: []\n", []string{"resourceModifierRules: want at least one rule"}},
		{
			"an unknown key", strings.Replace(oneRule, "path: /", "bogus: 1, path: /", 1),
			[]string{"resourceModifierRules[0].patches[0].bogus: unknown field"},
		}, {
			"a key at the wrong depth", strings.Replace(oneRule, "conditions: {groupResource: pods}", "conditions: {groupResource: pods}\n  namespaces: [a]", 1),
			[]string{"resourceModifierRules[0].namespaces: unknown field"},
		}, {
			"an unknown key in the label selector", strings.Replace(oneRule, "pods", "pods, labelSelector: {app: a}", 1),
			[]string{"resourceModifierRules[0].conditions.labelSelector.app: unknown field"},
		}, {
			"a key twice", strings.Replace(oneRule, "version: v1", "version: v1\nversion: v1", 1),
			[]string{`key "version" already set`},
		}, {
			"no YAML", "a: [", []string{"error converting YAML to JSON"},
		}, {
			"a list", "- a", []string{"resource modifiers: want a mapping, got a list"},
		}, {
			"rules that are no list", "version: v1\nresourceModifierRules: {a: b}", []string{"resourceModifierRules: want a list, got a mapping"},
		}, {
			"patch data that is no text", strings.Replace(oneRule, "patches: [{operation: remove, path: /spec/nodeName}]", "mergePatches: [{patchData: {a: b}}]", 1),
			[]string{"resourceModifierRules[0].mergePatches[0].patchData: want text, got a mapping"},
		}, {
			"two kinds of patch", oneRule + "  mergePatches: [{patchData: '{}'}]\n",
			[]string{"resourceModifierRules[0]: want one kind of patch, got patches and mergePatches"},
		}, {
			"all problems at once", `
version: v3
resourceModifierRules:
- {conditions: {}, patches: [{operation: remove}, {path: /a}, {operation: increase, path: /a}]}
- {conditions: {groupResource: pods, namespace: a}}`,
			[]string{
				"resourceModifierRules[1].conditions.namespace: unknown field",
				`version: want v1, got "v3"`,
				"resourceModifierRules[0].conditions.groupResource: want a value",
				"resourceModifierRules[0].patches[0].path: want a value",
				"resourceModifierRules[0].patches[1].operation: want a value",
				`resourceModifierRules[0].patches[2].operation: want one of add, remove, replace, test, move, copy, got "increase"`,
			},
		}, {
			"another manifest", "kind: Secret\ndata: {a: b}", []string{`kind: want ConfigMap or the text of a resource modifier file, got "Secret"`},
		}, {
			"a ConfigMap without data", "kind: ConfigMap", []string{"data: want exactly one key, got 0"},
		}, {
			"a ConfigMap with two keys", "kind: ConfigMap\ndata: {a: b, c: d}", []string{"data: want exactly one key, got 2"},
		}, {
			"a ConfigMap with something else", "kind: ConfigMap\ndata: {a: 'b: c'}", []string{"b: unknown field", "version: ", "resourceModifierRules: "},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse([]byte(test.file))
			if err == nil {
				t.Fatalf("Parse\n got: no error\nwant: %q", test.want)
			}
			got := strings.Split(err.Error(), "\n")
			if strings.HasPrefix(err.Error(), "error converting") {
				got = []string{err.Error()}
			}
			if len(got) != len(test.want) {
				t.Fatalf("Parse\n got: %q\nwant: %q", got, test.want)
			}
			for i := range got {
				if !strings.Contains(got[i], test.want[i]) {
					t.Errorf("problem %d\n got: %s\nwant: ...%s...", i, got[i], test.want[i])
				}
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(oneRule))
	f.Add([]byte(realModifiers))
	f.Add([]byte("kind: ConfigMap\ndata: {a: '{version: v1, resourceModifierRules: [{conditions: {groupResource: \"[\", namespaces: [\"{\"]}}]}'}"))
	f.Add([]byte(`{version: v1, resourceModifierRules: [{conditions: {groupResource: "**"}, mergePatches: [{patchData: "null"}]}]}`))
	f.Add([]byte(`{version: v1, resourceModifierRules: [{conditions: {groupResource: "**"}, strategicPatches: [{patchData: "spec: {containers: [{name: c}]}"}]}]}`))
	item := []byte(`{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n","labels":{"a":"b"}},"spec":{"a":1.0,"containers":[{"name":"c"}]}}`)
	f.Fuzz(func(t *testing.T, data []byte) {
		rules, err := Parse(data)
		if err != nil {
			return
		}
		result := rules.Apply("pods", item)
		if result.Item != nil && !json.Valid(result.Item) {
			t.Errorf("item\n got: %s\nwant: JSON", result.Item)
		}
		tally := rules.NewTally(map[string]string{"n": "m"})
		tally.Add(layout.Address{Resource: "pods", Namespace: "n", Name: "p"}, result)
		if got := len(tally.Report()); got != rules.Len() {
			t.Errorf("rules in the report\n got: %d\nwant: %d", got, rules.Len())
		}
	})
}
