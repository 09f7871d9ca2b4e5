package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/testdata/plugintest"
)

// documentsOf are commands that print JSON, by the schema of what they print: each with what may be in the document,
// and with next to nothing.
func documentsOf(t *testing.T) map[string][][]string {
	t.Helper()
	folder := t.TempDir()
	file := func(name, text string) string {
		name = filepath.Join(folder, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	manifests := file("manifests.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: shop}, data: {a: b}}\n"+
		"---\n{apiVersion: v1, kind: Secret, metadata: {name: new, namespace: shop}, data: {a: Yg==}}\n---\n{kind: odd}\n")
	rules := file("rules.yaml", "version: v1\nresourceModifierRules:\n"+
		"- conditions: {groupResource: pods}\n  patches: [{operation: replace, path: /nothing, value: '{'}]\n"+
		"- conditions: {groupResource: Services}\n  patches: [{operation: add, path: /metadata/labels/a, value: \"true\"}]\n")
	policies := file("policies.yaml", "version: v1\nclusterScopedFilterPolicy: {resourceFilters: [{kinds: [storageclass], names: [g*]}]}\nnamespacedFilterPolicies:\n"+
		"- namespaces: [shop, shpo]\n  resourceFilters: [{kinds: [service]}, {kinds: [secret], labelSelector: {matchLabels: {no: such}}}]\n")
	empty := filepath.Join(folder, "empty.tar.gz")
	printed(t, "backup", manifests, "--include-namespaces", "nowhere", "-o", empty, "-q")
	bucket := filepath.Join(folder, "bucket")
	if err := os.Mkdir(bucket, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one", "broken", "half"} {
		printed(t, "backup", "--sample", "-o", bucket, "--to-store", "--backup-name", name, "--include-cluster-resources", "-q")
	}
	of := func(name string) string { return filepath.Join(bucket, "backups", name, "velero-backup.json") }
	if err := errors.Join(os.WriteFile(of("broken"), []byte("{"), 0o600), os.Remove(of("half"))); err != nil {
		t.Fatal(err)
	}
	plans := [2]string{file("old.json", printed(t, "restore-preview", "--sample", "-o", "plan"))}
	plans[1] = file("new.json", printed(t, "restore-preview", "--sample", "-o", "plan", "--namespace-mappings", "shop:store", "--exclude-resources", "jobs.batch"))
	store := filepath.Join(folder, "store")
	if err := os.Mkdir(store, 0o755); err != nil {
		t.Fatal(err)
	}
	printed(t, "backup", "--sample", "-o", store, "--to-store", "--backup-name", "one", "--include-cluster-resources", "-q")
	share := file("share.jsonl", printed(t, "restore-preview", "--all", "--store", store, "--shard", "1/1", "-o", "jsonl"))
	return map[string][][]string{
		"merge": {
			{"merge", share}, {"restore-preview", "--all", "--store", store, "--fail-on", "note"}, {"restore-preview", "--all", "--store", store, "--since", "2999-01-01"},
			{"verify", "--all", "--store", bucket}, {"verify", "--all", "--store", store, "--shard", "1/1"},
		},
		"restore-plan": {{"plan", "show", plans[0]}},
		"plan-diff":    {{"plan", "diff", plans[0], plans[1]}, {"plan", "diff", plans[0], plans[0]}, {"diff", plans[1], plans[0]}},
		"explain": {
			{"explain", "--sample", "svc/web", "--namespace-mappings", "shop:store"},
			{"explain", "--sample", "pod/web-7d4b9c6f58-k2x9p", "--resource-modifier-configmap", rules},
			{"explain", "--sample", "pv/pvc-11111111-2222-4333-8444-000000000001"},
			{"explain", "--sample", "deploy/web", "--exclude-resources", "deployments"},
		},
		"diff":           {{"diff", "--sample", manifests, "--noise"}, {"diff", empty, empty}},
		"modifiers-test": {{"modifiers", "test", rules, "--sample"}, {"modifiers", "test", rules, empty}},
		"policies-test":  {{"policies", "test", policies, "--sample"}, {"policies", "test", policies, empty}},
		"backups":        {{"backups", "--store", bucket}, {"backups", "--store", folder}},
		"verify":         {{"verify", "--store", bucket}, {"verify", "--sample"}, {"verify", empty}},
		"backup-preview": {
			{"backup-preview", "--sample"}, {"backup-preview", manifests}, {"backup-preview", empty, "--velero-version", "1.6"},
			{"backup-preview", "--sample", "--features", "EnableCSI", "--include-namespaces", "shop"},
		},
		"delete-preview": {{"delete-preview", "one", "--store", bucket}, {"delete-preview", "half", "--store", bucket}},
		"references":     {{"references", "--sample"}, {"references", "--sample", "--possible", "--namespace-mappings", "shop:store,shop-db:store-db"}, {"references", empty}},
		"inspect":        {{"inspect", "--sample"}, {"inspect", empty}, {"inspect", filepath.Join(bucket, "backups", "one")}},
		"actions":        {{"actions"}},
		"target-show":    {{"target", "show", manifests}},
		"plugins-list":   {{"plugins", "list", pluginFolder(t)}},
		"version":        {{"version"}},
		"versions":       {{"versions"}},
		"versions-diff":  {{"versions", "diff", "1.9", "v1.18.3"}, {"versions", "diff", "1.18", "1.18.3"}},
	}
}

// pluginFolder is a folder with a test plugin.
func pluginFolder(t *testing.T) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := plugintest.Link(program, folder, "order-a"); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestEveryDocumentFitsItsSchema(t *testing.T) {
	for name, lines := range documentsOf(t) {
		schema := validator(t, name+".json")
		for _, line := range lines {
			fitsSchema(t, schema, strings.Join(line, " "), printedAnyway(t, append(line, "-o", "json")...))
		}
		if name != "backup-preview" && name != "references" && name != "merge" {
			continue
		}
		item := validator(t, name+"-item.json")
		for _, line := range lines {
			for text := range strings.Lines(printedAnyway(t, append(line, "-o", "jsonl")...)) {
				fitsSchema(t, item, strings.Join(line, " "), text)
			}
		}
	}
}

func TestDocumentsOfTheRealBackupsFitTheirSchemas(t *testing.T) {
	folders := backups.Folders(t)
	for name, line := range map[string][]string{
		"inspect": {"inspect"}, "verify": {"verify"}, "backup-preview": {"backup-preview"}, "diff": {"diff", folders[0]},
	} {
		schema := validator(t, name+".json")
		for _, folder := range folders {
			args := append(slices.Clone(line), folder, "-o", "json")
			fitsSchema(t, schema, strings.Join(args, " "), printedAnyway(t, args...))
		}
	}
}

// printedAnyway is what a command prints, be it that two backups differ.
func printedAnyway(t *testing.T, args ...string) string {
	t.Helper()
	if args[0] != "diff" && args[0] != "plan" {
		return printed(t, args...)
	}
	var out, problems strings.Builder
	code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &out, Err: &problems}, args)
	if code != exitFine && code != exitError {
		t.Fatalf("%s: exit code %d: %s", strings.Join(args, " "), code, &problems)
	}
	return out.String()
}

