package restore

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/discovery"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

var gitVersion = regexp.MustCompile(`^v1\.(\d+)\.`)

// readMinor reads the target's release off its Nodes, 0 if there are none: 33 of v1.33.2. A kubelet is never newer than its API
// server. Source: https://kubernetes.io/releases/version-skew-policy.
func readMinor(given []*object.Value) int {
	newest := 0
	for _, o := range given {
		if o.ObjectKind() != "Node" {
			continue
		}
		if found := gitVersion.FindStringSubmatch(o.Get("status", "nodeInfo", "kubeletVersion").Str()); found != nil {
			minor, _ := strconv.Atoi(found[1])
			newest = max(newest, minor)
		}
	}
	return newest
}

// readRelease reads a release of Kubernetes, 0 for none: 33 of v1.33.2.
func readRelease(version string) int {
	found := gitVersion.FindStringSubmatch(version)
	if found == nil {
		return 0
	}
	minor, _ := strconv.Atoi(found[1])
	return minor
}

// removedVersion is an error where the target's release is known, and serves the item's version of Kubernetes' own API no
// longer. Velero's request fails there with "the server could not find the requested resource".
func (t *target) removedVersion(it *pipeline.Item) error {
	removal, removed := discovery.Removed(it.Resource(), layout.Version(it.Object.APIVersion()))
	if t.groups.described || !removed || t.minor < removal.Minor {
		return nil
	}
	instead := "it has no replacement"
	if removal.Instead != "" {
		instead = "use " + removal.Instead
	}
	return &actions.Failure{ID: "api-version-removed", Err: fmt.Errorf("the target runs Kubernetes 1.%d, and %s and later do not serve %s %s; %s",
		t.minor, removal.Release(), it.Object.APIVersion(), it.Object.ObjectKind(), instead)}
}

// serverMinor is the minor release of the API server for which veltx's own checks answer, 0 where none does, or it is not known.
func (s *setting) serverMinor() int {
	if s.o.APIServer == nil || s.o.RealServer {
		return 0
	}
	if s.o.TargetVersion != "" {
		return readRelease("v" + strings.TrimPrefix(s.o.TargetVersion, "v") + ".0") // which may be a minor alone
	}
	return s.target.minor
}
