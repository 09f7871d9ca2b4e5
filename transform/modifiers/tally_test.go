package modifiers

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
)

// nearly writes a rule's near misses as one string each.
func nearly(report RuleReport) []string {
	var list []string
	for _, miss := range report.NearMisses {
		list = append(list, fmt.Sprintf("%s: %s, want %s (%d)", miss.Reason, miss.Seen, miss.Suggestion, miss.Items))
	}
	return list
}

func TestNearMisses(t *testing.T) {
	tests := []struct {
		name, conditions string
		want             []string
	}{
		{"the API group is missing", `groupResource: deployments`, []string{"group missing: deployments.apps, want deployments.apps (2)"}},
		{"another case", `groupResource: Deployments.apps`, []string{"other case: deployments.apps, want deployments.apps (2)"}},
		{"another case and no group", `groupResource: Ingresses`, []string{"group missing: ingresses.networking.k8s.io, want ingresses.networking.k8s.io (1)"}},
		{"a star that stops at dots", `groupResource: "d*"`, []string{"group missing: deployments.apps, want d** (2)"}},
		{"the kind", `groupResource: Deployment`, []string{"other form: deployments.apps, want deployments.apps (2)"}},
		{"group, version and kind", `groupResource: networking.k8s.io/v1/Ingress`, []string{"other form: ingresses.networking.k8s.io, want ingresses.networking.k8s.io (1)"}},
		{"a core resource with a group", `groupResource: pods.core`, []string{"other form: pods, want pods (1)"}},
		{"the target namespace", `groupResource: pods, namespaces: [shop-copy]`, []string{"target namespace: shop, want shop (1)"}},
		{"another name", `groupResource: deployments, resourceNameRegex: "^web$"`, []string{"group missing: deployments.apps, want deployments.apps (1)"}},
		{"two names", `groupResource: deployments, resourceNameRegex: "^(web|db)$"`, []string{"group missing: deployments.apps, want deployments.apps (2)"}},
		{"a star that no group can follow", `groupResource: "*ments"`, []string{"group missing: deployments.apps, want deployments.apps (2)"}},
		{"another value", `groupResource: pods, matches: [{path: /spec/x, value: "1"}]`, nil},
		{"another namespace", `groupResource: deployments, namespaces: [other]`, nil},
		{"nothing like it", `groupResource: secrets`, nil},
		{"a hit", `groupResource: pods`, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rules := mustParse(t, "{version: v1, resourceModifierRules: [{conditions: {"+test.conditions+`}, mergePatches: [{patchData: "a: 1"}]}]}`)
			tally := rules.NewTally(map[string]string{"shop": "shop-copy"})
			for _, where := range []layout.Address{
				{Resource: "deployments.apps", Namespace: "shop", Name: "web"}, {Resource: "deployments.apps", Namespace: "shop", Name: "db"},
				{Resource: "pods", Namespace: "shop", Name: "p"},
				{Resource: "ingresses.networking.k8s.io", Namespace: "shop", Name: "i"}, {Resource: "persistentvolumes", Name: "pv"},
			} {
				item := fmt.Sprintf(`{"kind":"K","metadata":{"name":%q,"namespace":%q}}`, where.Name, where.Namespace)
				tally.Add(where, rules.Apply(where.Resource, []byte(item)))
			}
			report := tally.Report()[0]
			if got := nearly(report); !reflect.DeepEqual(got, test.want) {
				t.Errorf("near misses\n got: %q\nwant: %q", got, test.want)
			}
			if want := test.name != "a hit"; report.NeverMatched() != want {
				t.Errorf("never matched\n got: %v\nwant: %v", report.NeverMatched(), want)
			}
		})
	}
}

