package restore

import (
	"testing"

	"github.com/veltx/veltx/actions/actiontest"
)

func TestRoleBindings(t *testing.T) {
	testBindings(t, RoleBindings())
	actiontest.Selector(t, RoleBindings(), "", "rolebindings.rbac.authorization.k8s.io")
}
