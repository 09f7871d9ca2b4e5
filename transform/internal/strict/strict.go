// Package strict says in the user's words what a strict decoder refuses: the field, by its path, and what it may be.
package strict

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/tarball/yamltext"
)

// Explain returns what of a text, YAML or JSON, has no place in the type of into, for which its decoder gave err. Where
// nothing is found it is err, without the names of Go's types.
func Explain(err error, text []byte, into any) error {
	if problems := Misfits("", text, into); len(problems) > 0 {
		return errors.Join(problems...)
	}
	return velero.Misfit(err)
}

// Misfits lists what of a text has no place in the type of into, with the path of each; whole is what the text is called.
// It only explains a refusal: whether a text is refused is the strict decoder's word.
func Misfits(whole string, text []byte, into any) []error {
	var tree any
	if yamltext.CheckAliases(text) != nil || yaml.Unmarshal(text, &tree) != nil {
		return nil
	}
	if _, ok := tree.(map[string]any); !ok && tree != nil {
		return []error{errors.New(strings.TrimPrefix(whole+": want a mapping, got "+shape(tree), ": "))}
	}
	return misfit("", tree, reflect.TypeOf(into).Elem())
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

func misfit(path string, value any, want reflect.Type) []error {
	if value == nil || reflect.PointerTo(want).Implements(unmarshaler) {
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
	case reflect.Interface:
		return nil
	case reflect.Bool:
		if _, is := value.(bool); !is {
			return []error{fmt.Errorf("%s: want true or false, got %s", path, shape(value))}
		}
		return nil
	}
	switch value.(type) {
	case map[string]any, []any:
		return []error{fmt.Errorf("%s: want text, got %s", path, shape(value))}
	}
	return nil
}

func structMisfits(path string, value any, want reflect.Type) []error {
	given, ok := value.(map[string]any)
	if !ok {
		return []error{fmt.Errorf("%s: want a mapping, got %s", path, shape(value))}
	}
	known := fields(want)
	var problems []error
	for _, key := range slices.Sorted(maps.Keys(given)) {
		i := slices.IndexFunc(known, func(f field) bool { return f.is(key) })
		if i < 0 {
			problems = append(problems, fmt.Errorf("%s: unknown field, not one of %s", Join(path, key), names(known)))
			continue
		}
		problems = append(problems, misfit(Join(path, key), given[key], known[i].want)...)
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
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		problems = append(problems, misfit(Join(path, key), entries[key], want.Elem())...)
	}
	return problems
}

// field is one that a text may have.
type field struct {
	name  string
	want  reflect.Type
	exact bool // the case of letters counts, as in a YAML decoder; to Go's JSON decoder it does not
}

func (f field) is(key string) bool {
	return f.name == key || !f.exact && strings.EqualFold(f.name, key)
}

// fields are those of a structure and of what is embedded in it.
func fields(t reflect.Type) []field {
	var all []field
	for i := range t.NumField() {
		f := t.Field(i)
		tag, exact := f.Tag.Lookup("yaml")
		if !exact {
			tag = f.Tag.Get("json")
		}
		switch name, _, _ := strings.Cut(tag, ","); {
		case name == "" && f.Anonymous:
			all = append(all, fields(f.Type)...)
		case name != "" && name != "-":
			all = append(all, field{name, f.Type, exact})
		}
	}
	return all
}

func names(all []field) string {
	list := make([]string, len(all))
	for i, f := range all {
		list[i] = f.name
	}
	return strings.Join(list, ", ")
}

// Join is the path of a member.
func Join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// longestShown is how long a text is that is shown: a longer one is a file of another sort, and may be anything.
const longestShown = 80

func shape(value any) string {
	switch value := value.(type) {
	case map[string]any:
		return "a mapping"
	case []any:
		return "a list"
	case string:
		if len(value) > longestShown {
			return fmt.Sprintf("a text of %d bytes", len(value))
		}
	}
	return fmt.Sprintf("%#v", value)
}
