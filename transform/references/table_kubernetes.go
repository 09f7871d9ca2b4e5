package references

import "github.com/veltx/veltx/tarball/object"

// kubernetes are the fields of Kubernetes' own kinds, and those that other kinds have from it.
// Source: k8s.io/api v0.33.12 core/v1, rbac/v1, networking/v1, discovery/v1, events/v1, flowcontrol/v1.
var kubernetes = []row{
	{path: "/**/matchLabels/kubernetes.io~1metadata.name", kind: Selector},
	{path: "/**/matchExpressions/*/values/*", kind: Selector, when: selectsByName},
	{path: "/**/podAffinity/**/namespaces/*"},
	{path: "/**/podAntiAffinity/**/namespaces/*"},
	{path: "/**/template/metadata/namespace"},
	{path: "/**/volumeClaimTemplates/*/metadata/namespace"},
	{path: "/**/dataSourceRef/namespace"},
	{path: "/metadata/annotations/meta.helm.sh~1release-namespace"}, // Source: helm pkg/action/validate.go
	{path: "/metadata/annotations/*", when: keyEnds("-secret-namespace")},
	{of: "namespaces", path: "/metadata/labels/kubernetes.io~1metadata.name", by: APIServer},
	{of: "services", path: "/spec/externalName", form: host, kind: DNSName},
	{of: "secrets", path: "/data/namespace", when: func(w *walk) bool { return w.root.Get("type").Is("kubernetes.io/service-account-token") }},
	{of: "rolebindings.rbac.authorization.k8s.io clusterrolebindings.rbac.authorization.k8s.io", path: "/subjects/*/namespace", by: Velero},
	{of: "rolebindings.rbac.authorization.k8s.io clusterrolebindings.rbac.authorization.k8s.io", path: "/subjects/*/name", form: userName, kind: User},
	{of: "roles.rbac.authorization.k8s.io clusterroles.rbac.authorization.k8s.io", path: "/rules/*/resourceNames/*", when: isRuleOf("namespaces")},
	{of: "endpoints endpointslices.discovery.k8s.io", path: "/**/targetRef/namespace"},
	{of: "events events.events.k8s.io", path: "/involvedObject/namespace"},
	{of: "events events.events.k8s.io", path: "/regarding/namespace"},
	{of: "events events.events.k8s.io", path: "/related/namespace"},
	{of: "ingressclasses.networking.k8s.io", path: "/spec/parameters/namespace"},
	{of: "ingresses.networking.k8s.io ingresses.extensions", path: "/metadata/annotations/*", form: namespaceName, kind: Pair, when: nginxAnnotation("secret", "configmap", "headers")},
	{of: "ingresses.networking.k8s.io ingresses.extensions", path: "/metadata/annotations/*", form: host, kind: DNSName, when: nginxAnnotation("auth-url", "upstream-vhost")},
	{of: "flowschemas.flowcontrol.apiserver.k8s.io", path: "/spec/rules/*/subjects/*/serviceAccount/namespace"},
	{of: "flowschemas.flowcontrol.apiserver.k8s.io", path: "/spec/rules/*/resourceRules/*/namespaces/*"},
	{of: "certificatesigningrequests.certificates.k8s.io", path: "/spec/username", form: userName, kind: User},
}

// selectsByName says that a value of an expression is the name of a namespace.
func selectsByName(w *walk) bool {
	if len(w.parents) < 2 {
		return false
	}
	return w.parents[len(w.parents)-2].Get("key").Is("kubernetes.io/metadata.name")
}

// isRuleOf says that a rule of a role is for a resource.
func isRuleOf(resource string) func(*walk) bool {
	return func(w *walk) bool {
		if len(w.parents) < 2 {
			return false
		}
		list := w.parents[len(w.parents)-2].Get("resources")
		return list.Kind() == object.Array && list.Len() == 1 && list.Elements()[0].Is(resource)
	}
}

// nginxAnnotation says that an annotation is one of ingress-nginx that ends so.
// Source: ingress-nginx internal/ingress/annotations.
func nginxAnnotation(ends ...string) func(*walk) bool {
	is := keyEnds(ends...)
	return func(w *walk) bool {
		const prefix = "nginx.ingress.kubernetes.io/"
		key := w.key()
		return len(key) > len(prefix) && key[:len(prefix)] == prefix && is(w)
	}
}
