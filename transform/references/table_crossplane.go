package references

// crossplane are fields that all managed resources of Crossplane have, and those of its own kinds.
// Source: crossplane-runtime apis/common/v1/resource.go, crossplane apis/apiextensions/v1/composition_common.go,
// provider-kubernetes apis/object/v1alpha2, provider-helm apis/release/v1beta1.
var crossplane = []row{
	{path: "/spec/writeConnectionSecretToRef/namespace"},
	{path: "/spec/credentials/secretRef/namespace", when: named},
	{of: "compositions.apiextensions.crossplane.io", path: "/spec/writeConnectionSecretsToNamespace"},
	{of: "compositions.apiextensions.crossplane.io", path: "/**/secretRef/namespace"},
	{of: "objects.kubernetes.crossplane.io", path: "/spec/forProvider/manifest/metadata/namespace"},
	{of: "objects.kubernetes.crossplane.io", path: "/spec/references/*/*/namespace"},
	{of: "releases.helm.crossplane.io", path: "/spec/forProvider/namespace"},
	{of: "releases.helm.crossplane.io", path: "/spec/connectionDetails/*/namespace"},
}
