package needs

import (
	"github.com/veltx/veltx/tarball/layout"
)

// readBinding reads a RoleBinding or a ClusterRoleBinding. Subjects may be made later, and the binding means them then.
func readBinding(u *User, tell func(Need)) {
	role := u.Object.Get("roleRef")
	const grantsNothing = "the binding grants nothing"
	switch role.Get("kind").Str() {
	case "ClusterRole":
		named(tell, layout.ClusterRoles, "", role.Get("name"), Awaited, grantsNothing)
	case "Role":
		named(tell, Roles, u.Namespace, role.Get("name"), Awaited, grantsNothing)
	}
	for _, subject := range u.Object.Get("subjects").Elements() {
		if subject.Get("kind").Is("ServiceAccount") && !subject.Get("namespace").IsText("") {
			named(tell, layout.ServiceAccounts, subject.Get("namespace").Str(), subject.Get("name"), Tolerated, "the binding grants it nothing")
		}
	}
}
