package image

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/testdata/plugintest"
)

type entry = plugintest.Entry

var amd64 = Platform{"linux", "amd64"}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// layout is an OCI layout: an index with a nested one, for two platforms and with what the builder adds.
func layout(layer string) []entry {
	return []entry{
		{Name: "oci-layout", Text: "{}"},
		{Name: "index.json", Text: `{"manifests":[{"digest":"sha256:1"}]}`},
		{Name: "blobs/sha256/1", Text: `{"manifests":[{"digest":"sha256:2","platform":{"os":"linux","architecture":"arm64"}},
			{"digest":"sha256:3","platform":{"os":"linux","architecture":"amd64"}},{"digest":"sha256:4","platform":{"os":"unknown","architecture":"unknown"}}]}`},
		{Name: "blobs/sha256/3", Text: `{"config":{"digest":"sha256:5"},"layers":[{"digest":"sha256:6"}]}`},
		{Name: "blobs/sha256/6", Text: layer},
	}
}

func TestPluginsAreTakenOutOfImages(t *testing.T) {
	plain := plugintest.Tar(entry{Name: "plugins/a", Text: "a"}, entry{Name: "./plugins/sub/b", Text: "b"}, entry{Name: "bin/c", Text: "c"}, entry{Name: "plugins/notes", Text: "n", Mode: 0o644})
	single := layout(plain)
	single[1].Text = `{"manifests":[{"digest":"sha256:3"}]}`
	single = append(single, entry{Name: "blobs/sha256/5", Text: `{"os":"linux","architecture":"amd64"}`})
	for name, test := range map[string]struct{ image, want string }{
		"saved":              {plugintest.Saved("amd64", plain), "a=a notes=n sub/b=b"},
		"compressed":         {zipped(t, plugintest.Saved("amd64", zipped(t, plain))), "a=a notes=n sub/b=b"},
		"a layout":           {plugintest.Tar(layout(zipped(t, plain))...), "a=a notes=n sub/b=b"},
		"a layout of one":    {plugintest.Tar(single...), "a=a notes=n sub/b=b"},
		"replaced":           {plugintest.Saved("amd64", plain, plugintest.Tar(entry{Name: "plugins/a", Text: "new"})), "a=new notes=n sub/b=b"},
		"taken away":         {plugintest.Saved("amd64", plain, plugintest.Tar(entry{Name: "plugins/.wh.a"}, entry{Name: "plugins/.wh.sub"})), "notes=n"},
		"all are taken away": {plugintest.Saved("amd64", plain, plugintest.Tar(entry{Name: "plugins/.wh..wh..opq"}, entry{Name: "plugins/d", Text: "d"})), "d=d"},
		"another folder":     {plugintest.Saved("amd64", plain, plugintest.Tar(entry{Name: ".wh.plugins"}, entry{Name: "plugins/d", Text: "d"})), "d=d"},
		"names that climb":   {plugintest.Saved("amd64", plugintest.Tar(entry{Name: "plugins/../../x", Text: "x"}, entry{Name: "../plugins/y", Text: "y"}, entry{Name: "plugins/a/../z", Text: "z"})), "y=y z=z"},
		"two images":         {plugintest.Tar(entry{Name: "manifest.json", Text: "[{},{}]"}), "it has 2 images: save one alone"},
		"another platform":   {plugintest.Saved("arm64", plain), "the image is for linux/arm64, and this machine is linux/amd64: pull it with --platform linux/amd64"},
		"no plugins":         {plugintest.Saved("amd64", plugintest.Tar(entry{Name: "bin/a", Text: "a"})), "it has nothing in /plugins"},
		"a link":             {plugintest.Saved("amd64", plugintest.Tar(entry{Name: "plugins/a", Text: "a"}, entry{Name: "plugins/b", Type: '2', Link: "/etc/passwd"})), `"plugins/b": is a link`},
		"a device":           {plugintest.Saved("amd64", plugintest.Tar(entry{Name: "plugins/b", Type: '3'})), "is no file"},
		"zstd":               {plugintest.Saved("amd64", "\x28\xb5\x2f\xfdxxxx"), "layer 1: it is compressed with zstd"},
		"no image":           {plugintest.Tar(entry{Name: "x"}), "is no image: it has neither manifest.json"},
		"a layer is missing": {plugintest.Tar(single[:4]...), "file does not exist"},
		"digests that climb": {plugintest.Tar(entry{Name: "index.json", Text: `{"manifests":[{"digest":"sha256:../../x"}]}`}), "is no digest"},
		"an index in itself": {plugintest.Tar(entry{Name: "index.json", Text: `{"manifests":[{"digest":"sha256:1"}]}`}, entry{Name: "blobs/sha256/1", Text: `{"manifests":[{"digest":"sha256:1"}]}`}), "too deep"},
		"no JSON":            {plugintest.Tar(entry{Name: "index.json", Text: `{`}), "index.json: unexpected end of JSON input"},
		"nothing":            {plugintest.Tar(entry{Name: "index.json", Text: `{}`}), "it has no image"},
	} {
		at, into := filepath.Join(t.TempDir(), "image"), filepath.Join(t.TempDir(), "out")
		if err := os.WriteFile(at, []byte(test.image), 0o600); err != nil {
			t.Fatal(err)
		}
		if !Is(at) {
			t.Errorf("%s: is taken for no image", name)
		}
		temp := t.TempDir()
		names, err := Extract(at, into, temp, amd64)
		got := told(t, into, names)
		if err != nil {
			got += err.Error()
		}
		if err == nil && got != test.want || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
		if left, _ := os.ReadDir(into); err != nil && len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
		if left, _ := os.ReadDir(temp); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}

// told are files with what is in them.
func told(t *testing.T, folder string, names []string) string {
	t.Helper()
	var all []string
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, name+"="+string(text))
	}
	return strings.Join(all, " ")
}

func TestALayoutInAFolder(t *testing.T) {
	at := t.TempDir()
	for _, e := range layout(plugintest.Tar(entry{Name: "plugins/a", Text: "a"})) {
		path := filepath.Join(at, filepath.FromSlash(e.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(e.Text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	into := filepath.Join(t.TempDir(), "out")
	if names, err := Extract(at, into, "", amd64); !Is(at) || err != nil || told(t, into, names) != "a=a" {
		t.Errorf("got %v, %v", names, err)
	}
	if _, err := Extract(at, into, "", amd64); err == nil || !strings.Contains(err.Error(), "is not empty") {
		t.Errorf("a folder that is not empty: %v", err)
	}
	_, err := Extract(at, filepath.Join(t.TempDir(), "out"), "", Platform{"linux", "s390x"})
	if err == nil || !strings.Contains(err.Error(), "the image is for linux/arm64, linux/amd64") {
		t.Errorf("got %v", err)
	}
	if Is(into) || Is(filepath.Join(into, "none")) || Is(filepath.Join(into, "a")) {
		t.Error("what is no image is taken for one")
	}
}
