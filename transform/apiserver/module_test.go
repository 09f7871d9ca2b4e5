package apiserver

import (
	"os"
	"regexp"
	"testing"
)

// go install of the module's path takes no module with replace lines; and Kubernetes' own modules have to be of one release.
func TestTheModuleNeedsNoReplaceLine(t *testing.T) {
	text, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if regexp.MustCompile(`(?m)^\s*replace\b|=>`).Match(text) {
		t.Error("go.mod has a replace line")
	}
	for _, m := range regexp.MustCompile(`(?m)^\s*(k8s\.io/[a-z-]+) (v0\.33\.\d+)`).FindAllSubmatch(text, -1) {
		if string(m[2]) != "v0.33.13" {
			t.Errorf("%s is %s, and belongs to k8s.io/kubernetes v1.33.13", m[1], m[2])
		}
	}
}
