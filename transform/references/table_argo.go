package references

// argo are the kinds of Argo CD, Argo Events and Argo Rollouts.
// Source: argo-cd pkg/apis/application/v1alpha1/types.go (ApplicationDestination, AppProjectSpec),
// argo-events pkg/apis/events/v1alpha1.
var argo = []row{
	{of: "applications.argoproj.io applicationsets.argoproj.io", path: "/**/destination/namespace"},
	{of: "applications.argoproj.io applicationsets.argoproj.io", path: "/**/ignoreDifferences/*/namespace"},
	{of: "appprojects.argoproj.io", path: "/spec/destinations/*/namespace"},
	{of: "appprojects.argoproj.io", path: "/spec/sourceNamespaces/*"},
	{of: "appprojects.argoproj.io", path: "/spec/destinationServiceAccounts/*/namespace"},
	{of: "secrets", path: "/data/namespaces", form: list, when: func(w *walk) bool {
		return w.root.Get("metadata", "labels", "argocd.argoproj.io/secret-type").Is("cluster")
	}},
	{of: "eventsources.argoproj.io", path: "/spec/*/*/namespace"},
	{of: "sensors.argoproj.io", path: "/**/resource/metadata/namespace"},
}
