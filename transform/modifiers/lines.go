package modifiers

import "github.com/veltx/veltx/transform/internal/onlykey"

// Lines are the lines of a file, in the form that Parse takes, in which its rules begin; from 1. There are none for what
// cannot be told.
func Lines(data []byte) []int {
	document, above, ok := onlykey.Document(data)
	if !ok {
		return nil
	}
	var lines []int
	for _, rule := range onlykey.Field(document, "resourceModifierRules").Content {
		lines = append(lines, above+rule.Line)
	}
	return lines
}
