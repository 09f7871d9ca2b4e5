package modifiers

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// file is a resource modifier file as it is written. The shape of these types decides what the YAML reader accepts (a
// number where text is wanted becomes text, say), so it follows Velero's, internal/resourcemodifiers/
// resource_modifiers.go:41-64, json_patch.go:14, json_merge_patch.go:12 and strategic_merge_patch.go:19.
type file struct {
	Version               string     `json:"version"`
	ResourceModifierRules []fileRule `json:"resourceModifierRules"`
}

type fileRule struct {
	Conditions       fileConditions      `json:"conditions"`
	Patches          []fileJSONPatch     `json:"patches,omitempty"`
	MergePatches     []filePatchDocument `json:"mergePatches,omitempty"`
	StrategicPatches []filePatchDocument `json:"strategicPatches,omitempty"`
}

type fileConditions struct {
	Namespaces        []string              `json:"namespaces,omitempty"`
	GroupResource     string                `json:"groupResource"`
	ResourceNameRegex string                `json:"resourceNameRegex,omitempty"`
	LabelSelector     *metav1.LabelSelector `json:"labelSelector,omitempty"`
	Matches           []fileMatch           `json:"matches,omitempty"`
}

type fileMatch struct {
	Path  string `json:"path,omitempty"`
	Value string `json:"value,omitempty"`
}

type fileJSONPatch struct {
	Operation string `json:"operation"`
	From      string `json:"from,omitempty"`
	Path      string `json:"path"`
	Value     string `json:"value,omitempty"`
}

type filePatchDocument struct {
	PatchData string `json:"patchData,omitempty"`
}
