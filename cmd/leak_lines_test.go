package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// readNothing are commands that read no backup.
var readNothing = []string{"actions", "completion", "findings", "version", "versions diff", "target script", "plugins copy", "plugins extract", "plugins list", "help"}

// refused says that a line is there for its error, or that it has been carried out before in another format.
func refused(line []string) bool {
	return slices.Contains(line, "--plan") || slices.Contains(line, "secret/none") || line[0] == "delete"
}

// commandsThatPrint are all commands that read a backup, in all formats. What they write beside their result they write
// to the folder for files, but for archives and manifests, which hold the Secrets.
func commandsThatPrint(t *testing.T, folder, files string) [][]string {
	t.Helper()
	base := linesOf(t, folder, files)
	var lines [][]string
	var visit func(c *cobra.Command, name string)
	visit = func(c *cobra.Command, name string) {
		if c.HasSubCommands() {
			for _, sub := range c.Commands() {
				visit(sub, strings.TrimSpace(name+" "+sub.Name()))
			}
			return
		}
		if slices.Contains(readNothing, name) {
			return
		}
		if base[name] == nil {
			t.Errorf("veltx %s is not searched for secrets: add it to linesOf", name)
		}
		for _, line := range base[name] {
			for _, format := range formatsOf(c) {
				lines = append(lines, slices.Concat(strings.Fields(name), line, format))
			}
		}
	}
	visit(NewRoot(Streams{}), "")
	return lines
}

// formatsOf are the choices of -o, each as arguments; one of nothing where -o is a file.
func formatsOf(c *cobra.Command) [][]string {
	output := c.Flags().Lookup("output")
	if output == nil || !strings.Contains(output.Value.Type(), "|") {
		return [][]string{nil}
	}
	var all [][]string
	for _, format := range strings.Split(output.Value.Type(), "|") {
		if strings.Contains(format, "=") {
			format = "jsonpath={.items[*].data}{.items[*].metadata}"
		}
		all = append(all, []string{"-o", format})
	}
	return all
}

