package references

// tekton are the kinds of Tekton. Source: tektoncd pipeline pkg/resolution/resolver/cluster/params.go, triggers
// pkg/apis/triggers/v1beta1/event_listener_types.go, v1alpha1/cluster_interceptor_types.go, operator pkg/apis/operator/v1alpha1.
var tekton = []row{
	{of: "*.tekton.dev", path: "/**/taskRef/params/*/value", kind: Variable, when: beside("name", "namespace")},
	{of: "*.tekton.dev", path: "/**/pipelineRef/params/*/value", kind: Variable, when: beside("name", "namespace")},
	{of: "*.resolution.tekton.dev", path: "/spec/params/*/value", kind: Variable, when: beside("name", "namespace")},
	{of: "*.triggers.tekton.dev", path: "/spec/namespaceSelector/matchNames/*", kind: Selector},
	{of: "*.triggers.tekton.dev", path: "/**/objectRef/namespace"},
	{of: "*.triggers.tekton.dev", path: "/spec/clientConfig/service/namespace"},
	{of: "*.operator.tekton.dev", path: "/spec/targetNamespace"},
}
