package references

// admission are webhooks, aggregated APIs, and conversions of custom resources.
// Source: k8s.io/api v0.33.12 admissionregistration/v1/types.go (ServiceReference), kube-aggregator v0.33.12
// pkg/apis/apiregistration/v1/types.go (ServiceReference), apiextensions-apiserver v0.33.12 pkg/apis/apiextensions/v1/types.go (ServiceReference).
var admission = []row{
	{of: webhookConfigurations, path: "/webhooks/*/clientConfig/service/namespace"},
	{of: webhookConfigurations, path: "/webhooks/*/clientConfig/url", form: host, kind: DNSName},
	{of: "apiservices.apiregistration.k8s.io", path: "/spec/service/namespace"},
	{of: definitions, path: "/spec/conversion/webhook/clientConfig/service/namespace"},
	{of: definitions, path: "/spec/conversion/webhook/clientConfig/url", form: host, kind: DNSName},
	{of: definitions, path: "/spec/conversion/webhookClientConfig/service/namespace"}, // of v1beta1
	{of: policyBindings, path: "/spec/paramRef/namespace"},
}

const (
	webhookConfigurations = "mutatingwebhookconfigurations.admissionregistration.k8s.io validatingwebhookconfigurations.admissionregistration.k8s.io"
	definitions           = "customresourcedefinitions.apiextensions.k8s.io"
	policyBindings        = "validatingadmissionpolicybindings.admissionregistration.k8s.io mutatingadmissionpolicybindings.admissionregistration.k8s.io"
)
