package references

// externalSecrets are the kinds of the External Secrets Operator. The namespace of Vault is another one.
// Source: external-secrets apis/externalsecrets/v1/secretstore_types.go, clusterexternalsecret_types.go.
var externalSecrets = []row{
	{of: "clustersecretstores.external-secrets.io secretstores.external-secrets.io", path: "/spec/provider/**/namespace", when: named},
	{of: "clustersecretstores.external-secrets.io secretstores.external-secrets.io", path: "/spec/provider/kubernetes/remoteNamespace"},
	{of: "clustersecretstores.external-secrets.io", path: "/spec/conditions/*/namespaces/*"},
	{of: "clusterexternalsecrets.external-secrets.io clusterpushsecrets.external-secrets.io", path: "/spec/namespaces/*"},
	{of: "clusterexternalsecrets.external-secrets.io", path: "/**/generatorRef/namespace"},
}
