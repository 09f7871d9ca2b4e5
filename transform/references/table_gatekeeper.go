package references

// gatekeeper are the kinds of Gatekeeper. Source: gatekeeper pkg/mutation/match/match_types.go, apis/config/v1alpha1.
var gatekeeper = []row{
	{of: gatekeeperKinds, path: "/spec/match/namespaces/*"},
	{of: gatekeeperKinds, path: "/spec/match/excludedNamespaces/*"},
	{of: "configs.config.gatekeeper.sh", path: "/spec/match/*/excludedNamespaces/*"},
	{of: "providers.externaldata.gatekeeper.sh", path: "/spec/url", form: host, kind: DNSName},
}

const gatekeeperKinds = "*.constraints.gatekeeper.sh *.mutations.gatekeeper.sh"
