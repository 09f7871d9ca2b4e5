package modifiers

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"sigs.k8s.io/yaml"
)

func mustParse(t testing.TB, text string) *Rules {
	t.Helper()
	rules, err := Parse([]byte(text))
	if err != nil {
		t.Fatalf("Parse\n got: %v\nwant: no error\nof: %s", err, text)
	}
	return rules
}

// asJSON writes YAML as the package writes items.
func asJSON(t testing.TB, text string) []byte {
	t.Helper()
	var tree map[string]any
	if err := yaml.Unmarshal([]byte(text), &tree, func(d *json.Decoder) *json.Decoder { d.UseNumber(); return d }); err != nil {
		t.Fatal(err)
	}
	item, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	return item
}

func replaceNote(value string) string {
	return `{version: v1, resourceModifierRules: [{conditions: {groupResource: pods}, patches: [
		{operation: replace, path: /spec/note, value: '` + value + `'}]}]}`
}

func TestTheItemIsCompactSortedAndEscaped(t *testing.T) {
	item := `{ "spec":{"note":"a", "<b>":"&" }, "kind":"Pod", "apiVersion":"v1", "metadata":{"name":"p","namespace":"n"} }`
	want := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"n"},"spec":{"\u003cb\u003e":"\u0026","note":"x\u003ey"}}`
	got := string(mustParse(t, replaceNote("x>y")).Apply("pods", []byte(item)).Item)
	if got != want {
		t.Errorf("item\n got: %s\nwant: %s", got, want)
	}
}

// Differs from Velero: it sends {"big":18446744073709552000,"exp":1000,"float":1,...}, here the text is kept. What the
// patch itself sets has Velero's numbers, and tests see them.
func TestNumbersThatNoPatchTouchesKeepTheirText(t *testing.T) {
	item := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"big":18446744073709551615,"exp":1e3,"float":1.0,"int":9007199254740993,"note":""}}`
	spec := func(note string) string {
		return `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"big":18446744073709551615,"exp":1e3,"float":1.0,"int":9007199254740993,"note":` + note + `}}`
	}
	veleros := `{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"big":18446744073709552000,"exp":1000,"float":1,"int":9007199254740993,"note":"x"}}`
	tests := []struct{ name, patch, want string }{
		{"a JSON patch", `patches: [{operation: test, path: /spec/float, value: "1"}, {operation: replace, path: /spec/note, value: "2.0"}]`, spec("2")},
		{"a JSON patch with a big integer", `patches: [{operation: replace, path: /spec/note, value: "18446744073709551615"}]`, spec("18446744073709552000")},
		{"a JSON patch with a 64-bit integer", `patches: [{operation: replace, path: /spec/note, value: "9223372036854775807"}]`, spec("9223372036854775807")},
		{"a merge patch", `mergePatches: [{patchData: '{"spec":{"note":2.0}}'}]`, spec("2")},
		{"a strategic merge patch gives the whole item Velero's numbers", `strategicPatches: [{patchData: '{"spec":{"note":"x"}}'}]`, veleros},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules := mustParse(t, `{version: v1, resourceModifierRules: [{conditions: {groupResource: pods, matches: [{path: /spec/exp, value: "1000"}]}, `+test.patch+`}]}`)
			if got := string(rules.Apply("pods", []byte(item)).Item); got != test.want {
				t.Errorf("item\n got: %s\nwant: %s", got, test.want)
			}
		})
	}
}

func TestChangesAreAttributedToRules(t *testing.T) {
	rules := mustParse(t, `
version: v1
resourceModifierRules:
- {conditions: {groupResource: pods}, patches: [{operation: test, path: /a, value: x}, {operation: add, path: /b, value: x}]}
- {conditions: {groupResource: pods}, patches: [{operation: add, path: /b, value: "1"}]}
- {conditions: {groupResource: pods}, patches: [{operation: add, path: /b, value: "1"}]}
- {conditions: {groupResource: pods}, patches: [{operation: remove, path: /kind}]}
- {conditions: {groupResource: pods}, mergePatches: [{patchData: "c: 1"}]}`)
	result := rules.Apply("pods", []byte(`{"kind":"Pod"}`))
	var got []string
	for _, patched := range result.Patched {
		got = append(got, string(rune('0'+patched.Index))+string(patched.Item))
	}
	if want := []string{`1{"b":1,"kind":"Pod"}`, `4{"b":1,"c":1,"kind":"Pod"}`}; !slices.Equal(got, want) {
		t.Errorf("patched\n got: %s\nwant: %s", got, want)
	}
	if want := []int{0, 1, 2, 3, 4}; !slices.Equal(result.Hits, want) {
		t.Errorf("hits\n got: %v\nwant: %v", result.Hits, want)
	}
	if len(result.Errors) != 1 || result.Errors[0].Index != 3 {
		t.Errorf("errors\n got: %v\nwant: one, of rule 3", result.Errors)
	}
}

