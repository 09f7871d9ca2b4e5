//go:build apiserver

package apiserver

import (
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"

	"github.com/veltx/veltx/tarball/layout"
)

// bootstrapped are the roles and bindings that a kube-apiserver makes when it starts, by resource, namespace and name.
func bootstrapped() map[layout.Address]bool {
	has := map[layout.Address]bool{}
	add := func(resource, namespace, name string) {
		has[layout.Address{Resource: resource, Namespace: namespace, Name: name}] = true
	}
	for _, role := range append(bootstrappolicy.ClusterRoles(), bootstrappolicy.ControllerRoles()...) {
		add(layout.ClusterRoles, "", role.Name)
	}
	for _, binding := range append(bootstrappolicy.ClusterRoleBindings(), bootstrappolicy.ControllerRoleBindings()...) {
		add(layout.ClusterRoleBindings, "", binding.Name)
	}
	for namespace, roles := range bootstrappolicy.NamespaceRoles() {
		for _, role := range roles {
			add("roles.rbac.authorization.k8s.io", namespace, role.Name)
		}
	}
	for namespace, bindings := range bootstrappolicy.NamespaceRoleBindings() {
		for _, binding := range bindings {
			add(layout.RoleBindings, namespace, binding.Name)
		}
	}
	return has
}

// Has implements pipeline.APIServer.
func (s *Server) Has(address layout.Address) bool { return s.bootstrapped[address] }