func TestTheReportDoesNotDependOnTheOrderOfWork(t *testing.T) {
	rules := mustParse(t, `
version: v1
resourceModifierRules:
- {conditions: {groupResource: "**", namespaces: [shop]}, patches: [{operation: test, path: /spec/a, value: "1"}, {operation: replace, path: /spec/b, value: "2"}]}
- {conditions: {groupResource: POD*}, patches: [{operation: remove, path: /spec/a}]}`)
	specs := []string{`{"a":1,"b":1}`, `{"a":1,"b":2}`, `{"a":2}`, `{"a":1}`, `{"a":1}`, `{"a":1}`, `{"a":1}`}
	count := func(tally *Tally, i int) {
		name := fmt.Sprintf("p%d", i)
		item := fmt.Sprintf(`{"kind":"Pod","metadata":{"name":%q,"namespace":"shop"},"spec":%s}`, name, specs[i])
		tally.Add(layout.Address{Resource: "pods", Namespace: "shop", Name: name}, rules.Apply("pods", []byte(item)))
	}
	forward, backward := rules.NewTally(nil), rules.NewTally(nil)
	for i := range specs {
		count(forward, i)
	}
	for i := len(specs) - 1; i >= 0; i-- {
		count(backward, i)
	}
	one, two := describe(forward.Report()), describe(backward.Report())
	if one != two {
		t.Errorf("reports\n got: %s\nwant: %s", two, one)
	}
	want := "0 **: 7 hits, 1 patched, 1 skipped, 4 failed, never false, first [p3 p4 p5], nearly []\n" +
		"1 POD*: 0 hits, 0 patched, 0 skipped, 0 failed, never true, first [], nearly [other case: pods, want pod* (7)]\n"
	if one != want {
		t.Errorf("report\n got: %s\nwant: %s", one, want)
	}
}

func describe(report []RuleReport) string {
	text := ""
	for _, r := range report {
		var first []string
		for _, failure := range r.Failures {
			first = append(first, failure.Address.Name)
		}
		text += fmt.Sprintf("%d %s: %d hits, %d patched, %d skipped, %d failed, never %v, first %v, nearly %v\n",
			r.Index, r.GroupResource, r.Hits, r.Patched, r.Skipped, r.Failed, r.NeverMatched(), first, nearly(r))
	}
	return text
}

func TestHitsOnClusterScopedItemsOfARuleForNamespacesAreCounted(t *testing.T) {
	rules := mustParse(t, `{version: v1, resourceModifierRules: [{conditions: {groupResource: "**", namespaces: [shop]}, mergePatches: [{patchData: "a: 1"}]}]}`)
	tally := rules.NewTally(nil)
	for _, name := range []string{"pv", "other"} {
		tally.Add(layout.Address{Resource: "persistentvolumes", Name: name}, rules.Apply("persistentvolumes", asJSON(t, volume)))
	}
	tally.Add(layout.Address{Resource: "deployments.apps", Namespace: "shop", Name: "web"}, rules.Apply("deployments.apps", asJSON(t, web)))
	got := tally.Report()[0]
	if got.Hits != 3 || got.ClusterScopedHits != 2 {
		t.Errorf("hits, on cluster-scoped items\n got: %d, %d\nwant: 3, 2", got.Hits, got.ClusterScopedHits)
	}
}

func TestAValueInTheStatusIsANearMissOfItemsThatMeetAllElse(t *testing.T) {
	rules := mustParse(t, `
version: v1
resourceModifierRules:
- {conditions: {groupResource: pods, namespaces: [shop], matches: [{path: /status/phase, value: Running}]}, mergePatches: [{patchData: "a: 1"}]}
- {conditions: {groupResource: pods, matches: [{path: /spec/a, value: b}]}, mergePatches: [{patchData: "a: 1"}]}`)
	tally := rules.NewTally(nil)
	for _, namespace := range []string{"shop", "data"} {
		where := layout.Address{Resource: "pods", Namespace: namespace, Name: "p"}
		tally.Add(where, rules.Apply("pods", []byte(`{"kind":"Pod","metadata":{"name":"p","namespace":"`+namespace+`"}}`)))
	}
	got := tally.Report()
	if want := []string{"status gone: pods, want  (1)"}; !reflect.DeepEqual(nearly(got[0]), want) || len(nearly(got[1])) > 0 {
		t.Errorf("got %q and %q, want %q and none", nearly(got[0]), nearly(got[1]), want)
	}
}
