package references

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/tarball/object"
)

func parseYAML(t testing.TB, text string) *object.Value {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return object.MustParse(string(data))
}

// withSchemas are objects of which some have a definition.
type withSchemas map[string]*Schema

func (withSchemas) HasService(string, string) bool   { return false }
func (withSchemas) HasObject(string, string) bool    { return false }
func (s withSchemas) Schema(resource string) *Schema { return s[resource] }

const things = `
metadata: {name: things.example.com}
spec:
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        properties:
          metadata: {type: object, properties: {namespace: {type: string, description: namespace of the thing}}}
          spec:
            type: object
            properties:
              mode: {type: string, description: How the thing runs in its namespace.}
              home: {type: string, description: The namespace in which workers are started.}
              listed: {type: string, description: "Comma-separated list of namespaces that are watched."}
              spaces: {type: array, description: Namespaces to look at, items: {type: string}}
              others: {type: array, items: {type: string, description: Name of the namespace whose things count.}}
              from: {type: string, description: "namespaces from which routes are taken", enum: [All, Same]}
              source: {type: object, properties: {name: {type: string}, kind: {type: string}, namespace: {type: string}}}
              byName: {type: object, additionalProperties: {type: object, properties: {namespace: {type: string, description: Where the namespace is.}}}}
              lists: {type: array, items: {type: object, properties: {name: {type: string}, namespace: {type: string}}}}
              bare: {type: object, properties: {namespace: {type: string}}}
              store: {type: object, properties: {server: {type: object, properties: {namespace: {type: string, description: "Name of the vault namespace, a feature of Vault Enterprise."}, name: {type: string}}}}}
              count: {type: integer, description: The namespace of}
          status: {type: object, properties: {home: {type: string, description: The namespace in which it is.}}}
  - name: v1alpha1
    schema: {openAPIV3Schema: {properties: {spec: {properties: {old: {type: string, description: Namespace where it was}, home: {type: string, description: The namespace in which}}}}}}
`

func TestASchemaSaysWhichFieldsAreNamespaces(t *testing.T) {
	schema := ReadSchema(parseYAML(t, things))
	var paths []string
	for _, r := range schema.rows {
		paths = append(paths, r.path)
	}
	slices.Sort(paths)
	want := "/spec/byName/*/namespace /spec/home /spec/listed /spec/lists/*/namespace /spec/old /spec/others/* /spec/source/namespace /spec/spaces/* /spec/store/server/namespace"
	if got := strings.Join(paths, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	item := parseYAML(t, `
kind: Thing
spec:
  mode: app
  home: app
  listed: "default, app"
  spaces: [x, app]
  source: {name: web, namespace: app}
  byName: {some: {namespace: app}}
  bare: {namespace: app}
  store: {server: {namespace: app, name: web}}
`)
	for objects, want := range map[Objects]string{
		None{}: "likely /spec/source/namespace, likely /spec/store/server/namespace", // app is a common word
		&withSchemas{"things.example.com": schema}: "likely /spec/byName/some/namespace, likely /spec/home, likely /spec/listed, likely /spec/source/namespace, likely /spec/spaces/1",
	} {
		var got []string
		for _, r := range Named([]string{"app"}, objects).Scan("things.example.com", item, nil, Likely) {
			got = append(got, fmt.Sprint(r.Sure, " ", r.Path))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
		}
	}
}

// What a schema says never makes a field certain, and a table says more than it.
func TestASchemaIsLessThanATable(t *testing.T) {
	crd := parseYAML(t, `{spec: {versions: [{schema: {openAPIV3Schema: {properties: {spec: {properties: {targetNamespace: {type: string, description: Vault namespace}, path: {type: string, description: The namespace of}}}}}}}]}}`)
	const resource = "kustomizations.kustomize.toolkit.fluxcd.io"
	item := parseYAML(t, `{kind: Kustomization, spec: {targetNamespace: shop, path: shop}}`)
	s := Named([]string{"shop"}, &withSchemas{resource: ReadSchema(crd)})
	refs := s.Scan(resource, item, nil, Likely)
	if len(refs) != 2 || refs[0].Sure != Likely || refs[1].Sure != Certain {
		t.Errorf("got %+v", refs)
	}
	if refs := s.Scan(resource, item, nil, Certain); len(refs) != 1 {
		t.Errorf("got %+v", refs)
	}
}

// A definition that somebody made to be large or deep, or that is none, costs little.
func TestHostileSchemas(t *testing.T) {
	deep := `{"type":"string","description":"namespace of"}`
	for range 400 {
		deep = `{"properties":{"namespace":` + deep + `,"name":{"type":"string"}}}`
	}
	var wide strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&wide, `"f%d":{"type":"string","description":"The namespace of it"},`, i)
	}
	for _, c := range []struct {
		schema string
		most   int
	}{
		{deep, 0}, {`{"properties":{` + wide.String() + `"x":{}}}`, mostFields}, {`"text"`, 0}, {`[1]`, 0}, {`null`, 0},
		{`{"properties":{"":{"type":"string","description":"namespace of"},"*":{"type":"string","description":"namespace of"}}}`, 0},
		{`{"properties":"x","additionalProperties":true}`, 0}, {`{"properties":{"a":{"type":"array","description":"namespaces of"}}}`, 0},
	} {
		schema := ReadSchema(object.MustParse(`{"spec":{"versions":[{"schema":{"openAPIV3Schema":` + c.schema + `}}],"validation":"x"}}`))
		if c.most == 0 && schema != nil || schema != nil && len(schema.rows) > c.most {
			t.Errorf("%.40s: %d rows, want %d", c.schema, len(schema.rows), c.most)
		}
	}
}
