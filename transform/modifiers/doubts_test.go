package modifiers

import (
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"github.com/veltx/veltx/tarball/layout"
)

func TestValuesThatWillBeMisreadAreDoubted(t *testing.T) {
	for _, row := range []struct{ name, rule, want string }{
		{"a number with leading zeros", `patches: [{operation: add, path: /spec/x, value: "007"}]`, `patches[0].value: Velero takes 007 for a number`},
		{"a boolean with a capital", `patches: [{operation: add, path: /spec/x, value: "True"}]`, `patches[0].value: True is no JSON, and the rule fails: write true`},
		{"not a number", `patches: [{operation: add, path: /spec/x, value: nan}]`, `patches[0].value: Velero takes nan for a number`},
		{"a boolean into a label", `patches: [{operation: add, path: /metadata/labels/a, value: "true"}]`, `patches[0].value: labels wants a text and gets true`},
		{"a number into all labels", `patches: [{operation: add, path: /metadata/labels, value: '{"a":1}'}]`, `patches[0].value: labels.a wants a text and gets 1`},
		{"octal digits without quotes", `patches: [{operation: add, path: /spec/x, value: 010}]`, `patches[0].value: YAML reads 010 as 8`},
		{"yes without quotes", `patches: [{operation: add, path: /spec/x, value: yes}]`, `patches[0].value: YAML reads yes as true`},
		{"an operation with a capital", `patches: [{operation: Add, path: /spec/x, value: a}]`, `patches[0].operation: "Add" passes Velero's check`},
		{"a quote in a value", `patches: [{operation: add, path: /spec/x, value: 'say "a" or'}]`, `patches[0].value: "say \"a\" or" does not make JSON`},
		{"a boolean in a merge patch's labels", `mergePatches: [{patchData: '{"spec":{"template":{"metadata":{"labels":{"a":true}}}}}'}]`, `mergePatches[0].patchData: spec.template.metadata.labels.a wants a text and gets true`},
		{"a copy from the status", `patches: [{operation: copy, from: /status/ip, path: /spec/ip}]`, `patches[0]: Velero removes the status before modifiers run: there is nothing to copy in it`},
		{"a test of the status", `patches: [{operation: test, path: /status/phase, value: a}]`, `patches[0]: Velero removes the status before modifiers run: there is nothing to test in it`},
		{"a merge patch that is no YAML", `mergePatches: [{patchData: "a: [b"}]`, `mergePatches[0].patchData: mergePatches[0].patchData: `},
	} {
		text := "version: v1\nresourceModifierRules:\n- conditions: {groupResource: pods}\n  " + row.rule + "\n"
		list, err := Doubts([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		var got []string
		for _, d := range list {
			got = append(got, d.Field+": "+d.Text)
		}
		if !strings.Contains(strings.Join(got, "\n"), row.want) {
			t.Errorf("%s: got %q, want %q in it", row.name, got, row.want)
		}
	}
}

// Each row is a second rule, and all that is doubted in it.
func TestAllThatIsDoubtedInARule(t *testing.T) {
	const fails = ": the rule fails on every item that gets that far"
	for _, row := range []struct {
		rule string
		want []string
	}{
		{`conditions: {groupResource: "["}`, []string{"conditions.groupResource: is not a glob: ", fails}},
		{`conditions: {groupResource: pods, resourceNameRegex: "("}`, []string{"conditions.resourceNameRegex: is not a regular expression: ", fails}},
		{`conditions: {groupResource: pods, labelSelector: {matchExpressions: [{key: a, operator: Near}]}}`, []string{"conditions.labelSelector: is not a selector: ", fails}},
		{`conditions: {groupResource: pods, matches: [{path: /status/phase, value: a}]}`, []string{"conditions.matches[0].path: Velero removes the status"}},
		{`conditions: {groupResource: pods, matches: [{path: /spec/a, value: a}, {path: /spec/x, value: 010}]}`, []string{"conditions.matches[1].value: YAML reads 010 as 8"}},
		{`conditions: {groupResource: pods, matches: [{path: /spec/x, value: "True"}]}`, []string{"conditions.matches[0].value: True is no JSON", "conditions: matches", fails}},
		{`conditions: {groupResource: pods}, strategicPatches: [{patchData: "spec: {nodeSelector: {a: 1}}"}]`,
			[]string{"strategicPatches[0].patchData: spec.nodeSelector.a wants a text and gets 1, which the API server refuses: put it in quotes"}},
		{`conditions: {groupResource: pods}, mergePatches: [{patchData: "metadata: {labels: {a: true}}"}]`,
			[]string{"mergePatches[0].patchData: metadata.labels.a wants a text and gets true, with which Velero drops all labels of the item: put it in quotes"}},
		{`conditions: {groupResource: pods}, mergePatches: [{patchData: "spec: {list: [{}, {annotations: {a: 1, b: c, d: null}}]}"}]`,
			[]string{"mergePatches[0].patchData: spec.list[1].annotations.a wants a text and gets 1, which the API server refuses"}},
		{`conditions: {groupResource: pods}, mergePatches: [{patchData: "data: [1]"}]`, nil},
		{`conditions: {groupResource: pods}, patches: [{operation: add, path: /metadata/labels, value: '{"a":1}'}]`, []string{"patches[0].value: labels.a wants a text and gets 1, with which Velero drops all labels"}},
		{`conditions: {groupResource: pods}, patches: [{operation: add, path: /metadata/labels/a, value: "1"}]`, []string{`labels wants a text and gets 1, with which Velero drops all labels of the item: quote it once more, '"1"'`}},
		{`conditions: {groupResource: pods}, patches: [{operation: add, path: /metadata/annotations/a, value: "1"}]`, []string{`annotations wants a text and gets 1, which the API server refuses`}},
		{`conditions: {groupResource: pods}, patches: [{operation: add, path: /metadata/labelsOfMine/a, value: "1"}]`, nil},
		{`conditions: {groupResource: pods}, patches: [{operation: add, path: /spec/other, value: '{"a":1}'}]`, nil},
		{`conditions: {groupResource: pods}, patches: [{operation: copy, from: /spec/a, path: /spec/b, value: 010}]`, nil},
		{`conditions: {groupResource: pods}, patches: [{operation: add, path: /data, value: "1"}, {operation: add, path: /spec/x, value: True}]`, []string{"patches[1].value: YAML reads True as true"}},
	} {
		list, err := Doubts([]byte("version: v1\nresourceModifierRules:\n- conditions: {groupResource: pods}\n- {" + row.rule + "}\n"))
		if err != nil {
			t.Fatalf("%s: %v", row.rule, err)
		}
		var got []string
		for _, d := range list {
			if d.Rule != 1 {
				t.Errorf("%s: the doubt is of rule %d", row.rule, d.Rule)
			}
			got = append(got, d.Field+": "+d.Text)
		}
		text := strings.Join(got, "\n")
		if (len(got) > 0) != (len(row.want) > 0) {
			t.Errorf("%s: got %q, want %q", row.rule, got, row.want)
		}
		for _, want := range row.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: got %q, want %q in it", row.rule, got, want)
			}
		}
	}
}

