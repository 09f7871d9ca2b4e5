package apiserver

import (
	_ "embed"
	"strings"

	"github.com/veltx/veltx/tarball/layout"
)

//go:generate go run -tags generate ./gen/bootstrap

// bootstrapNames are the roles and bindings that a kube-apiserver makes when it starts.
//
//go:embed bootstrapped.txt
var bootstrapNames string

func bootstrapped() map[layout.Address]bool {
	has := map[layout.Address]bool{}
	for line := range strings.Lines(bootstrapNames) {
		words := append(strings.Fields(line), "")
		has[layout.Address{Resource: words[0], Name: words[1], Namespace: words[2]}] = true
	}
	return has
}

// Has implements pipeline.APIServer.
func (s *Server) Has(address layout.Address) bool { return s.bootstrapped[address] }
