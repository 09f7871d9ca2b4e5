package redact_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/look/redact"
)

// scrubbed scrubs a backup with one more item and returns the entries by path.
func scrubbed(t *testing.T, resource, body string, patterns ...*regexp.Regexp) map[string]string {
	t.Helper()
	return scrubbedAll(t, map[string]string{resource + "/it": body}, patterns...)
}

// scrubbedAll is scrubbed of several items, by resource and name.
func scrubbedAll(t *testing.T, items map[string]string, patterns ...*regexp.Regexp) map[string]string {
	t.Helper()
	b := backuptest.New("b")
	for item, body := range items {
		resource, name, _ := strings.Cut(item, "/")
		b.Add(resource, "v1", "shop", name, body)
	}
	src := b.Open(t, tarball.Options{})
	var out bytes.Buffer
	if _, err := redact.Archive(t.Context(), src, &out, redact.Options{Patterns: patterns}); err != nil {
		t.Fatal(err)
	}
	return entries(t, &out)
}

func entries(t *testing.T, packed io.Reader) map[string]string {
	t.Helper()
	zip, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for in := tar.NewReader(zip); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(in)
		found[h.Name] = string(body)
	}
}

const (
	plainPath = "resources/%/namespaces/shop/it.json"
	twinPath  = "resources/%/v1-preferredversion/namespaces/shop/it.json"
)

