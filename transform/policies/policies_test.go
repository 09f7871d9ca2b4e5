package policies

import (
	"strings"
	"testing"
)

func TestWhatAFileOfPoliciesIsRefusedFor(t *testing.T) {
	const filter = "\n  resourceFilters: [{kinds: [pods]}]"
	for text, want := range map[string]string{
		"":            "the file is empty",
		"version: v2": `version: want v1, got "v2"`,
		"version: v1\nvolumePolicies: [{action: {type: skip}}]":                                                                                  "volumePolicies: only backups have them",
		"version: v1\nincludeExcludePolicy: {}":                                                                                                  "includeExcludePolicy: only backups have one",
		"version: v1\nother: {}":                                                                                                                 "field other not found",
		"version: v1\nclusterScopedFilterPolicy: {resourceFilters: []}":                                                                          "clusterScopedFilterPolicy.resourceFilters: is empty",
		"version: v1\nclusterScopedFilterPolicy: {resourceFilters: [{}]}":                                                                        "clusterScopedFilterPolicy.resourceFilters[0].kinds: is empty or *",
		"version: v1\nnamespacedFilterPolicies: [{resourceFilters: [{kinds: [a]}]}]":                                                             "namespacedFilterPolicies[0].namespaces: is empty",
		"version: v1\nnamespacedFilterPolicies: [{namespaces: [a]}]":                                                                             "namespacedFilterPolicies[0].resourceFilters: is empty",
		"version: v1\nnamespacedFilterPolicies:\n- namespaces: [\"a**\"]" + filter:                                                               "namespacedFilterPolicies[0].namespaces[0]: \"a**\"",
		"version: v1\nnamespacedFilterPolicies:\n- namespaces: [\"[\"]" + filter:                                                                 "a [ is not closed",
		"version: v1\nnamespacedFilterPolicies:\n- namespaces: [\"a]\"]" + filter:                                                                "a ] closes nothing",
		"version: v1\nnamespacedFilterPolicies:\n- namespaces: [\"[]\"]" + filter:                                                                "[] is empty",
		"version: v1\nnamespacedFilterPolicies:\n- namespaces: [a, a]" + filter:                                                                  "namespaces[1]: a stands in namespacedFilterPolicies[0] as well",
		"version: v1\nnamespacedFilterPolicies: [{namespaces: [a], resourceFilters: [{}, {kinds: ['*']}]}]":                                      "only one filter may be for all kinds",
		"version: v1\nnamespacedFilterPolicies: [{namespaces: [a], resourceFilters: [{names: [b]}]}]":                                            "a filter for all kinds has no names",
		"version: v1\nnamespacedFilterPolicies: [{namespaces: [a], resourceFilters: [{kinds: [b, b]}]}]":                                         "b stands in resourceFilters[0] as well",
		"version: v1\nnamespacedFilterPolicies: [{namespaces: [a], resourceFilters: [{kinds: [b], names: ['[']}]}]":                              `resourceFilters[0].names[0]: "[" is no pattern`,
		"version: v1\nnamespacedFilterPolicies: [{namespaces: [a], resourceFilters: [{kinds: [b], labelSelector: {matchLabels: {'': 'a b'}}}]}]": "resourceFilters[0].labelSelector: ",
		"kind: Secret":                        `kind: want ConfigMap or the text of resource policies, got "Secret"`,
		"kind: ConfigMap\ndata: {a: b, c: d}": "data: want exactly one key, got 2",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\ngot %v, want %s", text, err, want)
		}
	}
}

const sample = `
version: v1
clusterScopedFilterPolicy:
  resourceFilters: [{kinds: [ClusterRole], excludedNames: ["system:*"]}]
namespacedFilterPolicies:
- namespaces: ["shop*"]
  resourceFilters:
  - kinds: [secrets]
  - {labelSelector: {matchLabels: {a: b}}}
- namespaces: [shop]
  resourceFilters: [{kinds: [configmaps, gadget], names: ["web-*"]}]
`

// discovery knows three resources.
func discovery(kind string) (string, bool) {
	full, ok := map[string]string{
		"clusterrole": "clusterroles.rbac.authorization.k8s.io", "secrets": "secrets", "secret": "secrets", "configmaps": "configmaps",
	}[kind]
	if !ok {
		return kind, false
	}
	return full, true
}

func kindOf(resource, _ string) string {
	return map[string]string{"gadgets.example.io": "Gadget", "pods": "Pod"}[resource]
}

func TestWhichFilterDecides(t *testing.T) {
	p, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	r, err := p.Resolve(discovery, kindOf)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		resource, namespace, where string
		ruled                      bool
	}{
		{"configmaps", "shop", "namespacedFilterPolicies[1].resourceFilters[0]", true},
		{"gadgets.example.io", "shop", "namespacedFilterPolicies[1].resourceFilters[0]", true}, // by its kind
		{"secrets", "shop", "", true},
		{"secrets", "shop-db", "namespacedFilterPolicies[0].resourceFilters[0]", true},
		{"pods", "shop-db", "namespacedFilterPolicies[0].resourceFilters[1]", true}, // for all kinds
		{"secrets", "ci", "", false},
		{"clusterroles.rbac.authorization.k8s.io", "", "clusterScopedFilterPolicy.resourceFilters[0]", true},
		{"storageclasses.storage.k8s.io", "", "", false},
	} {
		f, ruled := r.Of(test.resource, test.namespace)
		where := ""
		if f != nil {
			where = f.Where
		}
		if where != test.where || ruled != test.ruled {
			t.Errorf("%s in %q: got %q, %v, want %q, %v", test.resource, test.namespace, where, ruled, test.where, test.ruled)
		}
	}
	if _, err := (&Policies{ClusterScoped: []Filter{{Kinds: []string{"secret", "Secrets"}}}}).Resolve(discovery, kindOf); err == nil {
		t.Error("a resource twice is no error")
	}
	if f, ruled := (*Resolved)(nil).Of("pods", "shop"); f != nil || ruled {
		t.Error("without policies something is ruled")
	}
}

func TestWhatAFilterTakes(t *testing.T) {
	p, err := Parse([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		filter Filter
		name   string
		labels map[string]string
		takes  bool
	}{
		{p.ClusterScoped[0], "admin", nil, true},
		{p.ClusterScoped[0], "system:admin", nil, false},
		{p.Namespaced[1].Filters[0], "web-1", nil, true},
		{p.Namespaced[1].Filters[0], "api", nil, false},
		{p.Namespaced[0].Filters[1], "x", map[string]string{"a": "b"}, true},
		{p.Namespaced[0].Filters[1], "x", nil, false},
	} {
		if got := test.filter.Takes(test.name, test.labels); got != test.takes {
			t.Errorf("%s: %s %v: got %v", test.filter.Where, test.name, test.labels, got)
		}
	}
	if by := p.Namespaced[0].Filters[1].By(); by != "labels a=b" {
		t.Errorf("got %q", by)
	}
}
