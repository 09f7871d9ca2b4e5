package pipeline

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/layout"
)

// Items come in order; each is admitted, left out, or an error.
func TestItemsMayNotMeetUnderAMapping(t *testing.T) {
	const taken, left = "taken", "left out"
	type item struct{ resource, namespace, name, want string }
	for _, test := range []struct {
		name, mapping string
		items         []item
	}{
		{"without a mapping", `{}`, []item{{"pods", "a", "p", taken}, {"pods", "b", "p", taken}, {"pods", "a", "p", taken}}},
		{"two namespaces become one", `{a: c, b: c}`, []item{
			{"pods", "a", "p", taken},
			{"pods", "b", "q", taken},
			{"services", "b", "p", taken},
			{"pods", "b", "p", "pods p is in namespaces a and b, which both become c"},
			{"services", "a", "p", "services p is in namespaces b and a, which both become c"},
			{"pods", "d", "p", taken},
			{"nodes", "", "p", taken},
			{"nodes", "", "p", taken},
		}},
		{"one comes to another that stays", `{a: c}`, []item{{"pods", "c", "p", taken}, {"pods", "a", "p", "is in namespaces c and a, which both become c"}}},
		{"Namespaces that become one", `{a: c, b: c}`, []item{{"namespaces", "", "a", taken}, {"namespaces", "", "b", left}, {"namespaces", "", "d", taken}}},
		{"what each namespace has", `{a: c, b: c}`, []item{
			{"serviceaccounts", "a", "default", taken}, {"serviceaccounts", "b", "default", left},
			{"configmaps", "a", "kube-root-ca.crt", taken}, {"configmaps", "b", "kube-root-ca.crt", left},
			{"configmaps", "a", "default", taken}, {"configmaps", "b", "default", "configmaps default"},
			{"serviceaccounts", "a", "kube-root-ca.crt", taken}, {"serviceaccounts", "b", "kube-root-ca.crt", "serviceaccounts kube-root-ca.crt"},
		}},
		{"a mapping of no namespace", `{"": c}`, []item{{"nodes", "", "n", taken}, {"nodes", "", "n", taken}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := NewMeetings((&row{restore: "namespaceMapping: " + test.mapping}).env(t))
			for _, i := range test.items {
				admitted, err := m.Admit(layout.Address{Resource: i.resource, Namespace: i.namespace, Name: i.name}.Key())
				got := map[bool]string{true: taken, false: left}[admitted]
				if err != nil {
					got = err.Error()
				}
				if got != i.want && (err == nil || admitted || !strings.Contains(got, i.want)) {
					t.Errorf("%s %s/%s: got %s, want %s", i.resource, i.namespace, i.name, got, i.want)
				}
			}
		})
	}
}
