package modifiers

import (
	"fmt"
	"slices"
	"strings"
)

// supportedVersion is the only version of the file, in any case (internal/resourcemodifiers/
// resource_modifiers_validator.go:51).
const supportedVersion = "v1"

// operations are what JSON patches know. Any case passes here, as in Velero; the patch library then knows lower case
// only (internal/resourcemodifiers/resource_modifiers_validator.go:70).
var operations = []string{"add", "remove", "replace", "test", "move", "copy"}

// validate checks what Velero checks before a restore starts (internal/resourcemodifiers/
// resource_modifiers_validator.go:23-84), and goes on after the first problem.
func validate(f *file) []error {
	var problems []error
	if !strings.EqualFold(f.Version, supportedVersion) {
		problems = append(problems, fmt.Errorf("version: want %s, got %q", supportedVersion, f.Version))
	}
	if len(f.ResourceModifierRules) == 0 {
		problems = append(problems, fmt.Errorf("resourceModifierRules: want at least one rule"))
	}
	for i := range f.ResourceModifierRules {
		problems = append(problems, validateRule(i, &f.ResourceModifierRules[i])...)
	}
	return problems
}

func validateRule(index int, rule *fileRule) []error {
	var problems []error
	add := func(format string, args ...any) {
		problems = append(problems, fmt.Errorf("resourceModifierRules[%d]%s", index, fmt.Sprintf(format, args...)))
	}
	if rule.Conditions.GroupResource == "" {
		add(".conditions.groupResource: want a value")
	}
	if kinds := patchKinds(rule); len(kinds) > 1 {
		add(": want one kind of patch, got %s", strings.Join(kinds, " and "))
	}
	for i, patch := range rule.Patches {
		switch {
		case patch.Operation == "":
			add(".patches[%d].operation: want a value", i)
		case !slices.Contains(operations, strings.ToLower(patch.Operation)):
			add(".patches[%d].operation: want one of %s, got %q", i, strings.Join(operations, ", "), patch.Operation)
		}
		if patch.Path == "" {
			add(".patches[%d].path: want a value", i)
		}
	}
	return problems
}

func patchKinds(rule *fileRule) (kinds []string) {
	for _, kind := range []struct {
		name    string
		patches int
	}{{"patches", len(rule.Patches)}, {"mergePatches", len(rule.MergePatches)}, {"strategicPatches", len(rule.StrategicPatches)}} {
		if kind.patches > 0 {
			kinds = append(kinds, kind.name)
		}
	}
	return kinds
}
