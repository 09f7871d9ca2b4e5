package modifiers

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// misfits lists what of a YAML text has no place in a resource modifier file, with the path of each.
// It only explains a refusal: whether a text is refused is the strict decoder's word.
func misfits(text []byte) []error {
	var tree any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil
	}
	return misfit("", tree, reflect.TypeFor[file]())
}

func misfit(path string, value any, want reflect.Type) []error {
	if value == nil {
		return nil
	}
	switch want.Kind() {
	case reflect.Pointer:
		return misfit(path, value, want.Elem())
	case reflect.Struct:
		return structMisfits(path, value, want)
	case reflect.Slice:
		return listMisfits(path, value, want)
	case reflect.Map:
		return mapMisfits(path, value, want)
	}
	switch value.(type) {
	case map[string]any, []any:
		return []error{fmt.Errorf("%s: want text, got %s", path, shape(value))}
	}
	return nil
}

func structMisfits(path string, value any, want reflect.Type) []error {
	fields, ok := value.(map[string]any)
	if !ok {
		return []error{fmt.Errorf("%s: want a mapping, got %s", nameOf(path), shape(value))}
	}
	var problems []error
	for _, key := range sortedKeys(fields) {
		field, ok := fieldNamed(want, key)
		if !ok {
			problems = append(problems, fmt.Errorf("%s: unknown field", join(path, key)))
			continue
		}
		problems = append(problems, misfit(join(path, key), fields[key], field)...)
	}
	return problems
}

func listMisfits(path string, value any, want reflect.Type) []error {
	entries, ok := value.([]any)
	if !ok {
		return []error{fmt.Errorf("%s: want a list, got %s", path, shape(value))}
	}
	var problems []error
	for i, entry := range entries {
		problems = append(problems, misfit(fmt.Sprintf("%s[%d]", path, i), entry, want.Elem())...)
	}
	return problems
}

func mapMisfits(path string, value any, want reflect.Type) []error {
	entries, ok := value.(map[string]any)
	if !ok {
		return []error{fmt.Errorf("%s: want a mapping, got %s", path, shape(value))}
	}
	var problems []error
	for _, key := range sortedKeys(entries) {
		problems = append(problems, misfit(join(path, key), entries[key], want.Elem())...)
	}
	return problems
}

// fieldNamed finds a field by its name in the file. The case of letters doesn't count, as in Go's JSON decoder.
func fieldNamed(t reflect.Type, key string) (reflect.Type, bool) {
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if strings.EqualFold(name, key) {
			return t.Field(i).Type, true
		}
	}
	return nil, false
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func nameOf(path string) string {
	if path == "" {
		return "resource modifiers"
	}
	return path
}

func shape(value any) string {
	switch value.(type) {
	case map[string]any:
		return "a mapping"
	case []any:
		return "a list"
	default:
		return fmt.Sprintf("%#v", value)
	}
}
