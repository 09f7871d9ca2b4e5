package references

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/gobwas/glob"

	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/yamltext"
)

// Modifiers are rules of a resource modifiers file that make Velero rewrite references.
type Modifiers struct {
	scanner *Scanner
	rules   []*modifierRule
	alike   map[string]*modifierRule // by all but their names
}

// modifierRule patches items of one namespace in one way.
type modifierRule struct {
	resource, namespace string
	names               []string
	length              int // of their expression
	patches             *object.Value
}

// NewModifiers returns an empty file for what a scanner finds.
func NewModifiers(s *Scanner) *Modifiers {
	return &Modifiers{scanner: s, alike: map[string]*modifierRule{}}
}

// ConfigMapName is the name of the ConfigMap that holds the rules, if nothing else is asked for.
const ConfigMapName = "references"

// Why no rule reaches a reference.
const (
	InNamespace = "Velero makes Namespaces without resource modifiers"
	InSecret    = "it is in a Secret, and a rule would show the value"
	InBase64    = "it is in base64, which rules cannot change"
)

// Unreached says why no rule rewrites a reference of an item, "" if one does.
func Unreached(resource string, r *Reference) string {
	switch {
	case resource == layout.Namespaces:
		return InNamespace
	case resource == layout.Secrets && r.tokens[0] != "metadata":
		return InSecret
	case r.Encoded:
		return InBase64
	}
	return ""
}

// Add adds a rule for the references of an item, as it is sent, by its names in the backup. Those that something rewrites by itself,
// and those that no rule reaches, are passed over.
func (m *Modifiers) Add(item layout.Address, o *object.Value, refs []Reference) {
	var patches []*object.Value
	for from := 0; from < len(refs); {
		to := from + 1
		for to < len(refs) && slices.Equal(refs[to].tokens, refs[from].tokens) {
			to++
		}
		if first := &refs[from]; first.By == "" && Unreached(item.Resource, first) == "" {
			if before, ok := first.TextIn(o); ok {
				patches = append(patches, operation("test", first.Path, before), operation("replace", first.Path, m.scanner.Renamed(before, refs[from:to])))
			}
		}
		from = to
	}
	if len(patches) > 0 {
		m.add(item, object.List(patches...))
	}
}

// operation is one of a JSON patch. Velero puts path and value into JSON text as they are, so both are written as JSON has them,
// the value in quotes, which make it text. Source: v1.18.2 internal/resourcemodifiers/json_patch.go:21-56.
func operation(op, path, value string) *object.Value {
	o := object.New()
	o.Set("operation", object.Text(op))
	o.Set("path", object.Text(strings.TrimSuffix(strings.TrimPrefix(quoted(path), `"`), `"`)))
	o.Set("value", object.Text(quoted(value)))
	return o
}

func quoted(text string) string {
	data, err := json.Marshal(text)
	if err != nil {
		return `""` // cannot happen: a string always has a JSON form
	}
	return string(data)
}

// longestPattern is how long the expression of a rule's names gets.
const longestPattern = 2048

func (m *Modifiers) add(item layout.Address, patches *object.Value) {
	key := item.Resource + "\n" + item.Namespace + "\n" + string(patches.JSON())
	r := m.alike[key]
	if r == nil || r.length+len(item.Name) > longestPattern {
		r = &modifierRule{resource: item.Resource, namespace: item.Namespace, patches: patches}
		m.alike[key] = r
		m.rules = append(m.rules, r)
	}
	name := regexp.QuoteMeta(item.Name)
	r.names = append(r.names, name)
	r.length += len(name) + 1
}

// Len is the number of rules.
func (m *Modifiers) Len() int { return len(m.rules) }

// MaxConfigMap is how many bytes the values of a ConfigMap have at most.
// Source: kubernetes v1.33 pkg/apis/core/validation/validation.go (MaxSecretSize).
const MaxConfigMap = 1 << 20

// ConfigMap is the file as a ConfigMap in YAML, and how many bytes its value has.
func (m *Modifiers) ConfigMap(namespace, name string) (text []byte, size int) {
	rules := make([]*object.Value, len(m.rules))
	for i, r := range m.rules {
		rules[i] = r.value()
	}
	file := object.New()
	file.Set("version", object.Text("v1"))
	file.Set("resourceModifierRules", object.List(rules...))
	inner := yamltext.Append(nil, file)

	metadata, data, o := object.New(), object.New(), object.New()
	metadata.Set("name", object.Text(name))
	metadata.Set("namespace", object.Text(namespace))
	data.Set("references.yaml", object.Text(string(inner)))
	o.Set("apiVersion", object.Text("v1"))
	o.Set("kind", object.Text("ConfigMap"))
	o.Set("metadata", metadata)
	o.Set("data", data)
	return yamltext.Append(nil, o), len(inner)
}

func (r *modifierRule) value() *object.Value {
	conditions := object.New()
	conditions.Set("groupResource", object.Text(glob.QuoteMeta(r.resource)))
	pattern := r.names[0]
	if len(r.names) > 1 {
		pattern = "(" + strings.Join(r.names, "|") + ")"
	}
	conditions.Set("resourceNameRegex", object.Text("^"+pattern+"$"))
	if r.namespace != "" {
		conditions.Set("namespaces", object.Strings(glob.QuoteMeta(r.namespace)))
	}
	o := object.New()
	o.Set("conditions", conditions)
	o.Set("patches", r.patches)
	return o
}
