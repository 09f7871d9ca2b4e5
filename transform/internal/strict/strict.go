package modifiers

import (
	"cmp"
	"fmt"
	"maps"
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

func misfit(path string, value any, want reflect.Type) (problems []error) {
	if want.Kind() == reflect.Pointer {
		want = want.Elem()
	}
	wanted := map[reflect.Kind]string{reflect.Struct: "a mapping", reflect.Map: "a mapping", reflect.Slice: "a list"}[want.Kind()]
	switch v := value.(type) {
	case nil:
		return nil
	case map[string]any:
		if wanted != "a mapping" {
			break
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			field, known := fieldNamed(want, key)
			if !known {
				problems = append(problems, fmt.Errorf("%s: unknown field", join(path, key)))
				continue
			}
			problems = append(problems, misfit(join(path, key), v[key], field)...)
		}
		return problems
	case []any:
		if wanted != "a list" {
			break
		}
		for i, entry := range v {
			problems = append(problems, misfit(fmt.Sprintf("%s[%d]", path, i), entry, want.Elem())...)
		}
		return problems
	default:
		if wanted == "" {
			return nil
		}
	}
	return []error{fmt.Errorf("%s: want %s, got %s", cmp.Or(path, "resource modifiers"), cmp.Or(wanted, "text"), shape(value))}
}

// fieldNamed finds a field by its name in the file. The case of letters doesn't count, as in Go's JSON decoder.
func fieldNamed(t reflect.Type, key string) (reflect.Type, bool) {
	if t.Kind() == reflect.Map {
		return t.Elem(), true
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if strings.EqualFold(name, key) {
			return t.Field(i).Type, true
		}
	}
	return nil, false
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
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