func TestQuotesMakeAValueTextWhereTheyStandInPairs(t *testing.T) {
	for value, want := range map[string]string{`"a"`: `"a"`, `"a`: `""a"`, `a"`: `"a""`, `"`: `""`, `""`: `""`, `a`: `"a"`, ``: `""`, `1`: `1`, `null`: `null`} {
		if got := valueText(value); got != want {
			t.Errorf("%s: got %s, want %s", value, got, want)
		}
	}
}

func TestGoodRulesAreNotDoubted(t *testing.T) {
	list, err := Doubts([]byte(`version: v1
resourceModifierRules:
- conditions:
    groupResource: deployments.apps
    resourceNameRegex: "^web"
    matches: [{path: /spec/replicas, value: "3"}]
  patches:
  - {operation: replace, path: /spec/replicas, value: "1"}
  - {operation: add, path: /metadata/labels/a, value: '"true"'}
  - {operation: remove, path: /metadata/labels/b}
  - {operation: add, path: /metadata/labels/c, value: plain text}
- conditions: {groupResource: services}
  mergePatches: [{patchData: "metadata: {labels: {a: \"1\", gone: null}}"}]
`))
	if err != nil || len(list) > 0 {
		t.Errorf("got %v, %v", list, err)
	}
}

func TestAPartOfANameIsNoWholeHit(t *testing.T) {
	rules, err := Parse([]byte("version: v1\nresourceModifierRules:\n- conditions: {groupResource: pods, resourceNameRegex: web}\n" +
		"- conditions: {groupResource: pods, resourceNameRegex: ^web}\n"))
	if err != nil {
		t.Fatal(err)
	}
	tally := rules.NewTally(nil)
	for _, name := range []string{"web", "my-web-2", "a-web"} {
		tally.Add(layout.Address{Resource: "pods", Namespace: "shop", Name: name}, Result{Hits: []int{0, 1}})
	}
	report := tally.Report()
	if report[0].PartialHits != 2 || report[0].PartialExample.Name != "a-web" || report[1].PartialHits != 0 {
		t.Errorf("got %+v", report)
	}
}

