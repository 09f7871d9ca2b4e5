package cluster

import (
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

// namedRoles are the ClusterRoles for users that kube-apiserver makes; those of its parts begin with "system:".
// Source: Kubernetes v1.33 plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go.
var namedRoles = []string{"cluster-admin", "admin", "edit", "view"}

// Has says whether the target has an object, going by its name alone: the user gave it, the restore has made it, or every
// cluster has it.
func (v *View) Has(at layout.Address) bool {
	if _, ok := v.objects[place{at.Resource, at.Namespace}][at.Name]; ok {
		return true
	}
	if v.filled && slices.Contains(filledIn[at.Resource], at.Name) {
		return true
	}
	return !v.exact && inEveryClusterByName(at)
}

// inEveryClusterByName is inEveryCluster for something that is only named.
func inEveryClusterByName(at layout.Address) bool {
	switch at.Resource {
	case layout.Namespaces:
		return slices.Contains(systemNamespaces, at.Name)
	case layout.ConfigMaps:
		return inEveryClusterConfigMap(at.Namespace, at.Name) != ""
	case layout.PriorityClasses:
		return at.Name == "system-cluster-critical" || at.Name == "system-node-critical"
	case layout.ClusterRoles:
		return slices.Contains(namedRoles, at.Name) || strings.HasPrefix(at.Name, "system:")
	case "roles.rbac.authorization.k8s.io":
		system := at.Namespace == "kube-system" || at.Namespace == "kube-public"
		return system && (strings.HasPrefix(at.Name, "system:") || at.Name == "extension-apiserver-authentication-reader")
	case layout.Services:
		return at.Namespace == "default" && at.Name == "kubernetes"
	}
	return false
}
