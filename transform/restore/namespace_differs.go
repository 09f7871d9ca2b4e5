package restore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/transform/internal/pipeline"
)

// tellNamespaceDiffers tells of a Namespace whose labels or annotations the target has in another form: Velero leaves it
// unchanged without a word, whatever the policy is. Labels choose what policies and webhooks do with all that is in it.
// Source: v1.18.2 pkg/util/kube/utils.go (EnsureNamespaceExistsAndIsReady).
func tellNamespaceDiffers(it *pipeline.Item, found *object.Value) {
	it.Report.Step = pipeline.ByExisting
	if names := differing(found.Labels(), it.Object.Labels()); len(names) > 0 {
		it.Report.Warn("namespace-differs", "metadata.labels", fmt.Sprintf("the target's Namespace %s differs in %s, and Velero leaves it unchanged",
			found.Name(), counted("label", names)))
	}
	if names := differing(found.Annotations(), it.Object.Annotations()); len(names) > 0 {
		it.Report.Notice("namespace-differs", "metadata.annotations", fmt.Sprintf("the target's Namespace %s differs in %s, and Velero leaves it unchanged",
			found.Name(), counted("annotation", names)))
	}
}

// differing are the keys that only one has, or that have different values, but for those that no one chose.
func differing(has, gets map[string]string) []string {
	keys := map[string]bool{}
	for key, value := range has {
		if other, ok := gets[key]; !ok || other != value {
			keys[key] = true
		}
	}
	for key := range gets {
		if _, ok := has[key]; !ok {
			keys[key] = true
		}
	}
	maps.DeleteFunc(keys, func(key string, _ bool) bool {
		return key == "kubernetes.io/metadata.name" || key == "kubectl.kubernetes.io/last-applied-configuration" || strings.HasPrefix(key, "velero.io/")
	})
	return slices.Sorted(maps.Keys(keys))
}

// counted names up to three of some things: "labels a, b and 2 more".
func counted(word string, names []string) string {
	const most = 3
	if len(names) == 1 {
		return word + " " + names[0]
	}
	if len(names) <= most {
		return word + "s " + strings.Join(names, ", ")
	}
	return fmt.Sprintf("%ss %s and %d more", word, strings.Join(names[:most], ", "), len(names)-most)
}
