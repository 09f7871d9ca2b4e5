package config

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/veltx/veltx/tarball"
)

// What other tools leave in a folder is read where it has objects, and passed over where it has none.
func TestFoldersOfOtherToolsDescribeATarget(t *testing.T) {
	const node = `{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-1"}}`
	for _, c := range []struct {
		name    string
		files   map[string]string
		objects string // kinds
		passed  int
	}{
		{"kubectl's discovery cache", map[string]string{
			"servergroups.json":            `{"kind":"APIGroupList","apiVersion":"v1","groups":[{"name":"","versions":[{"groupVersion":"v1","version":"v1"}]},{"name":"apps","versions":[{"groupVersion":"apps/v1","version":"v1"}]}]}`,
			"apps/v1/serverresources.json": `{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"apps/v1","resources":[{"name":"deployments","kind":"Deployment","namespaced":true,"verbs":["create"]}]}`,
		}, "APIGroupList APIResourceList", 0},
		{"kubectl cluster-info dump", map[string]string{
			"nodes.json":                     `{"kind":"NodeList","apiVersion":"v1","metadata":{},"items":[{"metadata":{"name":"node-1"}}]}`,
			"kube-system/services.json":      `{"kind":"ServiceList","apiVersion":"v1","items":[{"metadata":{"name":"dns","namespace":"kube-system"}}]}`,
			"kube-system/events.json":        `{"kind":"EventList","apiVersion":"v1","items":[]}`,
			"kube-system/coredns-0/logs.txt": "[INFO] plugin/reload: {configuration}\n\tE0101 10:00:00 \"quoted: text\n%!d(MISSING)\n- [a: b\n",
		}, "Node Service", 1},
		{"oc adm must-gather", map[string]string{
			"quay/cluster-scoped-resources/core/nodes/node-1.yaml":   node,
			"quay/namespaces/shop/core/limitranges.yaml":             "---\napiVersion: v1\nkind: LimitRangeList\nitems:\n- {metadata: {name: l, namespace: shop}}\n",
			"quay/namespaces/shop/pods/web/web/web/logs/current.log": "x",
			"quay/version": "v",
			"quay/cluster-scoped-resources/config.openshift.io/clusterversions.yaml": "---\napiVersion: config.openshift.io/v1\nkind: ClusterVersionList\nitems: []\n",
		}, "LimitRange Node", 2},
	} {
		folder := fstest.MapFS{}
		for name, text := range c.files {
			folder[name] = &fstest.MapFile{Data: []byte(text)}
		}
		var target Target
		if err := target.ReadFolder(t.Context(), folder, tarball.Limits{}); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var kinds []string
		for _, o := range target.Objects {
			kinds = append(kinds, o.ObjectKind())
		}
		slices.Sort(kinds)
		if got := strings.Join(kinds, " "); got != c.objects || target.Passed != c.passed {
			t.Errorf("%s: %s, %d passed over; want %s, %d", c.name, got, target.Passed, c.objects, c.passed)
		}
	}
}