// What prints Kubernetes' own objects has no schema of ours; delete prints what delete-preview prints.
func TestEveryCommandThatPrintsJSONHasASchema(t *testing.T) {
	same := map[string]string{"get": "", "delete": "delete-preview", "plan-show": "restore-plan"}
	var visit func(c *cobra.Command, name string)
	visit = func(c *cobra.Command, name string) {
		for _, sub := range c.Commands() {
			visit(sub, strings.TrimPrefix(name+"-"+sub.Name(), "-"))
		}
		output := c.Flags().Lookup("output")
		if output == nil {
			return
		}
		if other, ok := same[name]; ok {
			name = other
		}
		formats := strings.Split(output.Value.Type(), "|")
		for format, file := range map[string]string{"json": name + ".json", "jsonl": name + "-item.json", "plan": "restore-plan.json"} {
			if name != "" && slices.Contains(formats, format) && !exists(t, filepath.Join("docs", "schemas", file)) {
				t.Errorf("veltx %s -o %s: docs/schemas/%s is missing", name, format, file)
			}
		}
	}
	visit(NewRoot(Streams{}), "")
}

func TestEverySchemaIsNamedInTheDocuments(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "docs", "schemas", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		if !strings.Contains(read(t, "docs/OUTPUT.md"), "(schemas/"+filepath.Base(file)+")") {
			t.Errorf("docs/OUTPUT.md does not name %s", file)
		}
	}
}
