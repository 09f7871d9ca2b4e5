//go:build generate

// Command bootstrap writes the names of the roles and bindings that a kube-apiserver makes when it starts, a line each: resource, name,
// and namespace where it has one. It has a build tag as the code of Kubernetes that knows them links all of its clients.
package main

import (
	"fmt"
	"log"
	"os"
	"slices"
	"strings"

	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

const group = ".rbac.authorization.k8s.io"

func main() {
	var lines []string
	for _, role := range append(bootstrappolicy.ClusterRoles(), bootstrappolicy.ControllerRoles()...) {
		lines = append(lines, "clusterroles"+group+" "+role.Name)
	}
	for _, binding := range append(bootstrappolicy.ClusterRoleBindings(), bootstrappolicy.ControllerRoleBindings()...) {
		lines = append(lines, "clusterrolebindings"+group+" "+binding.Name)
	}
	for namespace, roles := range bootstrappolicy.NamespaceRoles() {
		for _, role := range roles {
			lines = append(lines, fmt.Sprintf("roles%s %s %s", group, role.Name, namespace))
		}
	}
	for namespace, bindings := range bootstrappolicy.NamespaceRoleBindings() {
		for _, binding := range bindings {
			lines = append(lines, fmt.Sprintf("rolebindings%s %s %s", group, binding.Name, namespace))
		}
	}
	slices.Sort(lines)
	if err := os.WriteFile("bootstrapped.txt", []byte(strings.Join(slices.Compact(lines), "\n")+"\n"), 0o644); err != nil {
		log.Fatal(err)
	}
}
