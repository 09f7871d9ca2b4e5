package cmd

import (
	"os/exec"
	"strings"
	"testing"
)

// Kubernetes' clients and storage would make the program half as large again.
func TestTheServersClientsAreNotLinked(t *testing.T) {
	list := exec.Command("go", "list", "-deps", ".")
	list.Dir = root
	packages, err := list.Output()
	if err != nil {
		t.Fatalf("go list -deps .: %v", err)
	}
	if !strings.Contains(string(packages), module+"transform/apiserver\n") {
		t.Fatalf("go list -deps . does not name %stransform/apiserver:\n%s", module, packages)
	}
	for _, name := range strings.Fields(string(packages)) {
		for _, client := range []string{"k8s.io/client-go/kubernetes", "k8s.io/client-go/informers", "k8s.io/client-go/applyconfigurations", "go.etcd.io/etcd/"} {
			if strings.HasPrefix(name, client) {
				t.Errorf("the program links %s", name)
			}
		}
	}
}
