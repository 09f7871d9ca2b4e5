package findings_test

import "testing"

func TestAnswersThatAnotherReleaseMayNotGive(t *testing.T) {
	pruned := item{address: "pods/shop/a", yaml: `{apiVersion: v1, kind: Pod, metadata: {name: a}}`, pruned: []string{"/spec/x"}}
	refused := item{address: "pods/shop/b", yaml: `{apiVersion: v1, kind: Pod, metadata: {name: b}}`, outcome: "refused", code: 422}
	full := item{address: "pods/shop/c", yaml: `{apiVersion: v1, kind: Pod, metadata: {name: c}}`, outcome: "refused", code: 403}
	custom := item{address: "boats.acme.io/shop/d", yaml: `{apiVersion: acme.io/v1, kind: Boat, metadata: {name: d}}`, outcome: "refused", code: 422}
	served := []string{`{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: boats.acme.io}, spec: {group: acme.io, names: {plural: boats, kind: Boat}, scope: Namespaced, versions: [{name: v1, served: true}]}}`}
	for _, s := range []scene{
		{name: "the release is not known", items: []item{pruned, refused}},
		{name: "the same release", serverMinor: 33, items: []item{pruned, refused}},
		{
			name: "another release", serverMinor: 30, served: served, items: []item{pruned, refused, full, custom},
			want: []string{"target-release-differs : 2 items are refused, or lose fields, by the code of Kubernetes 1.33, and the target is 1.30: its own release may hold otherwise; --api-server with its programs tells; pods/shop/a, pods/shop/b"},
		},
	} {
		t.Run(s.name, func(t *testing.T) { s.run(t) })
	}
}
