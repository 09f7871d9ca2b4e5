package references

// flux are the kinds of Flux. Source: fluxcd kustomize-controller api/v1/kustomization_types.go, helm-controller
// api/v2/helmrelease_types.go, notification-controller api/v1, image-automation-controller api/v1beta2.
var flux = []row{
	{of: fluxKinds, path: "/spec/targetNamespace"},
	{of: fluxKinds, path: "/spec/storageNamespace"},
	{of: fluxKinds, path: "/**/*Ref/namespace"},
	{of: fluxKinds, path: "/spec/dependsOn/*/namespace"},
	{of: fluxKinds, path: "/spec/healthChecks/*/namespace"},
	{of: "alerts.notification.toolkit.fluxcd.io", path: "/spec/eventSources/*/namespace"},
	{of: "receivers.notification.toolkit.fluxcd.io", path: "/spec/resources/*/namespace"},
}

const fluxKinds = "*.kustomize.toolkit.fluxcd.io *.helm.toolkit.fluxcd.io *.source.toolkit.fluxcd.io *.image.toolkit.fluxcd.io *.notification.toolkit.fluxcd.io"
