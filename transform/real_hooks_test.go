package transform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/transform/report"
)

// ranHook is what Velero's results say of a hook that it tried to run. There was no kubelet, so all of them failed.
var ranHook = regexp.MustCompile(`^hook (\S+) in container (\S+) (?:in pod (\S+) not executed|failed to execute)`)

// TestEachHookOfTheRealVeleroIsListed holds the hooks that are foretold to run against those that Velero tried to run.
func TestEachHookOfTheRealVeleroIsListed(t *testing.T) {
	needReal(t)
	cases, err := judge.ReadReal(sharedReal)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			listed := foretoldHooks(t, c)
			ran := 0
			for namespace, lines := range resultsOf(t, c.Name) {
				for _, line := range lines {
					m := ranHook.FindStringSubmatch(line)
					if m == nil {
						continue
					}
					ran++
					if !slices.ContainsFunc(listed, func(h report.Hook) bool { return isHook(&h, namespace, m[1], m[2], m[3]) }) {
						t.Errorf("%s: Velero ran it, and it is not listed as one that runs: %s", namespace, line)
					}
				}
			}
			running := slices.DeleteFunc(listed, func(h report.Hook) bool { return h.Type != "exec" || h.Fate != report.HookRuns })
			if len(running) != ran {
				t.Errorf("Velero ran %d exec hooks, foretold are %d", ran, len(running))
			}
		})
	}
}

func isHook(h *report.Hook, namespace, name, container, pod string) bool {
	if name == "<from-annotation>" {
		name = "annotation"
	}
	return h.Type == "exec" && h.Fate == report.HookRuns && h.Name == name && h.Container == container &&
		strings.HasPrefix(h.Pod, namespace+"/") && (pod == "" || pod == h.Pod)
}

func foretoldHooks(t *testing.T, c judge.Real) []report.Hook {
	t.Helper()
	_, summary := previewRecorded(t, recordedOptions(t, c))
	return slices.Clone(summary.Told().Hooks)
}

// resultsOf are the errors of a recording by namespace.
func resultsOf(t *testing.T, name string) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(sharedReal, "restores", name, "results.json"))
	if err != nil {
		t.Fatal(err)
	}
	var results struct {
		Errors struct{ Namespaces map[string][]string }
	}
	if err := json.Unmarshal(text, &results); err != nil {
		t.Fatal(err)
	}
	return results.Errors.Namespaces
}
