package judge

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/apiserver"
)

const kubeconfig = `apiVersion: v1
kind: Config
current-context: c
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: %q}}]
users: [{name: u, user: {}}]
`

// WithKubeconfig runs do while the environment leads to the cluster. What asks
// the cluster by itself needs that: plugins, velero-plugin-for-csi among them,
// and the choice of API versions, for which Velero makes a client of its own.
func WithKubeconfig(s *apiserver.Server, in conformance.Input, do func() error) error {
	asks := slices.Contains(in.Features, "EnableAPIGroupVersions") || slices.Contains(in.Features, "EnableCSI")
	if !asks && len(in.Plugins) == 0 {
		return do()
	}
	dir, err := os.MkdirTemp("", "veltx-oracle-")
	if err != nil {
		return fmt.Errorf("making a folder for the kubeconfig: %w", err)
	}
	defer os.RemoveAll(dir)
	url, stop := s.Listen("server")
	defer stop()
	path := filepath.Join(dir, "config")
	if err := os.WriteFile(path, fmt.Appendf(nil, kubeconfig, url), 0o600); err != nil {
		return fmt.Errorf("writing the kubeconfig: %w", err)
	}
	restore := setenv(map[string]string{"KUBECONFIG": path, "HOME": dir, "VELERO_NAMESPACE": Namespace})
	defer restore()
	return do()
}

// setenv sets variables and returns how to set them back.
func setenv(vars map[string]string) func() {
	before := map[string]*string{}
	for k, v := range vars {
		if old, ok := os.LookupEnv(k); ok {
			before[k] = &old
		} else {
			before[k] = nil
		}
		os.Setenv(k, v)
	}
	return func() {
		for k, old := range before {
			if old == nil {
				os.Unsetenv(k)
				continue
			}
			os.Setenv(k, *old)
		}
	}
}