func TestLabelsThatVeleroCannotRead(t *testing.T) {
	tests := []struct {
		name, value string
		want        bool
	}{
		{"an unquoted true is a boolean", `"true"`, true},
		{"a number", `"5"`, true},
		{"a true with quotes of its own is text", `'"true"'`, false},
		{"an unquoted on is YAML's true", `on`, true},
		{"text", `some text`, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules := mustParse(t, `{version: v1, resourceModifierRules: [{conditions: {groupResource: pods}, patches: [
				{operation: add, path: /metadata/labels/x, value: `+test.value+`}]}]}`)
			result := rules.Apply("pods", []byte(`{"kind":"Pod","metadata":{"labels":{"a":"b"}}}`))
			if result.LabelsUnreadable != test.want {
				t.Errorf("labels unreadable\n got: %v\nwant: %v\nof: %s", result.LabelsUnreadable, test.want, result.Item)
			}
		})
	}
	rules := mustParse(t, `{version: v1, resourceModifierRules: [{conditions: {groupResource: pods}, patches: [{operation: add, path: /x, value: a}]}]}`)
	if rules.Apply("pods", []byte(`{"kind":"Pod","metadata":{}}`)).LabelsUnreadable {
		t.Error("labels unreadable\n got: true\nwant: false where there are none")
	}
}

func TestAnItemThatIsNoItemIsAnError(t *testing.T) {
	rules := mustParse(t, replaceNote("x"))
	for _, item := range []string{``, `[]`, `{"spec":{}}`, `{"kind":"Pod"`} {
		result := rules.Apply("pods", []byte(item))
		if len(result.Errors) != 1 || result.Errors[0].Index != -1 || result.Item != nil {
			t.Errorf("Apply(%q)\n got: %+v\nwant: one error with index -1", item, result)
		}
	}
	if result := rules.Apply("services", []byte(`[]`)); result.Errors != nil {
		t.Errorf("an item of a resource without rules\n got: %v\nwant: not read at all", result.Errors)
	}
}

func TestMayMatchKnowsTheResourcesOfTheRules(t *testing.T) {
	rules := mustParse(t, `{version: v1, resourceModifierRules: [{conditions: {groupResource: "*.apps"}}, {conditions: {groupResource: pods}}]}`)
	for resource, want := range map[string]bool{"pods": true, "deployments.apps": true, "services": false, "apps": false} {
		if got := rules.MayMatch(resource); got != want {
			t.Errorf("MayMatch(%s)\n got: %v\nwant: %v", resource, got, want)
		}
	}
	if broken := mustParse(t, `{version: v1, resourceModifierRules: [{conditions: {groupResource: "["}}]}`); !broken.MayMatch("services") {
		t.Error("MayMatch of a glob that doesn't compile\n got: false\nwant: true, it fails on every item")
	}
}

func TestRulesCanBeUsedByManyGoroutines(t *testing.T) {
	rules := mustParse(t, `
version: v1
resourceModifierRules:
- {conditions: {groupResource: deployments.apps, matches: [{path: /spec/replicas, value: "3"}]}, patches: [{operation: add, path: /spec/a, value: '{"b":{}}'}, {operation: add, path: /spec/a/b/c, value: "1.0"}]}
- {conditions: {groupResource: "**", resourceNameRegex: web}, mergePatches: [{patchData: "spec: {a: {d: {e: null}}}"}]}
- {conditions: {groupResource: "**"}, strategicPatches: [{patchData: "spec: {template: {spec: {containers: [{name: d}]}}}"}]}`)
	item := asJSON(t, web)
	want := string(rules.Apply("deployments.apps", item).Item)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				if got := string(rules.Apply("deployments.apps", item).Item); got != want {
					t.Errorf("item\n got: %s\nwant: %s", got, want)
				}
			}
		})
	}
	group.Wait()
}
