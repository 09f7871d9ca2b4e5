package conformance

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
)

// A case in testdata/cases/filters stands for each combination of what a Restore says, or does not, of namespaces and
// resources, included and excluded, of cluster scope and of labels.
func TestFiltersHaveACaseForEachCombination(t *testing.T) {
	files, err := filepath.Glob("../cases/filters/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range files {
		c, err := ReadCase(file)
		if err != nil {
			t.Fatal(err)
		}
		var restore struct {
			Spec map[string]json.RawMessage `json:"spec"`
		}
		if err := json.Unmarshal(c.Restore, &restore); err != nil {
			t.Fatal(err)
		}
		combination := string(restore.Spec["includeClusterResources"])
		for _, name := range []string{"includedNamespaces", "excludedNamespaces", "includedResources", "excludedResources", "labelSelector", "orLabelSelectors"} {
			_, given := restore.Spec[name]
			combination += fmt.Sprint(" ", name, given)
		}
		seen[combination] = true
	}
	if want := 2 * 2 * 2 * 2 * 3 * 3; len(seen) != want { // no selector, one, or several
		t.Errorf("%d combinations have a case, want %d", len(seen), want)
	}
}
