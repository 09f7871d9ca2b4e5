package references

// istio are the kinds of Istio. Source: istio/api networking/v1/virtual_service.proto, gateway.proto, sidecar.proto,
// destination_rule.proto, security/v1/authorization_policy.proto.
var istio = []row{
	{of: "virtualservices.networking.istio.io", path: "/spec/gateways/*", form: pairs, kind: Pair},
	{of: "virtualservices.networking.istio.io", path: "/**/match/*/gateways/*", form: pairs, kind: Pair},
	{of: "virtualservices.networking.istio.io", path: "/**/match/*/sourceNamespace"},
	{of: "virtualservices.networking.istio.io", path: "/**/delegate/namespace"},
	{of: "*.networking.istio.io", path: "/**/exportTo/*"},
	{of: "*.networking.istio.io", path: "/**/host", form: host, kind: DNSName},
	{of: "*.networking.istio.io", path: "/**/hosts/*", form: istioHost, kind: DNSName},
	{of: "serviceentries.networking.istio.io", path: "/spec/endpoints/*/address", form: host, kind: DNSName},
	{of: "serviceentries.networking.istio.io", path: "/spec/subjectAltNames/*", form: principal, kind: Identity},
	{of: "destinationrules.networking.istio.io", path: "/**/subjectAltNames/*", form: principal, kind: Identity},
	{of: "authorizationpolicies.security.istio.io", path: "/**/source/namespaces/*"},
	{of: "authorizationpolicies.security.istio.io", path: "/**/source/notNamespaces/*"},
	{of: "authorizationpolicies.security.istio.io", path: "/**/source/*rincipals/*", form: principal, kind: Identity},
	{of: "authorizationpolicies.security.istio.io", path: "/**/source/*erviceAccounts/*", form: namespaceName, kind: Pair},
	{of: "authorizationpolicies.security.istio.io", path: "/spec/rules/*/when/*/*alues/*", when: conditionOn("source.namespace")},
	{of: "authorizationpolicies.security.istio.io", path: "/spec/rules/*/when/*/*alues/*", form: principal, kind: Identity, when: conditionOn("source.principal")},
	{of: "requestauthentications.security.istio.io", path: "/spec/jwtRules/*/jwksUri", form: host, kind: DNSName},
	{of: "*.security.istio.io *.telemetry.istio.io *.extensions.istio.io", path: "/spec/targetRefs/*/namespace"},
	{of: "istiooperators.install.istio.io", path: "/spec/namespace"},
	{of: "istiooperators.install.istio.io", path: "/**/istioNamespace"},
	{of: "istios.sailoperator.io istiocnis.sailoperator.io ztunnels.sailoperator.io", path: "/spec/namespace"},
}

// conditionOn says that a value belongs to a condition on an attribute.
func conditionOn(attribute string) func(*walk) bool {
	return func(w *walk) bool {
		return len(w.parents) > 1 && w.parents[len(w.parents)-2].Get("key").Is(attribute)
	}
}
