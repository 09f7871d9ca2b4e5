package references

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/veltx/veltx/tarball/object"
)

// Schema are the fields of a custom resource that are namespaces by what its CustomResourceDefinition says of them.
type Schema struct{ rows []*row }

// The bounds of what is read of a schema. Real ones are some 20 levels deep, where they hold a pod.
const (
	deepestSchema = 48
	mostFields    = 2000
)

// ReadSchema reads a CustomResourceDefinition, all of its versions. It returns nil where nothing is a namespace.
func ReadSchema(crd *object.Value) *Schema {
	r := &schemaReader{seen: map[string]bool{}}
	spec := crd.Get("spec")
	r.object(spec.Get("validation", "openAPIV3Schema"), nil) // of v1beta1
	for _, version := range spec.Get("versions").Elements() {
		r.object(version.Get("schema", "openAPIV3Schema"), nil)
	}
	if len(r.rows) == 0 {
		return nil
	}
	return &Schema{rows: r.rows}
}

type schemaReader struct {
	rows []*row
	seen map[string]bool
}

// object reads the members that a schema gives an object. The metadata and the status are not read.
func (r *schemaReader) object(schema *object.Value, path []string) {
	properties := schema.Get("properties")
	for key, field := range properties.Members() {
		if key == "" || key[0] == '*' || len(path) == 0 && (key == "metadata" || key == "status" || key == "kind" || key == "apiVersion") {
			continue
		}
		r.field(field, append(path, key), key, properties)
	}
	if more := schema.Get("additionalProperties"); more.Kind() == object.Object {
		r.field(more, append(path, "*"), "", nil)
	}
}

// field reads the schema of one field, which stands beside others.
func (r *schemaReader) field(schema *object.Value, path []string, key string, beside *object.Value) {
	if len(path) > deepestSchema || len(r.rows) >= mostFields || !mayTellOfNamespace(schema, key) {
		return
	}
	switch schema.Get("type").Str() {
	case "string":
		r.add(path, key, schema, beside)
	case "array":
		items := schema.Get("items")
		if path = append(path, "*"); items.Get("type").Is("string") {
			if !r.add(path, key, schema, nil) {
				r.add(path, "", items, nil)
			}
			return
		}
		r.field(items, path, "", nil)
	default:
		r.object(schema, path)
	}
}

// mayTellOfNamespace says whether a schema is worth opening.
func mayTellOfNamespace(schema *object.Value, key string) bool {
	return isNamespaceKey(key) || bytes.Contains(schema.JSON(), []byte("amespace"))
}

// add adds a row for a text, if it is a namespace, or one that is not though it is called so.
func (r *schemaReader) add(path []string, key string, schema, beside *object.Value) bool {
	said := schema.Get("description").Str()
	isKey := isNamespaceKey(key)
	other := isKey && otherSystem.MatchString(said)
	switch {
	case schema.Has("enum"):
		return false
	case other:
	case isKey && (beside.Has("name") || saysNamespace.MatchString(said)):
	case saysIsNamespace.MatchString(said):
	default:
		return false
	}
	if pointer := pointer(path); !r.seen[pointer] {
		r.seen[pointer] = true
		r.rows = append(r.rows, &row{path: pointer, tokens: slices.Clone(path), form: list, sure: Likely, isOther: other})
	}
	return true
}

var (
	saysNamespace = regexp.MustCompile(`(?i)\bnamespaces?\b`)
	// saysIsNamespace matches a description of what is a namespace, whatever it is called.
	saysIsNamespace = regexp.MustCompile(`(?i)^((optional|optionally|required)[.,:]? )?(\w+ (is|are|specifies|defines|contains|holds|names) )?(an? |the |optional |static |comma-separated )*((name|names|list|set|array) of )*(the |all |kubernetes |k8s |target |destination |source )*namespaces?( names?)?[ ,.]*(of|in|where|whose|for|to|from|that|which|containing|with|into|when|used|this|should|$)`)
	// otherSystem matches a description of the namespace of something else than Kubernetes.
	otherSystem = regexp.MustCompile(`(?i)\b(vault|redis|temporal|nomad|consul|cloudwatch|event ?hubs?|service ?bus|cloud ?map|relay|metrics?|statsd|prometheus|artifact|bucket|icinga|rados)('s)?( enterprise)? namespaces?\b|vault enterprise`)
)
