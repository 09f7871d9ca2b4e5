package main

import (
	"bytes"
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

//go:embed krew.yaml.tmpl veltx.rb.tmpl
var templates embed.FS

// release is what the templates are filled with.
type release struct {
	Version  string
	Archives []archive
}

// archive is one of the archives of a release.
type archive struct{ OS, Arch, File, SHA256 string }

// Krew names systems as Go does, Homebrew in its own words.
func (a archive) Mac() bool   { return a.OS == "darwin" }
func (a archive) Linux() bool { return a.OS == "linux" }
func (a archive) Arm() bool   { return a.Arch == "arm64" }
func (a archive) Binary() string {
	if a.OS == "windows" {
		return "veltx.exe"
	}
	return "veltx"
}

var archiveName = regexp.MustCompile(`^veltx_.+_(linux|darwin|windows)_(amd64|arm64)\.(tar\.gz|zip)$`)

// homes writes the manifest for krew and the formula for Homebrew beside the archives, with their checksums.
func homes(version, dist string) error {
	sums, err := os.ReadFile(filepath.Join(dist, "checksums.txt"))
	if err != nil {
		return err
	}
	r := &release{Version: strings.TrimPrefix(version, "v")}
	for line := range strings.Lines(string(sums)) {
		fields := strings.Fields(line)
		if len(fields) != 2 {
			return fmt.Errorf("checksums.txt: %q is no checksum and a name", line)
		}
		if m := archiveName.FindStringSubmatch(fields[1]); m != nil {
			r.Archives = append(r.Archives, archive{m[1], m[2], fields[1], fields[0]})
		}
	}
	if len(r.Archives) != 6 {
		return fmt.Errorf("checksums.txt: %d archives, want 6", len(r.Archives))
	}
	all, err := template.ParseFS(templates, "*.tmpl")
	if err != nil {
		return err
	}
	for _, name := range []string{"krew.yaml", "veltx.rb"} {
		var text bytes.Buffer
		if err := all.ExecuteTemplate(&text, name+".tmpl", r); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dist, name), text.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
