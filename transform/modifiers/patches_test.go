package modifiers

import (
	"errors"
	"strings"
	"testing"
)

// patched is a row with one rule for deployments.apps on web.
func patched(name, patches, want string, errors ...string) row {
	return row{
		name: name, resource: "deployments.apps", item: web, want: want, hits: []int{0}, errors: errors,
		rules: "- {conditions: {groupResource: deployments.apps}, patches: [" + patches + "]}",
	}
}

func TestValuesOfJSONPatches(t *testing.T) {
	note := func(value string) string { return strings.Replace(web, `note: "5"`, "note: "+value, 1) }
	set := func(value string) string { return "{operation: replace, path: /spec/note, value: " + value + "}" }
	notJSON := "does not make JSON"
	tests := []row{
		patched("5 is a number", set("5"), note("5")),
		patched("a quoted 5 is a number too", set(`"5"`), note("5")),
		patched("a 5 with quotes of its own is text", set(`'"6"'`), note(`"6"`)),
		patched("null", set(`"null"`), note("null")),
		patched("true", set(`"true"`), note("true")),
		patched("false", set(`"false"`), note("false")),
		patched("a mapping", set(`'{"a": [1]}'`), note(`{"a": [1]}`)),
		patched("a list", set(`'[1, "a"]'`), note(`[1, "a"]`)),
		patched("text", set(`some text`), note("some text")),
		patched("an empty value is empty text", set(`""`), note(`""`)),
		patched("a value left out is empty text", "{operation: replace, path: /spec/note}", note(`""`)),
		patched("a fraction loses its zero", set(`"1.0"`), note("1")),
		patched("an unquoted True is YAML's true", set("True"), note("true")),
		patched("an unquoted 007 is YAML's octal 7", set("007"), note("7")),
		patched("a quoted 007 is no JSON", set(`"007"`), "", `resourceModifierRules[0].patches[0].value: "007" `+notJSON),
		patched("a quoted True is no JSON", set(`"True"`), "", notJSON),
		patched("nan is no JSON", set(`nan`), "", notJSON),
		patched("inf is no JSON", set(`inf`), "", notJSON),
		patched("a double quote breaks the text", set(`'a"b'`), "", notJSON),
		patched("a newline breaks the text", set(`"a\nb"`), "", notJSON),
		patched("text that starts like a mapping", set(`"{a"`), "", notJSON),
		patched("text that starts like a list", set(`"[a"`), "", notJSON),
		patched("the error names the patch", set("a")+", "+set("nan"), "", "resourceModifierRules[0].patches[1].value: "),
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

func TestOperationsOfJSONPatches(t *testing.T) {
	skipped := func(r row) row { r.skipped = []int{0}; return r }
	tests := []row{
		patched("add", `{operation: add, path: /spec/more, value: x}`, web+"  more: x\n"),
		patched("add to the end of a list", `{operation: add, path: /spec/template/spec/containers/-, value: '{"name":"d"}'}`,
			strings.Replace(web, `"i:1"}`, `"i:1"}, {name: d}`, 1)),
		patched("remove", `{operation: remove, path: /spec/note}`, strings.Replace(web, "  note: \"5\"\n", "", 1)),
		patched("copy", `{operation: copy, from: /metadata/name, path: /spec/note}`, strings.Replace(web, `note: "5"`, "note: web", 1)),
		patched("move", `{operation: move, from: /spec/note, path: /spec/more}`, strings.Replace(web, `note:`, "more:", 1)),
		patched("a path with escapes", `{operation: add, path: /metadata/labels/a~1b~0c, value: x}`,
			strings.Replace(web, "tier: front", "tier: front, a/b~c: x", 1)),
		patched("an operation with a capital passes the check and fails on the item", `{operation: Replace, path: /spec/note, value: x}`, "",
			`resourceModifierRules[0].patches[0].operation: "Replace" is not in lower case`),
		patched("remove a missing path", `{operation: remove, path: /spec/nothing}`, "", "/spec/nothing"),
		patched("replace a missing path", `{operation: replace, path: /spec/nothing, value: x}`, "", "/spec/nothing"),
		patched("add below a missing parent", `{operation: add, path: /spec/nothing/here, value: x}`, "", "/spec/nothing/here"),
		patched("several patches and one fails", `{operation: replace, path: /spec/note, value: x}, {operation: remove, path: /spec/nothing}`, "", "/spec/nothing"),
		patched("a path with a double quote breaks the text", `{operation: add, path: '/spec/a"b', value: x}`, "", `resourceModifierRules[0].patches[0].path: `),
		patched("move the whole item", `{operation: move, path: /spec/note}`, "", "resourceModifierRules[0].patches: "),
		patched("without a kind it is no item", `{operation: remove, path: /kind}`, "", "the patched item: "),
		patched("a patch that changes nothing", `{operation: replace, path: /spec/replicas, value: "3"}`, ""),
		skipped(patched("a test that fails skips the rule", `{operation: replace, path: /spec/note, value: x}, {operation: test, path: /spec/replicas, value: "4"}`, "")),
		patched("a test of a missing parent is an error", `{operation: test, path: /spec/nothing/here, value: x}`, "", "/spec/nothing/here"),
		patched("a test that holds", `{operation: test, path: /spec/replicas, value: "3"}, {operation: replace, path: /spec/replicas, value: "4"}`,
			strings.Replace(web, "replicas: 3", "replicas: 4", 1)),
		patched("a test of a list with a null in it panics in the library",
			`{operation: add, path: /spec/note, value: "[null]"}, {operation: test, path: /spec/note, value: "[null]"}`, "", ErrPanic.Error()),
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

func TestMergePatches(t *testing.T) {
	tests := []row{
		{
			name: "a null deletes, the rest is merged", resource: "configmaps", item: settings, hits: []int{0},
			rules: `- {conditions: {groupResource: configmaps}, mergePatches: [{patchData: '{"metadata":{"annotations":{"a":null},"labels":{"b":"c"}}}'}]}`,
			want:  strings.NewReplacer(`{a: "1"}`, "{}", "app: shop", "app: shop, b: c").Replace(settings),
		}, {
			name: "a custom resource", resource: "widgets.example.io", item: widget, hits: []int{0},
			rules: `- {conditions: {groupResource: widgets.example.io}, mergePatches: [{patchData: "spec: {size: 77}"}]}`,
			want:  strings.Replace(widget, "size: 3", "size: 77", 1),
		}, {
			name: "several, each on the result of the one before", resource: "widgets.example.io", item: widget, hits: []int{0},
			rules: `- {conditions: {groupResource: widgets.example.io}, mergePatches: [{patchData: "spec: {size: 77, a: 1}"}, {patchData: "spec: {a: null}"}]}`,
			want:  strings.Replace(widget, "size: 3", "size: 77", 1),
		}, {
			name: "lists are replaced", resource: "deployments.apps", item: web, hits: []int{0},
			rules: `- {conditions: {groupResource: deployments.apps}, mergePatches: [{patchData: "spec: {template: {spec: {containers: [{name: d}]}}}"}]}`,
			want:  strings.Replace(web, `{name: c, image: "i:1"}`, "{name: d}", 1),
		}, {
			name: "text that is no YAML fails on the item", resource: "widgets.example.io", item: widget, hits: []int{0},
			rules:  `- {conditions: {groupResource: widgets.example.io}, mergePatches: [{patchData: "spec: {size: 77}"}, {patchData: "a: ["}]}`,
			errors: []string{"resourceModifierRules[0].mergePatches[1].patchData: "},
		}, {
			name: "an empty patch replaces the item by null", resource: "widgets.example.io", item: widget, hits: []int{0},
			rules:  `- {conditions: {groupResource: widgets.example.io}, mergePatches: [{patchData: ""}]}`,
			errors: []string{"resourceModifierRules[0].mergePatches: the patched item: "},
		},
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

func TestStrategicPatches(t *testing.T) {
	strategic := func(resource, patch string) string {
		return "- {conditions: {groupResource: " + resource + "}, strategicPatches: [{patchData: '" + patch + "'}]}"
	}
	tests := []row{
		{
			name: "containers are merged by name", resource: "deployments.apps", item: web, hits: []int{0},
			rules: strategic("deployments.apps", `{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"j"},{"name":"d"}]}}}}`),
			want:  strings.Replace(web, `{name: c, image: "i:1"}`, "{name: c, image: j}, {name: d}", 1),
		}, {
			name: "an element is deleted", resource: "deployments.apps", item: web, hits: []int{0},
			rules: strategic("deployments.apps", `{"spec":{"template":{"spec":{"containers":[{"name":"c","$patch":"delete"}]}}}}`),
			want:  strings.Replace(web, `{name: c, image: "i:1"}`, "", 1),
		}, {
			name: "an empty patch changes nothing", resource: "deployments.apps", item: web, hits: []int{0},
			rules: strategic("deployments.apps", ""),
		}, {
			name: "a list element without its merge key", resource: "deployments.apps", item: web, hits: []int{0},
			rules:  strategic("deployments.apps", `{"spec":{"template":{"spec":{"containers":[{"image":"j"}]}}}}`),
			errors: []string{"resourceModifierRules[0].strategicPatches[0]: "},
		}, {
			name: "a patch that is no mapping", resource: "deployments.apps", item: web, hits: []int{0},
			rules:  strategic("deployments.apps", `[]`),
			errors: []string{"resourceModifierRules[0].strategicPatches[0]: "},
		}, {
			name: "a custom resource fails", resource: "widgets.example.io", item: widget, hits: []int{0},
			rules:  strategic("widgets.example.io", `{"spec":{"size":77}}`),
			errors: []string{`resourceModifierRules[0].strategicPatches: no kind "Widget" is registered for version "example.io/v1"`},
		}, {
			name: "a built-in kind that the server's client doesn't know fails too", resource: "ingresses.networking.k8s.io", item: ingress, hits: []int{0},
			rules:  strategic("ingresses.networking.k8s.io", `{"spec":{"ingressClassName":"haproxy"}}`),
			errors: []string{`no kind "Ingress" is registered for version "networking.k8s.io/v1"`},
		}, {
			name: "a volume snapshot, whose finalizers are merged", resource: "volumesnapshots.snapshot.storage.k8s.io", item: snapshot, hits: []int{0},
			rules: strategic("volumesnapshots.snapshot.storage.k8s.io", `{"metadata":{"finalizers":["b"]},"spec":{"volumeSnapshotClassName":"slow"}}`),
			want:  strings.NewReplacer("fast", "slow", "[a]", "[b, a]").Replace(snapshot),
		},
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

func TestAnUnknownKindCanBeToldByItsError(t *testing.T) {
	rules := mustParse(t, `{version: v1, resourceModifierRules: [{conditions: {groupResource: "**"}, strategicPatches: [{patchData: "{}"}]}]}`)
	result := rules.Apply("widgets.example.io", asJSON(t, widget))
	if len(result.Errors) != 1 || !errors.Is(result.Errors[0], ErrUnknownKind) {
		t.Errorf("errors\n got: %v\nwant: one that is ErrUnknownKind", result.Errors)
	}
}
