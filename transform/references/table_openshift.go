package references

// openShift are the kinds of OpenShift, and of the Operator Lifecycle Manager.
// Source: openshift/api apps/v1, image/v1, build/v1, security/v1, authorization/v1, console/v1;
// operator-framework/api pkg/operators/v1, v1alpha1.
var openShift = []row{
	{of: "deploymentconfigs.apps.openshift.io", path: "/spec/triggers/*/imageChangeParams/from/namespace"},
	{of: "imagestreams.image.openshift.io", path: "/spec/tags/*/from/namespace"},
	{of: "imagestreams.image.openshift.io imagestreamtags.image.openshift.io", path: "/tag/from/namespace"},
	{of: "buildconfigs.build.openshift.io builds.build.openshift.io", path: "/spec/**/from/namespace"},
	{of: "buildconfigs.build.openshift.io builds.build.openshift.io", path: "/spec/output/to/namespace"},
	{of: "securitycontextconstraints.security.openshift.io", path: "/users/*", form: userName, kind: User},
	{of: "securitycontextconstraints.security.openshift.io", path: "/groups/*", form: userName, kind: User},
	{of: "rolebindings.authorization.openshift.io clusterrolebindings.authorization.openshift.io", path: "/subjects/*/namespace"},
	{of: "consoleplugins.console.openshift.io", path: "/spec/**/service/namespace"},
	{of: "operatorgroups.operators.coreos.com", path: "/spec/targetNamespaces/*"},
	{of: "subscriptions.operators.coreos.com", path: "/spec/sourceNamespace"},
	{of: "catalogsources.operators.coreos.com", path: "/spec/address", form: host, kind: DNSName},
	{of: "*.operators.coreos.com", path: "/metadata/annotations/olm.operatorNamespace"},
	{of: "*.operators.coreos.com", path: "/metadata/annotations/olm.targetNamespaces", form: list},
}
