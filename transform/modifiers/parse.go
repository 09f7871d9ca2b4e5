package modifiers

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/yamltext"
	"github.com/veltx/veltx/transform/internal/onlykey"
	"github.com/veltx/veltx/transform/internal/strict"
)

// Rules are the rules of one resource modifier file, ready to run. They don't change after Parse.
type Rules struct {
	rules []rule
	size  int64 // of a patched item; 0 for the default

	missingFails bool // a path of matches that an item lacks
	before114    bool // as AsBefore114 says
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
	if err := yamltext.CheckAliases(data); err != nil {
		return nil, err
	}
	_, text, err := Text(data)
	if err != nil {
		return nil, err
	}
	if err := yamltext.CheckAliases(text); err != nil {
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

// Text returns the modifiers' own YAML in a file that [Parse] takes, and the name of the ConfigMap in which it stands
// there, "" if the file is no manifest.
func Text(data []byte) (name string, text []byte, err error) {
	return onlykey.Text(data, "a resource modifier file")
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