// The patch for the exact text has numbers as Velero writes them, and that for Velero's own object keeps its own.
func TestAPatchWithoutTestsIsACopy(t *testing.T) {
	value := json.RawMessage(`1.50`)
	add := jsonpatch.Operation{"op": rawText("add"), "path": rawText("/a"), "value": &value}
	kept := withoutTests(jsonOperations{now: jsonpatch.Patch{add, {"op": rawText("test"), "path": rawText("/a"), "value": &value}}}).now
	if len(kept) != 1 || string(*kept[0]["value"]) != "1.5" || string(*add["value"]) != "1.50" {
		t.Errorf("got %d operations with %s, and %s is left of the other", len(kept), *kept[0]["value"], *add["value"])
	}
}

func rawText(s string) *json.RawMessage {
	text := json.RawMessage(strconv.Quote(s))
	return &text
}

func TestMergeKeysOfAKindWithoutATypeAreThoseOfItsMetadata(t *testing.T) {
	rules, err := Parse([]byte("version: v1\nresourceModifierRules:\n- conditions: {groupResource: volumesnapshots.snapshot.storage.k8s.io}\n  strategicPatches: [{patchData: '" +
		`{"metadata":{"finalizers":["b"]},"spec":{"finalizers":["b"],"metadata":{"finalizers":["b"]}}}` + "'}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	result := rules.Apply("volumesnapshots.snapshot.storage.k8s.io", []byte(`{"apiVersion":"snapshot.storage.k8s.io/v1","kind":"VolumeSnapshot","metadata":{"name":"x","finalizers":["a"]},"spec":{"finalizers":["a"],"metadata":{"finalizers":["a"]}}}`))
	if got := string(result.Item); len(result.Errors) > 0 || !strings.Contains(got, `"spec":{"finalizers":["b"],"metadata":{"finalizers":["b"]}}`) || strings.Count(got, `"a"`) != 1 {
		t.Errorf("got %s, %v", got, result.Errors)
	}
}

func TestAKeyThatStandsTwiceAndOneThatIsUnknownAreBothTold(t *testing.T) {
	_, err := Parse([]byte("version: v1\nversion: v1\nresourceModifierRules:\n- conditions: {groupResource: pods, colour: blue}\n"))
	if err == nil || !strings.Contains(err.Error(), "version") || !strings.Contains(err.Error(), "colour") {
		t.Errorf("got %v", err)
	}
}
