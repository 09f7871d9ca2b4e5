package cmd

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
)

const realBackups = root + "/../shared/real/backups"

// publicKeys are keys of token Secrets whose values stand in every namespace, readable by anybody.
var publicKeys = map[string]bool{"namespace": true, "ca.crt": true}

const lastAppliedMark = " as last applied"

// secretsOf returns the values of a backup's Secrets, as they are and in base64, by the Secret and key. What is too
// short to be told from other text is left out.
func secretsOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	src, err := tarball.Open(folder, tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	found := map[string]string{}
	err = src.Each(t.Context(), func(e *tarball.Entry) error {
		key, err := layout.Parse(e.Path)
		if err != nil || key.Resource != "secrets" {
			return nil
		}
		body, err := e.Body()
		if err != nil {
			return err
		}
		var secret struct {
			Data     map[string][]byte `json:"data"`
			Metadata struct {
				Annotations map[string]string `json:"annotations"`
			} `json:"metadata"`
		}
		if err := json.Unmarshal(body, &secret); err != nil {
			return err
		}
		for name, value := range secret.Data {
			if len(value) >= 6 && !publicKeys[name] {
				found[key.Name+"/"+name] = string(value)
				found[key.Name+"/"+name+" in base64"] = base64.StdEncoding.EncodeToString(value)
			}
		}
		if applied := secret.Metadata.Annotations["kubectl.kubernetes.io/last-applied-configuration"]; applied != "" {
			found[key.Name+lastAppliedMark] = applied
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func noSecretIn(t *testing.T, where string, text []byte, secrets map[string]string) {
	t.Helper()
	for name, value := range secrets {
		quoted, _ := json.Marshal(value)
		if bytes.Contains(text, []byte(value)) || bytes.Contains(text, quoted[1:len(quoted)-1]) {
			t.Errorf("%s shows the value of %s", where, name)
		}
	}
}

func TestNoCommandPrintsASecretOfTheRealBackups(t *testing.T) {
	folders, _ := filepath.Glob(realBackups + "/*")
	if len(folders) == 0 {
		t.Skip("no real backups beside the checkout (../shared/real)")
	}
	t.Setenv("GITHUB_STEP_SUMMARY", filepath.Join(t.TempDir(), "summary.md"))
	for _, folder := range folders {
		secrets := secretsOf(t, folder)
		if len(secrets) < 4 {
			t.Fatalf("%s: found %d secrets to look for", folder, len(secrets))
		}
		for _, line := range commandsThatPrint(t, folder) {
			var out, problems bytes.Buffer
			code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &out, Err: &problems}, line)
			name := strings.Join(line, " ")
			if code == exitError && line[0] != "diff" || code == exitUsage {
				t.Errorf("%s: exit code %d: %s", name, code, &problems)
			}
			noSecretIn(t, name, out.Bytes(), secrets)
			noSecretIn(t, name+" on standard error", problems.Bytes(), secrets)
		}
	}
}

// commandsThatPrint are all commands that read a backup, in all formats.
func commandsThatPrint(t *testing.T, folder string) [][]string {
	t.Helper()
	modifiers := filepath.Join(t.TempDir(), "modifiers.yaml")
	// A rule that fails on every Secret, and one that changes each: what is told of them must hold no value.
	rules := "version: v1\nresourceModifierRules:\n" +
		"- conditions: {groupResource: secrets}\n  patches: [{operation: test, path: /data, value: nothing}]\n" +
		"- conditions: {groupResource: secrets}\n  patches: [{operation: remove, path: /data}]\n"
	if err := os.WriteFile(modifiers, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	mapped := []string{"--namespace-mappings", "shop:store", "--fail-on", "never"}
	var lines [][]string
	for _, command := range []string{"restore-preview", "inspect", "verify", "get", "backup-preview", "diff", "explain", "backups", "modifiers"} {
		c, _, err := NewRoot(Streams{}).Find([]string{command})
		if err != nil || c.Name() != command {
			continue
		}
		base := []string{command, folder}
		switch command {
		case "get":
			base = []string{command, folder, "secrets", "-A"}
		case "diff":
			base = []string{command, filepath.Join(filepath.Dir(folder), "shop-only"), folder}
		case "explain":
			base = []string{command, folder, "secret/opaque", "-n", "shop"}
		case "backups":
			base = []string{command, "--store", filepath.Dir(filepath.Dir(folder))}
		case "modifiers":
			base = []string{command, "test", modifiers, folder, "--fail-on", "never"}
			c, _, _ = NewRoot(Streams{}).Find([]string{command, "test"})
		}
		formats := []string{"table"}
		if flag := c.Flags().Lookup("output"); flag != nil {
			formats = strings.Split(flag.Value.Type(), "|")
		}
		for _, format := range formats {
			if strings.Contains(format, "=") {
				format = "jsonpath={.items}"
			}
			line := append(append([]string{}, base...), "-o", format)
			lines = append(lines, line)
			if command == "restore-preview" {
				lines = append(lines, append(append([]string{}, line...), mapped...),
					append(append([]string{}, line...), "--github", "--resource-modifier-configmap", modifiers, "--existing-resource-policy", "update", "--fail-on", "never"))
			}
		}
	}
	return append(lines,
		[]string{"diff", filepath.Join(filepath.Dir(folder), "shop-only"), folder, "--diff"},
		[]string{"get", folder, "secret/opaque", "-n", "shop", "-o", "jsonpath={.data}{.metadata}"},
		append([]string{"restore-preview", folder, "--diff"}, mapped...),
		append([]string{"restore-preview", folder, "--diff=full"}, mapped...),
		append([]string{"transform", folder, "-o", filepath.Join(t.TempDir(), "out.tar.gz"), "--resource-modifier-configmap", modifiers}, mapped...),
		append([]string{"transform", folder, "-o", filepath.Join(t.TempDir(), "out")}, mapped...))
}

func TestRedactLeavesNoSecretOfTheRealBackups(t *testing.T) {
	folders, _ := filepath.Glob(realBackups + "/*")
	if len(folders) == 0 {
		t.Skip("no real backups beside the checkout (../shared/real)")
	}
	for _, folder := range folders {
		file := filepath.Join(t.TempDir(), "out.tar.gz")
		var problems bytes.Buffer
		if code := Run(t.Context(), Streams{Out: io.Discard, Err: &problems}, []string{"redact", folder, "-o", file}); code != exitFine {
			t.Fatalf("%s: exit code %d: %s", folder, code, &problems)
		}
		secrets := secretsOf(t, folder)
		for name := range secrets {
			if strings.HasSuffix(name, lastAppliedMark) {
				delete(secrets, name) // it stays, with other values
			}
		}
		src, err := tarball.Open(file, tarball.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = src.Each(t.Context(), func(e *tarball.Entry) error {
			body, err := e.Body()
			noSecretIn(t, e.Path, body, secrets)
			return err
		})
		if err := errors.Join(err, src.Close()); err != nil {
			t.Fatal(err)
		}
	}
}
