package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/testdata/backups"
)

// run runs a command line and wants its exit code.
func run(t *testing.T, code int, line ...string) (out string) {
	t.Helper()
	var stdout, problems bytes.Buffer
	if got := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &stdout, Err: &problems}, line); got != code {
		t.Fatalf("veltx %s: exit code %d, want %d\n%s%s", strings.Join(line, " "), got, code, &stdout, &problems)
	}
	return stdout.String()
}

// takesBackup is how the usage of a command names a backup.
var takesBackup = regexp.MustCompile(`\b(BACKUP|SOURCE|A B|NAME --store)\b`)

func TestEachCommandThatTakesABackupTakesOneOfAStore(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"shop", "second"} {
		run(t, exitFine, "backup", "--sample", "-o", dir, "--to-store", "--to-prefix", "east", "--backup-name", name, "--include-cluster-resources", "-q")
	}
	rules := filepath.Join(dir, "rules.yaml")
	if err := os.WriteFile(rules, []byte("version: v1\nresourceModifierRules: [{conditions: {groupResource: pods}, mergePatches: [{patchData: '{}'}]}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	policies := filepath.Join(dir, "policies.yaml")
	if err := os.WriteFile(policies, []byte("version: v1\nclusterScopedFilterPolicy: {resourceFilters: [{kinds: [storageclasses]}]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	checked := []string{"diff", "delete-preview", "delete", "init"} // init writes the way to the backup
	for _, line := range [][]string{
		{"restore-preview", "BACKUP", "--fail-on", "never"}, {"explain", "BACKUP", "deployments/web", "-n", "shop"}, {"get", "BACKUP", "pods", "-A"},
		{"inspect", "BACKUP"}, {"verify", "BACKUP"}, {"backup-preview", "BACKUP"}, {"modifiers test", rules, "BACKUP"}, {"policies test", policies, "BACKUP"}, {"references", "BACKUP"},
		{"transform", "BACKUP", "-o", "-"}, {"backup", "BACKUP", "-o", "-"}, {"redact", "BACKUP", "-o", "-"},
	} {
		checked = append(checked, line[0])
		words := append(strings.Fields(line[0]), line[1:]...)
		at := slices.Index(words, "BACKUP")
		words[at] = filepath.Join(dir, "east", "backups", "shop")
		byPath := run(t, exitFine, words...)
		words[at] = "shop"
		if byName := run(t, exitFine, append(words, "--store", dir, "--prefix", "east")...); byName != byPath && line[0] != "redact" { // it has a key of its own
			t.Errorf("%s: by its name in the store another result than by its path\n%s\n%s", line[0], byName, byPath)
		}
	}
	if out := run(t, exitFine, "diff", "shop", "second", "--store", dir, "--prefix", "east"); !strings.Contains(out, "0 changed, 36 the same") {
		t.Errorf("diff: %s", out)
	}
	if out := run(t, exitFine, "init", "second", "--store", dir, "--prefix", "east", "-o", "-"); !strings.Contains(out, "\nbackup: second\nstore: "+filepath.ToSlash(dir)+"\nprefix: east\n") {
		t.Errorf("init: %s", out)
	}
	run(t, exitFine, "delete-preview", "second", "--store", dir, "--prefix", "east")
	run(t, exitFine, "delete", "second", "--store", dir, "--prefix", "east", "--confirm")
	if names := run(t, exitFine, "backups", "--store", dir, "--prefix", "east", "-o", "name"); names != "shop\n" {
		t.Errorf("left are %q", names)
	}
	for _, c := range commands(t) {
		if !slices.Contains(checked, c) {
			t.Errorf("%s takes a backup, and nobody looks whether it takes one of a store", c)
		}
	}
}

// commands are the names of all commands that take a backup.
func commands(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, c := range NewRoot(Streams{}).Commands() {
		for _, sub := range append(c.Commands(), c) {
			if takesBackup.MatchString(sub.Use) {
				names = append(names, strings.TrimPrefix(sub.CommandPath(), "veltx "))
			}
		}
	}
	if len(names) < 12 {
		t.Fatalf("only %q take a backup", names)
	}
	return names
}

func TestVerifyFindsNothingInWhatVeltxWritesOfTheRealBackups(t *testing.T) {
	for _, folder := range backups.Folders(t) {
		t.Run(folder, func(t *testing.T) {
			dir := t.TempDir()
			bucket := filepath.Join(dir, "bucket")
			if err := os.Mkdir(bucket, 0o755); err != nil {
				t.Fatal(err)
			}
			for file, line := range map[string][]string{
				"mapped":    {"transform", "--fail-on", "never", "--namespace-mappings", "shop:store", "--include-namespaces", "shop"},
				"copied":    {"transform", "--fail-on", "never"},
				"cut":       {"backup", "--include-namespaces", "shop"},
				"all":       {"backup", "--include-cluster-resources", "--features", "EnableAPIGroupVersions"},
				"selected":  {"backup", "-l", "app=web"},
				"redacted":  {"redact"},
				"of-old":    {"transform", "--fail-on", "never", "--velero-version", "1.6"},
				"cut-by-16": {"backup", "--velero-version", "1.6", "--include-namespaces", "shop"},
			} {
				archive := filepath.Join(dir, file+".tar.gz")
				run(t, exitFine, append(slices.Clone(line), folder, "-q", "-o", archive)...)
				run(t, exitFine, "verify", archive)
				if line[0] != "redact" {
					run(t, exitFine, append(slices.Clone(line), folder, "-q", "-o", bucket, "--to-store", "--backup-name", file)...)
				}
			}
			if out := run(t, exitFine, "verify", "--store", bucket); !strings.Contains(out, "7 backups, 0 findings") {
				t.Errorf("%s", out)
			}
			run(t, exitFine, "verify", folder)
		})
	}
}
