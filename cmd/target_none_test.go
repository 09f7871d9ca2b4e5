//go:build !apiserver

package cmd

import (
	"io"
	"os/exec"
	"strings"
	"testing"
)

func TestWithoutTheAPIServersCodeItsFlagsSayHowToGetIt(t *testing.T) {
	for _, flag := range [][]string{{"--target", "policy.yaml"}, {"--target-version", "1.33"}} {
		line := append([]string{"restore-preview", "--sample"}, flag...)
		var problems strings.Builder
		if code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: io.Discard, Err: &problems}, line); code != 2 {
			t.Errorf("%s: exits %d", flag[0], code)
		}
		const want = ": this veltx is built without the API server's code: build it with make build-apiserver (go build -tags apiserver)"
		if !strings.Contains(problems.String(), flag[0]+want) {
			t.Errorf("%s: says %q", flag[0], problems.String())
		}
	}
}

// Kubernetes' server is larger than veltx, and takes minutes to compile.
func TestThePlainBuildLinksNoServer(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "-tags=", ".")
	list.Dir = root
	packages, err := list.Output()
	if err != nil {
		t.Fatalf("go list -deps .: %v", err)
	}
	if !strings.Contains(string(packages), module+"cmd\n") {
		t.Fatalf("go list -deps . does not name %scmd:\n%s", module, packages)
	}
	for _, name := range strings.Fields(string(packages)) {
		for _, server := range []string{"k8s.io/kubernetes/", "k8s.io/apiserver/", module + "transform/apiserver"} {
			if strings.HasPrefix(name, server) {
				t.Errorf("the plain build links %s", name)
			}
		}
	}
}
