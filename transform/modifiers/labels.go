package modifiers

import (
	"encoding/json"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// LabelsUnreadable tells whether an item has metadata.labels that aren't a mapping from text to text, as a JSON patch
// makes them that adds the unquoted value true. Velero reads such labels as none, and when it then adds its own two,
// they replace all labels of the item (pkg/restore/restore.go:2138-2149). An item that is no JSON mapping has no labels.
func LabelsUnreadable(item []byte) bool {
	var tree map[string]any
	if err := json.Unmarshal(item, &tree); err != nil {
		return false
	}
	return labelsUnreadable(tree)
}

func labelsUnreadable(tree map[string]any) bool {
	_, _, err := unstructured.NestedStringMap(tree, "metadata", "labels")
	return err != nil
}
