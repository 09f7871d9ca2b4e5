package judge

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

// CSIPlugins is the variable that names a folder of releases of velero-plugin-for-csi, each a program in a folder with the number of the
// release.
const CSIPlugins = "VELTX_CSI_PLUGINS"

// ErrNoPlugin says that a case needs a release of velero-plugin-for-csi that is not there.
var ErrNoPlugin = errors.New("velero-plugin-for-csi is not in the folder that " + CSIPlugins + " names")

// buildable is the release of velero-plugin-for-csi that the module beside the judges requires.
const buildable = "0.7.1"

// CSIPlugin runs velero-plugin-for-csi in a server with EnableCSI, in a process of its own, since it cannot be linked with the Kubernetes
// libraries of these releases: one of the releases, whichever is there first. 0.7.1 is built where it is missing; the others are not on the
// module proxy.
func CSIPlugin(releases ...string) func([]string) ([]string, error) {
	return func(flags []string) ([]string, error) {
		if !slices.Contains(flags, "EnableCSI") {
			return nil, nil
		}
		for _, release := range releases {
			if program := filepath.Join(os.Getenv(CSIPlugins), release, "velero-plugin-for-csi"); isThere(program) {
				return []string{program}, nil
			}
		}
		if !slices.Contains(releases, buildable) {
			return nil, ErrNoPlugin
		}
		program, err := built()
		return []string{program}, err
	}
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

var built = sync.OnceValues(func() (string, error) {
	_, here, _, _ := runtime.Caller(0)
	program := filepath.Join(os.TempDir(), "veltx-oracle-csi-"+buildable, "velero-plugin-for-csi")
	if isThere(program) {
		return program, nil
	}
	made := fmt.Sprintf("%s.%d", program, os.Getpid())
	build := exec.Command("go", "build", "-o", made, "github.com/vmware-tanzu/velero-plugin-for-csi")
	build.Dir = filepath.Join(filepath.Dir(here), "../csi-plugin")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building velero-plugin-for-csi: %w: %s", err, out)
	}
	return program, os.Rename(made, program)
})