func TestSecretsAreReplacedAndTheRestStays(t *testing.T) {
	for name, test := range map[string]struct{ resource, in, gone, kept string }{
		"a Secret": {"secrets", `{"kind":"Secret","data":{"p":"aHVudGVyMg==","e":""},"stringData":{"q":"hunter2"},"metadata":{"name":"it"}}`, "hunter2|aHVudGVyMg", `"e":""`},
		"what was last applied": {"secrets", `{"kind":"Secret","metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"stringData\":{\"p\":\"hunter2\"},\"kind\":\"Secret\"}"}}}`,
			"hunter2", `\"kind\":\"Secret\"`},
		"a docker config":   {"secrets", `{"kind":"Secret","data":{".dockerconfigjson":"eyJhdXRocyI6eyJ4Ijp7fX19"}}`, "eyJhdXRocyI6eyJ4Ijp7fX19", `"eyJhdXRocyI6e319"`},
		"a key of a config": {"configmaps", `{"kind":"ConfigMap","data":{"db.password":"hunter2","color":"blue"}}`, "hunter2", `"color":"blue"`},
		"a config file":     {"configmaps", `{"kind":"ConfigMap","data":{"app.ini":"[db]\npassword = hunter2\n","monkey":"see"}}`, "hunter2", `"monkey":"see"`},
		"a private key":     {"configmaps", `{"kind":"ConfigMap","data":{"a":"-----BEGIN RSA PRIVATE KEY-----\nhunter2"}}`, "hunter2", `"a":"redacted-`},
		"an environment": {"deployments.apps", `{"kind":"Deployment","spec":{"template":{"spec":{"containers":[{"env":[{"name":"DB_PASSWORD","value":"hunter2"},{"name":"LEVEL","value":"debug"},` +
			`{"name":"URL","value":"postgres://u:hunter2@db/x"},{"name":"API_TOKEN","valueFrom":{"secretKeyRef":{"name":"s","key":"token"}}}]}]}}}}`, "hunter2", `"key":"token"`},
		"an argument":       {"pods", `{"kind":"Pod","spec":{"containers":[{"args":["--password=hunter2","--v=4"]}]}}`, "hunter2", `"--v=4"`},
		"a custom resource": {"things.example.org", `{"kind":"Thing","spec":{"config":"token: hunter2","size":3,"big":12345678901234567890}}`, "hunter2", `"big":12345678901234567890`},
	} {
		t.Run(name, func(t *testing.T) {
			found := scrubbed(t, test.resource, test.in)
			plain, twin := found[strings.Replace(plainPath, "%", test.resource, 1)], found[strings.Replace(twinPath, "%", test.resource, 1)]
			if plain == "" || plain != twin {
				t.Fatalf("the two copies differ:\n%s\n%s", plain, twin)
			}
			if regexp.MustCompile(test.gone).MatchString(plain) {
				t.Errorf("%s is still there: %s", test.gone, plain)
			}
			if !strings.Contains(plain, test.kept) {
				t.Errorf("%s is gone: %s", test.kept, plain)
			}
			if _, err := object.Parse([]byte(plain)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBinaryDataIsLookedIntoAndStaysBase64(t *testing.T) {
	const body = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"it","namespace":"shop"},` +
		`"binaryData":{"note":"aGVsbG8=","password":"aHVudGVyMg==","token":"aHVudGVyMg=="},"data":{"text-token":"hunter2"}}`
	got := object.MustParse(scrubbed(t, "configmaps", body)["resources/configmaps/namespaces/shop/it.json"])
	if note := got.Get("binaryData", "note").Str(); note != "aGVsbG8=" {
		t.Errorf("the note is %q", note)
	}
	want := got.Get("data", "text-token").Str()
	for _, key := range []string{"password", "token"} {
		plain, err := base64.StdEncoding.DecodeString(got.Get("binaryData", key).Str())
		if err != nil || !strings.HasPrefix(want, "redacted-") || string(plain) != want {
			t.Errorf("%s: got %q, %v, want the placeholder %q in base64", key, plain, err, want)
		}
	}
}

func TestPatternsOfTheUserCountToo(t *testing.T) {
	found := scrubbed(t, "configmaps", `{"kind":"ConfigMap","data":{"customer":"ACME","color":"blue"}}`, regexp.MustCompile("(?i)customer"))
	if body := found["resources/configmaps/namespaces/shop/it.json"]; strings.Contains(body, "ACME") || !strings.Contains(body, "blue") {
		t.Errorf("got %s", body)
	}
}

func TestWhatIsNotAnItemPassesAndWhatIsNotJSONGoes(t *testing.T) {
	found := scrubbed(t, "configmaps", `{"password":`)
	if found["metadata/version"] != "1.1.0\n" {
		t.Error("metadata/version is gone")
	}
	if body, ok := found["resources/configmaps/namespaces/shop/it.json"]; ok {
		t.Errorf("an item that cannot be read is still there: %s", body)
	}
}

// The copy of an item in another version is edited by itself, and a path that is none of an item is left out.
func TestCopiesThatDifferAndPathsOfNoItem(t *testing.T) {
	b := backuptest.New("b")
	const plain, other = "resources/things.e.org/namespaces/shop/it.json", "resources/things.e.org/v1beta1/namespaces/shop/it.json"
	b.Entries = append(b.Entries,
		backuptest.File{Path: plain, Body: `{"apiVersion":"e.org/v1","spec":{"token":"a1","x":1}}`},
		backuptest.File{Path: other, Body: `{"apiVersion":"e.org/v1beta1","spec":{"password":"b1","y":1}}`},
		backuptest.File{Path: "resources/things.e.org/elsewhere/it.json", Body: `{"spec":{"token":"c1"}}`})
	var out bytes.Buffer
	got, err := redact.Archive(t.Context(), b.Open(t, tarball.Options{}), &out, redact.Options{})
	if err != nil || got.Dropped != 1 {
		t.Fatalf("got %+v, %v", got, err)
	}
	found := entries(t, &out)
	if !strings.Contains(found[plain], `"x":1`) || strings.Contains(found[plain], "a1") || !strings.Contains(found[other], `"y":1`) || strings.Contains(found[other], "b1\"") || len(found) != len(b.Entries)-1 {
		t.Errorf("got %d entries, %s and %s", len(found), found[plain], found[other])
	}
}

// What is told of a redaction counts each item once, whatever copies it has; one that is left out is counted apart.
func TestTheResultCountsItemsOnce(t *testing.T) {
	b := backuptest.New("b")
	b.Add("secrets", "v1", "shop", "it", `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"it","namespace":"shop"},"data":{"a":"aHVudGVyMg==","b":"aHVudGVyMw=="}}`)
	b.Add("configmaps", "v1", "shop", "broken", `{"apiVersion"`)
	src := b.Open(t, tarball.Options{})
	got, err := redact.Archive(t.Context(), src, io.Discard, redact.Options{})
	if want := (redact.Result{Items: 11, Changed: 1, Values: 2, Dropped: 1}); err != nil || *got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// Each text has a part of what makes a secret, and none of it is one.
func TestWhatOnlyHasTheLookOfASecretStays(t *testing.T) {
	for _, text := range []string{
		"https://example.com/?mail=a@b.example", "a@b.example", "https://example.com/a", "x.eyj.y", "db.shop.svc.cluster.local", "1.2.3", "é", "-----BEGIN CERTIFICATE-----",
	} {
		body := `{"apiVersion":"v1","data":{"note":"` + text + `"},"kind":"ConfigMap","metadata":{"name":"it","namespace":"shop"}}`
		if got := scrubbed(t, "configmaps", body)["resources/configmaps/namespaces/shop/it.json"]; got != body {
			t.Errorf("got %s, want %s", got, body)
		}
	}
}
