package main

import (
	"cmp"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

// component is a component of CycloneDX 1.5 (https://cyclonedx.org/docs/1.5/json/).
type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Name    string `json:"name"`
	Version string `json:"version"`
	PURL    string `json:"purl,omitempty"`
	Hashes  []hash `json:"hashes,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

// sbom writes the modules that a binary says it was linked from.
func sbom(binary, out string, at time.Time) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	program := component{
		Type: "application", Name: info.Main.Path, Version: cmp.Or(info.Main.Version, "(devel)"),
		PURL: "pkg:golang/" + info.Main.Path, Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}},
	}
	program.Ref = program.PURL + "#" + filepath.Base(filepath.Dir(binary))
	goVersion := strings.TrimPrefix(info.GoVersion, "go")
	components := []component{{
		Type: "library", Ref: "pkg:golang/std@" + goVersion, Name: "std", Version: goVersion, PURL: "pkg:golang/std@" + goVersion,
	}}
	for _, m := range info.Deps {
		one, err := moduleOf(m)
		if err != nil {
			return err
		}
		components = append(components, one)
	}
	document, err := json.MarshalIndent(map[string]any{
		"$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
		"metadata": map[string]any{"timestamp": at.Format(time.RFC3339), "component": program}, "components": components,
	}, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(document, '\n'), 0o644)
}

func moduleOf(m *debug.Module) (component, error) {
	if m.Replace != nil {
		m = m.Replace
	}
	one := component{Type: "library", Name: m.Path, Version: m.Version, PURL: "pkg:golang/" + m.Path + "@" + m.Version}
	one.Ref = one.PURL
	digest, ok := strings.CutPrefix(m.Sum, "h1:")
	if !ok {
		return one, nil
	}
	raw, err := base64.StdEncoding.DecodeString(digest)
	if err != nil {
		return one, fmt.Errorf("%s: the checksum %q: %w", m.Path, m.Sum, err)
	}
	one.Hashes = []hash{{"SHA-256", hex.EncodeToString(raw)}}
	return one, nil
}
