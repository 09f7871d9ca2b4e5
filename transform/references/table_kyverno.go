package references

import "strings"

// kyverno are the kinds of Kyverno, and the filters in its ConfigMap. Source: kyverno
// api/kyverno/v1/resource_description_types.go, spec_types.go, rule_types.go, pkg/config/config.go.
var kyverno = []row{
	{of: kyvernoKinds, path: "/**/resources/namespaces/*"},
	{of: kyvernoKinds, path: "/**/subjects/*/namespace"},
	{of: kyvernoKinds, path: "/**/generate/namespace"},
	{of: kyvernoKinds, path: "/**/clone/namespace"},
	{of: kyvernoKinds, path: "/**/cloneList/namespace"},
	{of: kyvernoKinds, path: "/**/targets/*/namespace"},
	{of: kyvernoKinds, path: "/**/configMap/namespace"},
	{of: kyvernoKinds, path: "/**/service/url", form: host, kind: DNSName},
	{of: "configmaps", path: "/data/resourceFilters", form: resourceFilter, kind: Pair},
}

const kyvernoKinds = "*.kyverno.io *.policies.kyverno.io"

// resourceFilter: [Deployment,shop,web], with slashes between kinds of one group: [*/*,shop,*].
func resourceFilter(_ *walk, text string, m mention) (from, to int, ok bool) {
	least := max(0, m.from-lookBack)
	open, end := strings.LastIndexByte(text[least:m.from], '['), strings.IndexByte(text[m.to:min(len(text), m.to+lookBack)], ']')
	if open < 0 || end < 0 {
		return 0, 0, false
	}
	open += least
	first := text[open+1 : m.from]
	return open, m.to + end + 1, strings.Count(first, ",") == 1 && strings.HasSuffix(first, ",") && (text[m.to] == ',' || text[m.to] == ']')
}
