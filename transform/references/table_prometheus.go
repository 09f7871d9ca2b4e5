package references

// prometheus are the kinds of the Prometheus operator. Source: prometheus-operator
// pkg/apis/monitoring/v1/types.go (NamespaceSelector), prometheus_types.go, probe_types.go, v1alpha1/scrapeconfig_types.go.
var prometheus = []row{
	{of: "*.monitoring.coreos.com", path: "/**/namespaceSelector/matchNames/*", kind: Selector},
	{of: "*.monitoring.coreos.com", path: "/spec/alerting/alertmanagers/*/namespace"},
	{of: "*.monitoring.coreos.com", path: "/spec/excludedFromEnforcement/*/namespace"},
	{of: "*.monitoring.coreos.com", path: "/**/kubernetesSDConfigs/*/namespaces/names/*"},
	{of: "*.monitoring.coreos.com", path: "/**/*rl", form: host, kind: DNSName},
	{of: "probes.monitoring.coreos.com", path: "/spec/targets/staticConfig/static/*", form: host, kind: DNSName},
	{of: "scrapeconfigs.monitoring.coreos.com", path: "/spec/staticConfigs/*/targets/*", form: host, kind: DNSName},
	{of: "thanosrulers.monitoring.coreos.com", path: "/spec/queryEndpoints/*", form: host, kind: DNSName},
	{of: "thanosrulers.monitoring.coreos.com", path: "/spec/alertmanagersUrl/*", form: host, kind: DNSName},
}
