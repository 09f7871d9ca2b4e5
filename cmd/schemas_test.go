package cmd

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/veltx/veltx/testdata/backups"
)

// validator reads one of the published schemas.
func validator(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	folder := filepath.Join(root, "docs", "schemas")
	compiler := jsonschema.NewCompiler()
	compiler.UseLoader(published(folder))
	schema, err := compiler.Compile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// published is the folder in which the schemas are that others refer to by their addresses.
type published string

// Load implements jsonschema.URLLoader.
func (p published) Load(url string) (any, error) {
	name, err := filepath.Abs(filepath.Join(string(p), path.Base(url)))
	if err != nil {
		return nil, err
	}
	return jsonschema.FileLoader{}.Load("file://" + name)
}

func fitsSchema(t *testing.T, schema *jsonschema.Schema, where, text string) {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%s: %v", where, err)
	}
}

// printed is what a command prints; 3 is fine as well.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, problems bytes.Buffer
	code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &out, Err: &problems}, args)
	if code != exitFine && code != exitFindings {
		t.Fatalf("%s: exit code %d: %s", strings.Join(args, " "), code, &problems)
	}
	return out.String()
}

func TestOutputsFitThePublishedSchemas(t *testing.T) {
	var commands []string
	for _, folder := range backups.Folders(t) {
		commands = append(commands, "restore-preview "+folder)
	}
	document, line := validator(t, "restore-preview.json"), validator(t, "restore-preview-item.json")
	plan, baseline := validator(t, "restore-plan.json"), validator(t, "baseline.json")
	for _, command := range append(commands, "restore-preview --sample", "restore-preview --sample --velero-version 1.6 --namespace-mappings shop:store,x:y",
		"restore-preview --sample --existing-resource-policy update --include-resources nothing") {
		args := strings.Fields(command)
		fitsSchema(t, document, command, printed(t, append(args, "-o", "json")...))
		fitsSchema(t, plan, command, printed(t, append(args, "-o", "plan")...))
		for text := range strings.Lines(printed(t, append(args, "-o", "jsonl")...)) {
			fitsSchema(t, line, command, text)
		}
		file := filepath.Join(t.TempDir(), "known.json")
		printed(t, append(args, "-o", "name", "--write-baseline", file)...)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		fitsSchema(t, baseline, command, string(text))
	}
	fitsSchema(t, validator(t, "findings.json"), "findings", printed(t, "findings", "-o", "json"))
}

func TestTheSchemasRefuseWhatTheyDoNotKnow(t *testing.T) {
	for name, text := range map[string]string{
		"restore-preview-item.json": `{"order":1,"outcome":"create","resource":"pods","name":"a","more":1}`,
		"restore-plan.json":         `{"apiVersion":"veltx.io/v1alpha1","kind":"RestorePlan"}`,
		"baseline.json":             `{"apiVersion":"veltx.io/v1alpha1","kind":"Baseline","findings":[{"item":"x"}]}`,
		"findings.json":             `{"apiVersion":"veltx.io/v1","kind":"FindingCatalogue","findings":[]}`,
		"restore-preview.json":      `{}`,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if validator(t, name).Validate(v) == nil {
			t.Errorf("%s takes %s", name, text)
		}
	}
}
