package references

// cloudNativePG are the kinds of CloudNativePG. Source: cloudnative-pg api/v1/cluster_types.go (ExternalCluster,
// CertificatesConfiguration).
var cloudNativePG = []row{
	{of: "clusters.postgresql.cnpg.io", path: "/spec/externalClusters/*/connectionParameters/host", form: host, kind: DNSName},
	{of: "clusters.postgresql.cnpg.io", path: "/spec/certificates/serverAltDNSNames/*", form: hostAmong, kind: DNSName},
	{of: "clusters.postgresql.cnpg.io objectstores.barmancloud.cnpg.io", path: "/**/endpointURL", form: host, kind: DNSName},
}
