package references

import "strings"

// linkerd are the kinds of Linkerd. Source: linkerd2 policy-controller/k8s/api/src.
var linkerd = []row{
	{of: "*.policy.linkerd.io", path: "/**/*Ref/namespace"},
	{of: "*.policy.linkerd.io", path: "/**/*Refs/*/namespace"},
	{of: "*.policy.linkerd.io", path: "/**/serviceAccounts/*/namespace"},
	{of: "*.policy.linkerd.io", path: "/**/identities/*", form: linkerdIdentity, kind: Identity},
	{of: "services", path: "/metadata/annotations/mirror.linkerd.io~1gateway-identity", form: linkerdIdentity, kind: Identity},
	// What a mirrored Service stands for is in another cluster.
	{of: mirrored, path: "/metadata/annotations/mirror.linkerd.io~1remote-svc-fq-name", form: host, isOther: true},
	{of: mirrored, path: "/metadata/annotations/mirror.linkerd.io~1remote-gateway-identity", form: linkerdIdentity, isOther: true},
	{of: "serviceprofiles.linkerd.io", path: "/spec/dstOverrides/*/authority", form: host, kind: DNSName},
	{of: "servers.policy.linkerd.io", path: "/spec/accessPolicy", form: linkerdIdentity, kind: Identity},
}

const mirrored = "services endpoints endpointslices.discovery.k8s.io"

// linkerdIdentity: web.shop.serviceaccount.identity.linkerd.cluster.local, or *.shop.…
func linkerdIdentity(_ *walk, text string, m mention) (from, to int, ok bool) {
	account, from := labelBefore(text, m.from)
	return from, endOfName(text, m.to), account != "" && strings.HasPrefix(text[m.to:], ".serviceaccount.identity.")
}
