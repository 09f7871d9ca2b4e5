package modifiers

import "gopkg.in/yaml.v3"

// Lines are the lines of a file, in the form that Parse takes, in which its rules begin; from 1. There are none for what
// cannot be told.
func Lines(data []byte) []int {
	text, err := modifierText(data)
	if err != nil {
		return nil
	}
	above := 0
	if len(text) != len(data) {
		above = linesAbove(data)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil
	}
	var lines []int
	for _, rule := range valueOf(&document, "resourceModifierRules").Content {
		lines = append(lines, above+rule.Line)
	}
	return lines
}

// linesAbove is how many lines of a ConfigMap stand above the text of its only key, which begins below the key.
func linesAbove(data []byte) int {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return 0
	}
	entries := valueOf(&document, "data").Content
	if len(entries) != 2 {
		return 0
	}
	if entries[1].Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		return entries[1].Line - 1
	}
	return entries[1].Line
}

// valueOf is what a document has under a name; an empty node if it has nothing there.
func valueOf(n *yaml.Node, name string) *yaml.Node {
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
