package modifiers

import (
	"slices"
	"strings"
	"testing"
)

// The items that the tests patch.
const (
	web = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop, labels: {app: shop, tier: front}}
spec:
  replicas: 3
  paused: false
  note: "5"
  template: {spec: {containers: [{name: c, image: "i:1"}]}}
`
	settings = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: team-a, labels: {app: shop}, annotations: {a: "1"}}
data: {k: v}
`
	volume = `
apiVersion: v1
kind: PersistentVolume
metadata: {name: pv}
spec: {capacity: {storage: 1Gi}}
`
	widget = `
apiVersion: example.io/v1
kind: Widget
metadata: {name: w, namespace: shop}
spec: {size: 3}
`
	ingress = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: shop}
spec: {ingressClassName: nginx}
`
	snapshot = `
apiVersion: snapshot.storage.k8s.io/v1
kind: VolumeSnapshot
metadata: {name: s, namespace: shop, finalizers: [a]}
spec: {volumeSnapshotClassName: fast}
`
)

// row is one row of the table: one item, the rules of one file, and what becomes of the item.
type row struct {
	name     string
	resource string
	item     string
	rules    string // the text under resourceModifierRules
	want     string // the item after, YAML; "" if nothing changed
	errors   []string
	hits     []int
	skipped  []int
}

func (r row) run(t *testing.T) {
	rules := mustParse(t, "version: v1\nresourceModifierRules:\n"+r.rules)
	result := rules.Apply(r.resource, asJSON(t, r.item))
	want := ""
	if r.want != "" {
		want = string(asJSON(t, r.want))
	}
	if got := string(result.Item); got != want {
		t.Errorf("item\n got: %s\nwant: %s", got, want)
	}
	if got := result.Hits; !slices.Equal(got, r.hits) {
		t.Errorf("hits\n got: %v\nwant: %v", got, r.hits)
	}
	if got := result.Skipped; !slices.Equal(got, r.skipped) {
		t.Errorf("skipped\n got: %v\nwant: %v", got, r.skipped)
	}
	checkErrors(t, result.Errors, r.errors)
}

func checkErrors(t *testing.T, got []RuleError, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("errors\n got: %v\nwant: %q", got, want)
	}
	for i := range want {
		if !strings.Contains(got[i].Error(), want[i]) {
			t.Errorf("error %d\n got: %s\nwant: ...%s...", i, got[i].Error(), want[i])
		}
	}
}

func TestConditions(t *testing.T) {
	tests := []row{
		{
			name: "a star matches resources without a group", resource: "configmaps", item: settings,
			rules: `- {conditions: {groupResource: "*"}, mergePatches: [{patchData: "data: {k: w}"}]}`,
			want:  strings.Replace(settings, "k: v", "k: w", 1), hits: []int{0},
		}, {
			name: "a star stops at dots", resource: "deployments.apps", item: web,
			rules: `- {conditions: {groupResource: "*"}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
		}, {
			name: "two stars match every resource", resource: "deployments.apps", item: web,
			rules: `- {conditions: {groupResource: "**"}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
			want:  strings.Replace(web, "replicas: 3", "replicas: 0", 1), hits: []int{0},
		}, {
			name: "the case of the resource counts, silently", resource: "deployments.apps", item: web,
			rules: `- {conditions: {groupResource: Deployments.apps}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
		}, {
			name: "a glob that doesn't compile fails on every item", resource: "deployments.apps", item: web,
			rules:  `- {conditions: {groupResource: "["}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
			errors: []string{`resourceModifierRules[0].conditions.groupResource: "[" is not a glob`},
		}, {
			name: "a glob that doesn't compile is not noticed in other namespaces", resource: "deployments.apps", item: web,
			rules: `- {conditions: {groupResource: "[", namespaces: [other]}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
		}, {
			name: "a name pattern is unanchored", resource: "deployments.apps", item: web,
			rules: `- {conditions: {groupResource: deployments.apps, resourceNameRegex: e}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
			want:  strings.Replace(web, "replicas: 3", "replicas: 0", 1), hits: []int{0},
		}, {
			name: "an anchored name pattern", resource: "deployments.apps", item: web,
			rules: `- {conditions: {groupResource: deployments.apps, resourceNameRegex: "^e"}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
		}, {
			name: "a name pattern that doesn't compile fails where the resource matches", resource: "deployments.apps", item: web,
			rules: `
- {conditions: {groupResource: deployments.apps, resourceNameRegex: "["}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}
- {conditions: {groupResource: pods, resourceNameRegex: "["}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
			errors: []string{"resourceModifierRules[0].conditions.resourceNameRegex: "},
		}, {
			name: "namespaces are globs", resource: "configmaps", item: settings,
			rules: `- {conditions: {groupResource: configmaps, namespaces: [shop, "team-*"]}, mergePatches: [{patchData: "data: {k: w}"}]}`,
			want:  strings.Replace(settings, "k: v", "k: w", 1), hits: []int{0},
		}, {
			name: "another namespace is no match", resource: "configmaps", item: settings,
			rules: `- {conditions: {groupResource: configmaps, namespaces: [shop]}, mergePatches: [{patchData: "data: {k: w}"}]}`,
		}, {
			name: "a namespace glob that doesn't compile hides those sorted after it", resource: "configmaps", item: settings,
			rules: `- {conditions: {groupResource: configmaps, namespaces: [team-a, "["]}, mergePatches: [{patchData: "data: {k: w}"}]}`,
		}, {
			name: "a star among the namespaces hides a glob that doesn't compile", resource: "configmaps", item: settings,
			rules: `- {conditions: {groupResource: configmaps, namespaces: ["[", "*"]}, mergePatches: [{patchData: "data: {k: w}"}]}`,
			want:  strings.Replace(settings, "k: v", "k: w", 1), hits: []int{0},
		}, {
			name: "namespaces are ignored for cluster-scoped items", resource: "persistentvolumes", item: volume,
			rules: `- {conditions: {groupResource: persistentvolumes, namespaces: [shop]}, mergePatches: [{patchData: "spec: {capacity: {storage: 2Gi}}"}]}`,
			want:  strings.Replace(volume, "1Gi", "2Gi", 1), hits: []int{0},
		}, {
			name: "labels that match", resource: "deployments.apps", item: web,
			rules: `- {conditions: {groupResource: deployments.apps, labelSelector: {matchLabels: {tier: front}}}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
			want:  strings.Replace(web, "replicas: 3", "replicas: 0", 1), hits: []int{0},
		}, {
			name: "labels that don't match", resource: "deployments.apps", item: web,
			rules: `- {conditions: {groupResource: deployments.apps, labelSelector: {matchExpressions: [{key: tier, operator: DoesNotExist}]}}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
		}, {
			name: "a selector that makes no sense fails on every item", resource: "deployments.apps", item: web,
			rules:  `- {conditions: {groupResource: deployments.apps, labelSelector: {matchExpressions: [{key: tier, operator: Is}]}}, mergePatches: [{patchData: "spec: {replicas: 0}"}]}`,
			errors: []string{"resourceModifierRules[0].conditions.labelSelector: "},
		},
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

func TestMatches(t *testing.T) {
	noPatch := []string{"resourceModifierRules[0].patches: want patches, mergePatches or strategicPatches"}
	match := func(name, matches string, hit bool, errors ...string) row {
		r := row{
			name: name, resource: "deployments.apps", item: web, errors: errors,
			rules: "- conditions: {groupResource: deployments.apps, matches: [" + matches + "]}",
		}
		if hit {
			r.hits, r.errors = []int{0}, noPatch
		}
		return r
	}
	tests := []row{
		match("a quoted 3 equals the number 3", `{path: /spec/replicas, value: "3"}`, true),
		match("another value is no match", `{path: /spec/replicas, value: "4"}`, false),
		match("a missing path is no match and no error", `{path: /spec/nothing/here, value: "4"}`, false),
		match("the text 5 is not the number 5", `{path: /spec/note, value: "5"}`, false),
		match("the text 5 has quotes of its own", `{path: /spec/note, value: '"5"'}`, true),
		match("a missing value equals null", `{path: /spec/nothing, value: "null"}`, true),
		match("a value left out is compared with the empty text", `{path: /spec/nothing}`, false),
		match("a boolean", `{path: /spec/paused, value: "false"}`, true),
		match("a mapping", `{path: /metadata/labels, value: '{"tier":"front","app":"shop"}'}`, true),
		match("all entries must match", `{path: /spec/replicas, value: "3"}, {path: /spec/paused, value: "true"}`, false),
		match("a list index beyond the end is an error", `{path: /spec/template/spec/containers/7, value: "3"}`, false,
			"resourceModifierRules[0].conditions.matches: "),
		match("below a list index beyond the end is no match", `{path: /spec/template/spec/containers/7/name, value: c}`, false),
		match("a path left out is an error", `{value: "3"}`, false, "resourceModifierRules[0].conditions.matches[0].path: "),
		match("a value that is no JSON is an error", `{path: /spec/replicas, value: "007"}`, false,
			`resourceModifierRules[0].conditions.matches[0].value: "007" does not make JSON`),
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}

func TestSeveralRules(t *testing.T) {
	tests := []row{
		{
			name: "rules are matched against the item before the first and their patches add up", resource: "deployments.apps", item: web,
			rules: `
- {conditions: {groupResource: "**", matches: [{path: /spec/replicas, value: "3"}]}, patches: [{operation: replace, path: /spec/replicas, value: "4"}]}
- {conditions: {groupResource: "**", matches: [{path: /spec/replicas, value: "4"}]}, patches: [{operation: replace, path: /spec/note, value: never}]}
- {conditions: {groupResource: "**", matches: [{path: /spec/replicas, value: "3"}]}, patches: [{operation: test, path: /spec/replicas, value: "4"}, {operation: replace, path: /spec/paused, value: "true"}]}`,
			want: strings.NewReplacer("replicas: 3", "replicas: 4", "paused: false", "paused: true").Replace(web), hits: []int{0, 2},
		}, {
			name: "a rule that fails doesn't stop the next", resource: "deployments.apps", item: web,
			rules: `
- {conditions: {groupResource: "**"}, patches: [{operation: remove, path: /spec/nothing}]}
- {conditions: {groupResource: "**"}, patches: [{operation: replace, path: /spec/replicas, value: "4"}]}`,
			want: strings.Replace(web, "replicas: 3", "replicas: 4", 1), hits: []int{0, 1},
			errors: []string{"resourceModifierRules[0].patches: "},
		}, {
			name: "labels that one rule makes unreadable are read by the next as they were", resource: "deployments.apps", item: web,
			rules: `
- {conditions: {groupResource: "**"}, patches: [{operation: add, path: /metadata/labels/x, value: "true"}]}
- {conditions: {groupResource: "**", labelSelector: {matchLabels: {tier: front}}}, patches: [{operation: replace, path: /spec/replicas, value: "4"}]}`,
			want: strings.NewReplacer("replicas: 3", "replicas: 4", "tier: front", "tier: front, x: true").Replace(web), hits: []int{0, 1},
		}, {
			name: "a rule without patches fails on every item that it matches", resource: "deployments.apps", item: web,
			rules: `- {conditions: {groupResource: deployments.apps}}`, hits: []int{0},
			errors: []string{"resourceModifierRules[0].patches: want patches, mergePatches or strategicPatches"},
		},
	}
	for _, test := range tests {
		t.Run(test.name, test.run)
	}
}
