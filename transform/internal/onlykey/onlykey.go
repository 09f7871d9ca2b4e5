// Package onlykey reads the text that Velero takes from the only key of a ConfigMap: resource modifiers, resource policies.
package onlykey

import (
	"fmt"

	"gopkg.in/yaml.v3"
	kyaml "sigs.k8s.io/yaml"
)

// Text is the only data value of a ConfigMap manifest, and the ConfigMap's name; or the whole, where it is no manifest. The error
// says what the text should have been. Velero counts data alone, not binaryData
// (v1.18.2 internal/resourcemodifiers/resource_modifiers.go:70).
func Text(data []byte, wanted string) (name string, text []byte, err error) {
	var head struct {
		Kind     string `json:"kind"`
		Metadata struct {
			Name string `json:"name"`
		} `json:"metadata"`
	}
	if err := kyaml.Unmarshal(data, &head); err != nil || head.Kind == "" {
		return "", data, nil
	}
	if head.Kind != "ConfigMap" {
		return "", nil, fmt.Errorf("kind: want ConfigMap or the text of %s, got %q", wanted, head.Kind)
	}
	var manifest struct {
		Data map[string]string `json:"data"`
	}
	if err := kyaml.Unmarshal(data, &manifest); err != nil {
		return "", nil, fmt.Errorf("data: %w", err)
	}
	if len(manifest.Data) != 1 {
		return "", nil, fmt.Errorf("data: want exactly one key, got %d", len(manifest.Data))
	}
	for _, only := range manifest.Data {
		text = []byte(only)
	}
	return head.Metadata.Name, text, nil
}

// Document is the text as YAML, and how many lines of the file stand above it; false where it is none.
func Document(data []byte) (document *yaml.Node, above int, ok bool) {
	_, text, err := Text(data, "")
	if err != nil {
		return nil, 0, false
	}
	if len(text) != len(data) {
		above = linesAbove(data)
	}
	document = &yaml.Node{}
	return document, above, yaml.Unmarshal(text, document) == nil
}

// linesAbove is how many lines of a ConfigMap stand above the text of its only key, which begins below the key.
func linesAbove(data []byte) int {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return 0
	}
	entries := Field(&document, "data").Content
	if len(entries) != 2 {
		return 0
	}
	if entries[1].Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		return entries[1].Line - 1
	}
	return entries[1].Line
}

// Field is what a document or a mapping has under a name; an empty node if it has nothing there.
func Field(n *yaml.Node, name string) *yaml.Node {
	if n.Kind == yaml.DocumentNode {
		n = n.Content[0]
	}
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == name {
				return n.Content[i+1]
			}
		}
	}
	return &yaml.Node{}
}
