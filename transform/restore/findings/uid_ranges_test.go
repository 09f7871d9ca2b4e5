package findings_test

import "testing"

func TestPodsOfAnotherRangeOfUserIDs(t *testing.T) {
	pod := func(name, scc, spec string) item {
		return item{address: "pods/shop/" + name, yaml: `{apiVersion: v1, kind: Pod, metadata: {name: ` + name + `, annotations: {openshift.io/scc: "` + scc + `"}}, spec: {` + spec + `}}`}
	}
	const (
		ofSource = `containers: [{name: a}, {name: c, securityContext: {runAsUser: 1000650000}}]`
		ofTarget = `containers: [{name: c, securityContext: {runAsUser: 1000740000}}]`
	)
	namespace := func(text string) []string {
		return []string{`{apiVersion: v1, kind: Namespace, metadata: {name: shop, annotations: {openshift.io/sa.scc.uid-range: "` + text + `"}}}`}
	}
	with := backup{restored: []string{"namespaces/shop"}}
	for _, s := range []scene{
		{
			name: "another range", backup: with, target: namespace("1000740000/10000"),
			items: []item{pod("a", "restricted-v2", ofSource), pod("b", "restricted", "securityContext: {runAsUser: 1000650000}, containers: [{name: c}]"), pod("c", "restricted-v2", ofTarget)},
			want:  []string{"uid-range-differs shop: OpenShift gave Namespace shop of the target the user ids 1000740000/10000, and 2 pods of the backup run as a user of another range; pods/shop/a, pods/shop/b"},
		},
		{
			name: "behind the end of the range", backup: with, target: namespace("1000640000/10000"), items: []item{pod("a", "hostaccess", ofSource)},
			want: []string{"1 pod of the backup runs as a user of another range"},
		},
		{
			name: "a range with its end", backup: with, target: namespace("1000740000-1000749999"), items: []item{pod("a", "hostnetwork-v2", ofSource)},
			want: []string{"the user ids 1000740000-1000749999"},
		},
		{name: "the same range", backup: with, target: namespace("1000650000/10000"), items: []item{pod("a", "restricted-v2", ofSource)}},
		{name: "the last of a range", backup: with, target: namespace("1000640001/10000"), items: []item{pod("a", "restricted-v2", ofSource)}},
		{name: "constraints that allow any user", backup: with, target: namespace("1000740000/10000"), items: []item{pod("a", "anyuid", ofSource), pod("b", "", ofSource)}},
		{name: "a range that cannot be read", backup: with, target: namespace("many"), items: []item{pod("a", "restricted-v2", ofSource)}},
		{name: "a Namespace that Velero makes", backup: with, items: []item{pod("a", "restricted-v2", ofSource)}},
		{
			name: "a Namespace that the backup does not have", items: []item{pod("a", "restricted-v2", ofSource)},
			want: []string{"the backup does not have the Namespace: if this restore makes shop, OpenShift gives it new user ids, and 1 pod of the backup runs as a user of another range"},
		},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t) })
	}
}
