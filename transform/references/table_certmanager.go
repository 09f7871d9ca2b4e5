package references

// certManager are the kinds and annotations of cert-manager, and of what copies Secrets beside it.
// Source: cert-manager pkg/apis/certmanager/v1/types.go (annotations of the injector), types_certificate.go;
// emberstack/kubernetes-reflector README, mittwald/kubernetes-replicator replicate/common/consts.go.
var certManager = []row{
	{path: "/metadata/annotations/cert-manager.io~1inject-ca-from", form: namespaceName, kind: Pair},
	{path: "/metadata/annotations/cert-manager.io~1inject-ca-from-secret", form: namespaceName, kind: Pair},
	{path: "/metadata/annotations/certmanager.k8s.io~1inject-ca-from", form: namespaceName, kind: Pair},
	{of: "certificates.cert-manager.io", path: "/spec/dnsNames/*", form: hostAmong, kind: DNSName},
	{of: "certificates.cert-manager.io", path: "/spec/commonName", form: host, kind: DNSName},
	{of: "certificates.cert-manager.io", path: "/spec/uris/*", form: principal, kind: Identity},
	{of: "issuers.cert-manager.io clusterissuers.cert-manager.io", path: "/spec/vault/server", form: host, kind: DNSName},
	{of: "issuers.cert-manager.io clusterissuers.cert-manager.io", path: "/**/parentRefs/*/namespace"},
	{path: "/**/annotations/reflector.v1.k8s.emberstack.com~1reflects", form: namespaceName, kind: Pair},
	{path: "/**/annotations/reflector.v1.k8s.emberstack.com~1reflection-allowed-namespaces", form: list},
	{path: "/**/annotations/reflector.v1.k8s.emberstack.com~1reflection-auto-namespaces", form: list},
	{path: "/**/annotations/replicator.v1.mittwald.de~1replicate-from", form: namespaceName, kind: Pair},
	{path: "/**/annotations/replicator.v1.mittwald.de~1replicate-to", form: list},
	{path: "/**/annotations/replicator.v1.mittwald.de~1replication-allowed-namespaces", form: list},
}
