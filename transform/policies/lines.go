package policies

import (
	"fmt"

	"gopkg.in/yaml.v3"

	"github.com/veltx/veltx/transform/internal/onlykey"
)

// Lines are the lines of a file, in the form that Parse takes, in which its policies and their filters begin; from 1, by their
// places, such as namespacedFilterPolicies[0].resourceFilters[1]. There are none for what cannot be told.
func Lines(data []byte) map[string]int {
	document, above, ok := onlykey.Document(data)
	if !ok {
		return nil
	}
	lines := map[string]int{}
	add := func(where string, of *yaml.Node) {
		lines[where] = above + of.Line
		for i, filter := range onlykey.Field(of, "resourceFilters").Content {
			lines[fmt.Sprintf("%s.resourceFilters[%d]", where, i)] = above + filter.Line
		}
	}
	if cluster := onlykey.Field(document, ClusterScoped); cluster.Line > 0 {
		add(ClusterScoped, cluster)
	}
	for i, policy := range onlykey.Field(document, "namespacedFilterPolicies").Content {
		add(namespaced(i), policy)
	}
	return lines
}
