package cmd

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/transform/config"
)

// offered is a line of a draft that is YAML once its mark is taken away.
var offered = regexp.MustCompile(`^( +- .*|[a-zA-Z]+: .*|[a-zA-Z]+:| +[a-z0-9-]+: .*)$`)

func TestADraftFitsItsSchemaWithAllThatItOffers(t *testing.T) {
	schema := validator(t, "config.json")
	plain := printed(t, "init", "--sample", "-o", "-")
	var lines []string
	for line := range strings.Lines(plain) {
		text := strings.TrimSuffix(line, "\n")
		if bare, ok := strings.CutPrefix(text, "# "); ok && offered.MatchString(bare) && !strings.HasPrefix(bare, "Schema:") {
			text = bare
		}
		lines = append(lines, text)
	}
	whole := strings.Join(lines, "\n")
	for name, text := range map[string]string{"as it is written": plain, "without its marks": whole} {
		document, err := yaml.YAMLToJSONStrict([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		fitsSchema(t, schema, name, string(document))
		if _, err := config.ReadFile("veltx.yaml", []byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !strings.Contains(whole, "\nnamespaceMappings:\n  shop: shop-copy\n") || !strings.Contains(whole, "\noutputs:\n  - format: junit\n") {
		t.Errorf("the draft offers less than expected:\n%s", whole)
	}
}

// Each member of a config file is in its schema, which names the flag, and the flag is one of restore-preview.
func TestTheSchemaOfTheConfigFileHasItsMembers(t *testing.T) {
	var schema struct {
		Properties map[string]struct {
			Description string `json:"description"`
		} `json:"properties"`
	}
	if err := json.Unmarshal([]byte(read(t, "docs/schemas/config.json")), &schema); err != nil {
		t.Fatal(err)
	}
	var members []string
	for field := range reflect.TypeFor[config.File]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		members = append(members, name)
	}
	slices.Sort(members)
	if got := slices.Sorted(maps.Keys(schema.Properties)); !slices.Equal(got, members) {
		t.Errorf("the schema has %v\nthe code %v", got, members)
	}
	c, _, err := NewRoot(Streams{}).Find([]string{"restore-preview"})
	if err != nil {
		t.Fatal(err)
	}
	for name, member := range schema.Properties {
		flag, ok := strings.CutPrefix(member.Description, "--")
		if ok && c.Flags().Lookup(flag) == nil {
			t.Errorf("%s: there is no flag --%s", name, flag)
		}
	}
	all := config.File{}
	fillMembers(reflect.ValueOf(&all).Elem())
	flags := map[string]bool{}
	for _, f := range all.Flags() {
		flags[f.Name] = true
	}
	c.Flags().VisitAll(func(f *pflag.Flag) { delete(flags, f.Name) })
	if len(flags) > 0 {
		t.Errorf("no flags of restore-preview: %v", flags)
	}
}

// fillMembers gives each member some value.
func fillMembers(v reflect.Value) {
	for n := range v.NumField() {
		switch field := v.Field(n); field.Kind() {
		case reflect.String:
			field.SetString("x")
		case reflect.Slice:
			field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			if field.Type().Elem().Kind() == reflect.String {
				field.Index(0).SetString("x")
			}
		case reflect.Map:
			field.Set(reflect.ValueOf(map[string]string{"x": "y"}))
		case reflect.Pointer:
			yes := true
			field.Set(reflect.ValueOf(&yes))
		}
	}
}
