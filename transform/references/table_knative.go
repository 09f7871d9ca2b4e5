package references

// knative are the kinds of Knative. Source: knative.dev/pkg apis/duck/v1/knative_reference.go, destination.go,
// eventing pkg/apis/eventing/v1/broker_types.go.
var knative = []row{
	{of: knativeKinds, path: "/**/ref/namespace"},
	{of: knativeKinds, path: "/**/uri", form: host, kind: DNSName},
	{of: "brokers.eventing.knative.dev", path: "/spec/config/namespace"},
	{of: knativeKinds, path: "/spec/subject/namespace"}, // of bindings
	{of: "kafkasources.sources.knative.dev", path: "/spec/bootstrapServers/*", form: host, kind: DNSName},
	{of: "knativeeventings.operator.knative.dev knativeservings.operator.knative.dev", path: "/spec/namespace/name"},
}

const knativeKinds = "*.eventing.knative.dev *.messaging.knative.dev *.sources.knative.dev *.flows.knative.dev *.sinks.knative.dev *.serving.knative.dev *.bindings.knative.dev"
