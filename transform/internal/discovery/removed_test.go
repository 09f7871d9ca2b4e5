package discovery

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// These kinds are asked for, never stored.
var neverStored = regexp.MustCompile(`Review|^Eviction$|List$|^Scale$|^DeploymentRollback$`)

// groupsOfFolders are the groups whose folder in k8s.io/api has another name.
var groupsOfFolders = map[string]string{
	"admissionregistration": "admissionregistration.k8s.io", "certificates": "certificates.k8s.io", "coordination": "coordination.k8s.io",
	"discovery": "discovery.k8s.io", "events": "events.k8s.io", "flowcontrol": "flowcontrol.apiserver.k8s.io", "networking": "networking.k8s.io",
	"node": "node.k8s.io", "rbac": "rbac.authorization.k8s.io", "scheduling": "scheduling.k8s.io", "storage": "storage.k8s.io",
}

// lifecycle finds the release that removes a type.
var lifecycle = regexp.MustCompile(`func \(in \*(\w+)\) APILifecycleRemoved\(\) \(major, minor int\) \{\n\treturn 1, (\d+)`)

// The types of k8s.io/api say which release removes them: as far as that release is out, the table says the same.
func TestTheTableOfRemovedVersionsFollowsKubernetes(t *testing.T) {
	const released = 33 // of the library in go.mod
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "k8s.io/api").Output()
	if err != nil {
		t.Skip("the module k8s.io/api cannot be found: ", err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "*", "*", "zz_generated.prerelease-lifecycle.go"))
	if err != nil || len(files) == 0 {
		t.Skip("the module k8s.io/api has no lifecycles here: ", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		version := filepath.Base(filepath.Dir(file))
		group := filepath.Base(filepath.Dir(filepath.Dir(file)))
		if full := groupsOfFolders[group]; full != "" {
			group = full
		}
		for _, found := range lifecycle.FindAllStringSubmatch(string(text), -1) {
			minor, _ := strconv.Atoi(found[2])
			if neverStored.MatchString(found[1]) || minor > released {
				continue
			}
			resource := guessPlural(strings.ToLower(found[1])) + "." + group
			if got, ok := Removed(resource, version); !ok || got.Minor != minor {
				t.Errorf("%s %s: removed in 1.%d, and the table says %+v, %v", resource, version, minor, got, ok)
			}
		}
	}
}

func TestEachRemovedVersionHasARow(t *testing.T) {
	gone := RemovedResources()
	for of, removal := range removals() {
		if removal.Minor < 16 || removal.Minor > 33 || !strings.Contains(of.resource, ".") || removal.Instead == "" && !gone[of.resource] {
			t.Errorf("%+v: %+v", of, removal)
		}
	}
	for resource, want := range map[string]bool{"ingresses.extensions": true, "podsecuritypolicies.policy": true, "ingresses.networking.k8s.io": false} {
		if got, listed := gone[resource]; got != want || !listed {
			t.Errorf("%s: %v, %v", resource, got, listed)
		}
	}
	if got, ok := Removed("cronjobs.batch", "v1beta1"); !ok || got.Release() != "Kubernetes 1.25" || got.Instead != "batch/v1" {
		t.Errorf("cronjobs of v1beta1: %+v, %v", got, ok)
	}
	if _, ok := Removed("cronjobs.batch", "v1"); ok {
		t.Error("batch/v1 is served")
	}
}
