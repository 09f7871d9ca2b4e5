package cmd

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/testdata/backups"
)

// publicKeys are keys of token Secrets whose values stand in every namespace, readable by anybody.
var publicKeys = map[string]bool{"namespace": true, "ca.crt": true}

// noLogins is a registry's credentials without any, as redacting leaves them.
const noLogins = `{"auths":{}}`

// isSecret says that a key's value is worth looking for: nothing that is public, or too short to be told from other text.
func isSecret(key, value string) bool {
	return len(value) >= 6 && !publicKeys[key] && value != noLogins
}

const lastAppliedMark = " as last applied"

// secretsOf returns the values of a backup's Secrets, as they are and in base64, by the Secret and key.
func secretsOf(t *testing.T, folder string) map[string]string {
	t.Helper()
	src, err := tarball.Open(t.Context(), folder, tarball.Options{})
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
			if isSecret(name, string(value)) {
				found[key.Name+"/"+name] = string(value)
				found[key.Name+"/"+name+" in base64"] = base64.StdEncoding.EncodeToString(value)
			}
		}
		if applied := secret.Metadata.Annotations["kubectl.kubernetes.io/last-applied-configuration"]; applied != "" {
			found[key.Name+lastAppliedMark] = applied
			return addApplied(found, key.Name, applied)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// addApplied adds the values in a last-applied configuration, which may be others than those of the Secret.
func addApplied(found map[string]string, name, applied string) error {
	var secret struct {
		Data       map[string][]byte `json:"data"`
		StringData map[string]string `json:"stringData"`
	}
	if err := json.Unmarshal([]byte(applied), &secret); err != nil {
		return err
	}
	add := func(key, value string) {
		if isSecret(key, value) {
			found[name+"/"+key+" once applied"] = value
			found[name+"/"+key+" once applied, in base64"] = base64.StdEncoding.EncodeToString([]byte(value))
		}
	}
	for key, value := range secret.Data {
		add(key, string(value))
	}
	for key, value := range secret.StringData {
		add(key, value)
	}
	return nil
}

// packedText is what may hold other text in base64, as the HTML report does.
var packedText = regexp.MustCompile(`[A-Za-z0-9+/_-]{16,}={0,2}`)

// unpackedText is text with all that it holds in base64, or in base64 and gzip, behind it.
func unpackedText(text []byte) []byte {
	all := bytes.Clone(text)
	for _, word := range packedText.FindAll(text, -1) {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			decoded, err := encoding.DecodeString(string(bytes.TrimRight(word, "=")))
			if err != nil {
				continue
			}
			all = append(append(all, '\n'), decoded...)
			if r, err := gzip.NewReader(bytes.NewReader(decoded)); err == nil {
				more, _ := io.ReadAll(r)
				all = append(append(all, '\n'), more...)
			}
		}
	}
	return all
}

func noSecretIn(t *testing.T, where string, text []byte, secrets map[string]string) {
	t.Helper()
	for _, name := range shown(text, secrets) {
		t.Errorf("%s shows the value of %s", where, name)
	}
}

// shown are the names of the secrets whose values stand in the text in some form.
func shown(text []byte, secrets map[string]string) []string {
	text = unpackedText(text)
	var names []string
	for name, value := range secrets {
		quoted, _ := json.Marshal(value)
		forms := []string{value, string(quoted[1 : len(quoted)-1]), html.EscapeString(value), url.QueryEscape(value)}
		if slices.ContainsFunc(forms, func(form string) bool { return bytes.Contains(text, []byte(form)) }) {
			names = append(names, name)
		}
	}
	return names
}

func TestTheSearchForSecretsFindsThemInAnyForm(t *testing.T) {
	const secret = "pa<ss>word 1"
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(`{"diff":"` + secret + `"}`))
	_ = w.Close()
	for _, text := range []string{
		"x" + secret + "x", `{"a":"pa\u003css\u003eword 1"}`, "pa&lt;ss&gt;word 1", "pa%3Css%3Eword+1",
		"a: " + base64.StdEncoding.EncodeToString([]byte("before "+secret+" behind")), base64.RawURLEncoding.EncodeToString([]byte(secret + "???")),
		">" + base64.StdEncoding.EncodeToString(packed.Bytes()) + "<",
	} {
		if len(shown([]byte(text), map[string]string{"it": secret})) != 1 {
			t.Errorf("it is not found in %s", text)
		}
	}
}

func TestNoCommandPrintsASecretOfTheRealBackups(t *testing.T) {
	for _, folder := range backups.Folders(t) {
		secrets := secretsOf(t, folder)
		if len(secrets) < 4 {
			t.Fatalf("%s: found %d secrets to look for", folder, len(secrets))
		}
		files := t.TempDir()
		t.Setenv("GITHUB_STEP_SUMMARY", filepath.Join(files, "summary.md"))
		for _, line := range commandsThatPrint(t, folder, files) {
			var out, problems bytes.Buffer
			code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &out, Err: &problems}, line)
			name := strings.Join(line, " ")
			if code == exitError && !slices.Contains(line[:2], "diff") && !refused(line) || code == exitUsage {
				t.Errorf("%s: exit code %d: %s", name, code, &problems)
			}
			noSecretIn(t, name, out.Bytes(), secrets)
			noSecretIn(t, name+" on standard error", problems.Bytes(), secrets)
		}
		written, _ := filepath.Glob(files + "/*")
		if len(written) < 4 {
			t.Errorf("got the files %q, want a summary, a baseline, a plan and checksums", written)
		}
		for _, file := range written {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			noSecretIn(t, file, text, secrets)
		}
	}
}

// A diff stands in the place of a table, so that -o cannot be given with it.
func TestNoDiffShowsASecretOfTheRealBackups(t *testing.T) {
	for _, folder := range backups.Folders(t) {
		secrets := secretsOf(t, folder)
		for _, line := range [][]string{
			{"diff", filepath.Join(filepath.Dir(folder), "shop-only"), folder, "--diff"},
			{"diff", folder, filepath.Join(filepath.Dir(folder), "shop-only"), "--diff", "--noise"},
			{"restore-preview", folder, "--diff", "--namespace-mappings", "shop:store", "--fail-on", "never"},
			{"restore-preview", folder, "--diff=full", "--namespace-mappings", "shop:store", "--fail-on", "never"},
			{"get", folder, "secret/opaque", "-n", "shop", "-o", "jsonpath={.data}{.metadata}"},
		} {
			var out, problems bytes.Buffer
			if code := Run(t.Context(), Streams{In: strings.NewReader(""), Out: &out, Err: &problems}, line); code > exitError {
				t.Errorf("%s: exit code %d: %s", strings.Join(line, " "), code, &problems)
			}
			noSecretIn(t, strings.Join(line, " "), append(out.Bytes(), problems.Bytes()...), secrets)
		}
	}
}

func TestRedactLeavesNoSecretOfTheRealBackups(t *testing.T) {
	for _, folder := range backups.Folders(t) {
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
		src, err := tarball.Open(t.Context(), file, tarball.Options{})
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
