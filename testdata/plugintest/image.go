package plugintest

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"os"
)

// Entry is a file of a tar: an empty type is that of a plain one.
type Entry struct {
	Name, Text, Link string
	Type             byte
	Mode             int64
}

// Tar is a tar of some files.
func Tar(entries ...Entry) string {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.Name, Mode: e.Mode, Size: int64(len(e.Text)), Typeflag: e.Type, Linkname: e.Link}
		if e.Type == 0 {
			h.Typeflag = tar.TypeReg
		}
		if h.Mode == 0 {
			h.Mode = 0o755
		}
		_ = w.WriteHeader(h) // a buffer takes all
		_, _ = w.Write([]byte(e.Text))
	}
	_ = w.Close()
	return b.String()
}

// Saved is an image with some layers, as docker save writes it.
func Saved(architecture string, layers ...string) string {
	files := []Entry{{Name: "config.json", Text: `{"os":"linux","architecture":"` + architecture + `"}`}}
	names := []string{}
	for i, layer := range layers {
		name := string(rune('a'+i)) + "/layer.tar"
		names = append(names, name)
		files = append(files, Entry{Name: name, Text: layer})
	}
	manifest, _ := json.Marshal([]map[string]any{{"Config": "config.json", "Layers": names}}) // texts
	return Tar(append(files, Entry{Name: "manifest.json", Text: string(manifest)})...)
}

// WriteImage writes an image in which a program is a plugin under some names.
func WriteImage(path, program, architecture string, names ...string) error {
	text, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	var entries []Entry
	for _, name := range names {
		entries = append(entries, Entry{Name: "plugins/" + name, Text: string(text)})
	}
	return os.WriteFile(path, []byte(Saved(architecture, Tar(entries...))), 0o600)
}