// linesOf are what is asked of each command.
func linesOf(t *testing.T, folder, files string) map[string][][]string {
	t.Helper()
	apart := t.TempDir()
	at := func(name string) string { return filepath.Join(apart, name) }
	modifiers := at("modifiers.yaml")
	// Rules that fail on every Secret, copy its values to where they are none, and take them away: what is told of them
	// must hold no value.
	rules := "version: v1\nresourceModifierRules:\n" +
		"- conditions: {groupResource: secrets}\n  patches: [{operation: test, path: /data, value: nothing}]\n" +
		"- conditions: {groupResource: secrets}\n  patches: [{operation: remove, path: /none}]\n" +
		"- conditions: {groupResource: secrets}\n  patches: [{operation: copy, from: /data, path: /metadata/labels}]\n" +
		"- conditions: {groupResource: secrets}\n  patches: [{operation: copy, from: /data, path: /metadata/name}]\n" +
		"- conditions: {groupResource: secrets}\n  patches: [{operation: copy, from: /data, path: /spec}]\n" +
		"- conditions: {groupResource: secrets}\n  patches: [{operation: copy, from: /metadata/annotations, path: /metadata/finalizers}]\n" +
		"- conditions: {groupResource: secrets}\n  patches: [{operation: remove, path: /data}]\n"
	if err := errors.Join(os.WriteFile(modifiers, []byte(rules), 0o600), os.Mkdir(at("bucket"), 0o755)); err != nil {
		t.Fatal(err)
	}
	other, store := filepath.Join(filepath.Dir(folder), "shop-only"), filepath.Dir(filepath.Dir(folder))
	// The target has every Secret of the backup, and each is another one now.
	target := at("target.yaml")
	text := printed(t, "get", folder, "secrets", "-A", "-o", "yaml", "--show-secrets")
	if err := os.WriteFile(target, []byte(strings.ReplaceAll(text, "kind: Secret\n", "kind: Secret\n  immutable: true\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"gone", "kept"} {
		printed(t, "backup", folder, "-o", at("bucket"), "--to-store", "--backup-name", name, "--include-cluster-resources", "-q", "--fail-on", "never")
	}
	plan := filepath.Join(files, "plan.json")
	if err := os.WriteFile(plan, []byte(printed(t, "restore-preview", folder, "-o", "plan", "-f", target, "-q")), 0o600); err != nil {
		t.Fatal(err)
	}
	otherPlan := printed(t, "restore-preview", other, "-o", "plan", "-f", target, "-q", "--fail-on", "never")
	if err := os.WriteFile(at("other.json"), []byte(otherPlan), 0o600); err != nil {
		t.Fatal(err)
	}
	share := at("share.jsonl")
	if err := os.WriteFile(share, []byte(printed(t, "restore-preview", "--all", "--store", at("bucket"), "--fail-on", "never", "--shard", "1/1", "-o", "jsonl", "-q")), 0o600); err != nil {
		t.Fatal(err)
	}
	policies := at("policies.yaml")
	if err := os.WriteFile(policies, []byte("version: v1\nnamespacedFilterPolicies:\n- namespaces: [shop]\n  resourceFilters: [{kinds: [secrets], names: [opaqe]}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mapped := []string{"--namespace-mappings", "shop:store", "--fail-on", "never"}
	return map[string][][]string{
		"restore-preview": {
			{folder}, append([]string{folder}, mapped...), {folder, "-f", target, "--existing-resource-policy", "update"},
			{folder, "--github", "--resource-modifier-configmap", modifiers, "--fail-on", "never", "--force", "--write-baseline", filepath.Join(files, "known.json")},
		},
		"init":  {{folder, "-o", "-"}},
		"merge": {{share}},
		"explain": {
			{folder, "secret/opaque", "-n", "shop"}, {folder, "secret/opaque", "-n", "shop", "--resource-modifier-configmap", modifiers},
			{folder, "secret/opaque", "-n", "shop", "-f", target, "--existing-resource-policy", "update"}, {folder, "secret/none"},
		},
		"get":            {{folder, "secrets", "-A"}, {folder}, {folder, "secret/opaque", "-n", "shop"}, {folder, "all", "-A"}, {target}},
		"diff":           {{other, folder}, {folder, target}, {target, folder, "--noise"}},
		"modifiers test": {{modifiers, folder, "--fail-on", "never"}},
		"policies test":  {{policies, folder, "--fail-on", "never"}},
		"references":     {append([]string{folder}, mapped[:2]...)},
		"target show":    {{target}, {folder}},
		"inspect":        {{folder}},
		"plan show":      {{plan}},
		"plan diff":      {{plan, plan}, {plan, at("other.json")}},
		"backups":        {{"--store", store}},
		"verify":         {{folder}, {"--store", store}, {folder, "--write-checksums", filepath.Join(files, "sums"), "--force"}},
		"backup-preview": {{folder}, {folder, "--include-namespaces", "shop"}, {target}},
		"backup":         {{folder, "-o", at("b.tar.gz"), "--fail-on", "never"}, {target, "-o", at("t.tar.gz"), "--fail-on", "never"}},
		"delete-preview": {{"kept", "--store", at("bucket")}},
		"delete":         {{"gone", "--store", at("bucket"), "--confirm"}},
		"redact":         {{folder, "-o", at("r.tar.gz")}},
		"transform": {
			append([]string{folder, "-o", at("out.tar.gz"), "--resource-modifier-configmap", modifiers}, mapped...),
			append([]string{folder, "-o", at("out"), "--github", "--rewrite-references", "likely+secrets"}, mapped...), {folder, "-o", at("p.tar.gz"), "--plan", plan},
			{folder, "-o", at("q.tar.gz"), "--plan", plan, "-f", target, "--existing-resource-policy", "update"},
		},
	}
}
