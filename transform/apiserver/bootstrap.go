package apiserver

import (
	_ "embed"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/report"
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

// Knows implements pipeline.APIServer.
func (s *Server) Knows(resource string) bool {
	return s.state.knows(schema.ParseGroupResource(resource))
}

// Told implements pipeline.APIServer.
func (s *Server) Told() []report.Finding { return nil }

// Decisive are the resources whose objects decide on others.
func Decisive() []string {
	names := []string{serviceResource.String()}
	for _, gr := range kept {
		names = append(names, gr.String())
	}
	return names
}
