package redact_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/backups"
	"github.com/veltx/veltx/transform/look/redact"
)

const planted = "Xq7!planted-Value-91"

// identity are the members of an item and of its metadata that redacting leaves alone: by these an item is found and owned.
var identity = map[string]bool{
	"apiVersion": true, "kind": true, "name": true, "namespace": true, "generateName": true, "uid": true, "resourceVersion": true,
	"creationTimestamp": true, "deletionTimestamp": true, "selfLink": true, "ownerReferences": true, "managedFields": true,
}

// planter edits everything in an item but its identity.
type planter struct {
	count int
	plant func(p *planter, name string, v *object.Value) *object.Value // after what is in the value
}

func (p *planter) item(o *object.Value) {
	o.Edit(func(name string, v *object.Value) *object.Value {
		if name == "metadata" {
			v.Edit(func(name string, v *object.Value) *object.Value {
				if identity[name] {
					return v
				}
				return p.value(name, v)
			})
			return v
		}
		if identity[name] {
			return v
		}
		return p.value(name, v)
	})
}

func (p *planter) value(name string, v *object.Value) *object.Value {
	v.Edit(func(name string, e *object.Value) *object.Value { return p.value(name, e) })
	return p.plant(p, name, v)
}

// everyString puts each of the texts into the place of strings, in turn.
func everyString(texts ...string) func(*planter, string, *object.Value) *object.Value {
	return func(p *planter, _ string, v *object.Value) *object.Value {
		if v.Kind() != object.String {
			return v
		}
		p.count++
		return object.Text(texts[p.count%len(texts)])
	}
}

// TestNoPlantedSecretIsLeftInARealBackup plants secrets in every item of a real backup, and counts what is left. In every string but
// those of identity: the value of a Secret, alone, in a text, and in base64, and words that are secret by their form. In every
// object: a member called password. In every list of objects, a name and a value; in every list of strings, flags with a password.
// A name says nothing in schemas, which are those of CustomResourceDefinitions; nor is a Secret's own data planted with names.
func TestNoPlantedSecretIsLeftInARealBackup(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte(planted))
	const word = "Planted91VALUEplanted91"
	for name, test := range map[string]struct {
		secret  string // what must not be left
		known   bool   // it is the value of a Secret
		schemas bool   // it is planted there, too
		plant   func(*planter, string, *object.Value) *object.Value
	}{
		"the value of a Secret": {planted, true, true, everyString(planted, "before "+planted+", behind", encoded, "x="+encoded+";", `{"a":"`+planted+`"}`, "one\ntwo "+planted+"\n")},
		"a form": {word, false, true, everyString("ghp_"+word, "Authorization: Bearer "+word, "postgres://u:"+word+"@db/x", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0."+word,
			"-----BEGIN RSA PRIVATE KEY-----\n"+word+"\n-----END RSA PRIVATE KEY-----\n", "u:$apr1$"+word, "glpat-"+word)},
		"a line": {word, false, false, everyString("password="+word, "a: b\ndbPassword: "+word+"\nc: d", `{"token":"`+word+`"}`, "export API_KEY='"+word+"'", "db:5432:shop:u:"+word, "machine h login u password "+word,
			"mysql -p"+word, "curl -u a:"+word+" https://h", "run --password "+word, "x --token="+word+" -v", "- name: DB_PASSWORD\n  value: "+word, "secret: |\n  "+word+"\nx: y", "<password>"+word+"</password>")},
		"a name": {word, false, false, func(p *planter, name string, v *object.Value) *object.Value {
			if v.Kind() == object.Object {
				v.Set("password", object.Text(word))
				v.Set("clientSecret", object.Text(word))
				p.count++
			}
			return v
		}},
		"a pair": {word, false, false, func(p *planter, name string, v *object.Value) *object.Value {
			switch list := v.Elements(); {
			case len(list) == 0:
			case list[0].Kind() == object.Object:
				p.count++
				v.SetElements(append(list[:len(list):len(list)], object.MustParse(`{"name":"DB_PASSWORD","value":"`+word+`"}`), object.MustParse(`{"key":"Authorization","value":"`+word+`"}`)))
			case list[0].Kind() == object.String:
				p.count++
				v.SetElements(append(list[:len(list):len(list)], object.Strings("--password", word, "--api-token="+word, "-p"+word, "-p", word, "-u", "a:"+word, "PASSWORD="+word).Elements()...))
			}
			return v
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p := &planter{plant: test.plant}
			file := plantedBackup(t, p, test.known, test.schemas)
			left := 0
			for path, body := range redacted(t, file) {
				for _, form := range []string{test.secret, base64.StdEncoding.EncodeToString([]byte(test.secret))} {
					if n := strings.Count(body, form); n > 0 {
						if left += n; left < 20 {
							at := strings.Index(body, form)
							t.Errorf("%s: %d left, such as %s", path, n, body[max(0, at-120):min(len(body), at+60)])
						}
					}
				}
			}
			t.Logf("%d planted, %d left", p.count, left)
			if p.count < 500 || left > 0 {
				t.Errorf("%d planted, %d left", p.count, left)
			}
		})
	}
}

// plantedBackup is a real backup after a planter; with known it has a Secret with the value.
func plantedBackup(t *testing.T, p *planter, known, schemas bool) string {
	t.Helper()
	src, err := tarball.Open(t.Context(), backups.Folders(t, "all")[0], tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var packed bytes.Buffer
	zip := gzip.NewWriter(&packed)
	out := tar.NewWriter(zip)
	add := func(path string, body []byte) {
		if err := out.WriteHeader(&tar.Header{Name: path, Mode: 0o600, Size: int64(len(body)), Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		_, _ = out.Write(body)
	}
	err = src.Each(t.Context(), func(e *tarball.Entry) error {
		body, err := e.Body()
		if err != nil {
			return err
		}
		key, err := layout.Parse(e.Path)
		if err != nil || key.VersionDir != "" {
			return nil
		}
		if schemas || key.Resource != layout.CRDs {
			o := object.MustParse(string(body))
			p.item(o)
			body = o.JSON()
		}
		add(e.Path, bytes.Clone(body))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if known {
		add("resources/secrets/namespaces/shop/planted.json", []byte(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"planted","namespace":"shop"},"stringData":{"a":"`+planted+`"}}`))
	}
	add("metadata/version", []byte("1.1.0\n"))
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	_ = zip.Close()
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	if err := os.WriteFile(file, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func redacted(t *testing.T, file string) map[string]string {
	t.Helper()
	src, err := tarball.Open(t.Context(), file, tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	var out bytes.Buffer
	if _, err := redact.Archive(t.Context(), src, &out, redact.Options{}); err != nil {
		t.Fatal(err)
	}
	return entries(t, &out)
}
