package references

// keda are the kinds of KEDA. Source: keda apis/keda/v1alpha1/scaledobject_types.go, pkg/scalers (addresses of triggers).
var keda = []row{
	{of: "scaledobjects.keda.sh scaledjobs.keda.sh", path: "/spec/triggers/*/metadata/*", form: host, kind: DNSName},
	{of: "clustertriggerauthentications.keda.sh triggerauthentications.keda.sh", path: "/spec/hashiCorpVault/address", form: host, kind: DNSName},
}
