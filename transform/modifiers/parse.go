package modifiers

import (
	"errors"
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/transform/internal/strict"
)

// Rules are the rules of one resource modifier file, ready to run. They don't change after Parse.
type Rules struct {
	rules []rule
	size  int64 // of a patched item; 0 for the default
}

// Len is the number of rules.
func (r *Rules) Len() int { return len(r.rules) }

// Parse reads a resource modifier file: a ConfigMap manifest with exactly one data key, in YAML or JSON, or the YAML
// that stands in such a key. What Velero refuses is refused (internal/resourcemodifiers/resource_modifiers.go:66-85 and
// resource_modifiers_validator.go:23-84), with one error that joins all problems, each with its rule and field.
//
// What Velero finds out only when a rule meets an item (a glob or regular expression that doesn't compile, a value that
// is no JSON, an operation with a capital, a rule without patches) is not an error here either: [Rules.Apply] tells it.
func Parse(data []byte) (*Rules, error) {
	text, err := modifierText(data)
	if err != nil {
		return nil, err
	}
	f, err := decodeFile(text)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(validate(f)...); err != nil {
		return nil, err
	}
	return compile(f), nil
}

// modifierText finds the modifiers' own YAML: the only data value of a ConfigMap manifest, or the whole.
// Velero counts data alone, not binaryData (internal/resourcemodifiers/resource_modifiers.go:70).
func modifierText(data []byte) ([]byte, error) {
	var head struct {
		Kind string `json:"kind"`
	}
	if err := yaml.Unmarshal(data, &head); err != nil || head.Kind == "" {
		return data, nil
	}
	if head.Kind != "ConfigMap" {
		return nil, fmt.Errorf("kind: want ConfigMap or the text of a resource modifier file, got %q", head.Kind)
	}
	var manifest struct {
		Data map[string]string `json:"data"`
	}
	if err := yaml.Unmarshal(data, &manifest); err != nil {
		return nil, fmt.Errorf("data: %w", err)
	}
	if len(manifest.Data) != 1 {
		return nil, fmt.Errorf("data: want exactly one key, got %d", len(manifest.Data))
	}
	for _, text := range manifest.Data {
		return []byte(text), nil
	}
	return nil, nil
}

// decodeFile is strict: one key that Velero doesn't know, or one key twice, refuses the file
// (internal/resourcemodifiers/resource_modifiers.go:193-200).
func decodeFile(text []byte) (*file, error) {
	var f file
	err := yaml.UnmarshalStrict(text, &f)
	if err == nil {
		return &f, nil
	}
	problems := strict.Misfits("resource modifiers", text, &f)
	if len(problems) == 0 || isYAMLError(err) {
		problems = append([]error{err}, problems...)
	}
	var lenient file
	if yaml.Unmarshal(text, &lenient) == nil {
		problems = append(problems, validate(&lenient)...)
	}
	return nil, errors.Join(problems...)
}

// isYAMLError tells an error of the YAML reader (syntax, a key twice) from one of the decoder behind it, which stops at
// the first misfit and names no rule.
func isYAMLError(err error) bool {
	return strings.HasPrefix(err.Error(), "error converting YAML to JSON")
}
