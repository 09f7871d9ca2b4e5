package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// user is the id that veltx has in the image, which no other user has.
const user = 65532

// image writes a container image with a binary and nothing else, as docker load and podman load take it.
func image(version, out, binary string, at time.Time) error {
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return err
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	if settings["GOOS"] != "linux" {
		return nil // an image is for Linux
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	layer, err := packed(at, []entry{
		{name: "etc/", mode: 0o755},
		{name: "etc/passwd", mode: 0o644, text: []byte(fmt.Sprintf("veltx:x:%d:%d::/tmp:/veltx\n", user, user))},
		{name: "tmp/", mode: 0o1777}, // for temporary files, and where plugins are started from
		{name: "veltx", mode: 0o755, text: program},
	})
	if err != nil {
		return err
	}
	architecture := settings["GOARCH"]
	config, err := json.Marshal(map[string]any{
		"architecture": architecture, "os": "linux", "created": at.Format(time.RFC3339),
		"config": map[string]any{
			"Entrypoint": []string{"/veltx"}, "User": fmt.Sprintf("%d:%d", user, user), "WorkingDir": "/",
			"Labels": map[string]string{
				"org.opencontainers.image.title": "veltx", "org.opencontainers.image.version": version,
				"org.opencontainers.image.source": "https://github.com/veltx/veltx", "org.opencontainers.image.licenses": "Apache-2.0",
			},
		},
		"rootfs":  map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + digest(layer)}},
		"history": []map[string]string{{"created": at.Format(time.RFC3339), "created_by": "FROM scratch; COPY veltx /veltx"}},
	})
	if err != nil {
		return err
	}
	name := digest(config) + ".json"
	manifest, err := json.Marshal([]map[string]any{{
		"Config": name, "RepoTags": []string{"ghcr.io/veltx/veltx:" + version + "-" + architecture}, "Layers": []string{"layer.tar"},
	}})
	if err != nil {
		return err
	}
	whole, err := packed(at, []entry{
		{name: name, mode: 0o644, text: config}, {name: "layer.tar", mode: 0o644, text: layer}, {name: "manifest.json", mode: 0o644, text: manifest},
	})
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "veltx_"+version+"_linux_"+architecture+"_image.tar"), whole, 0o644)
}

type entry struct {
	name string
	mode int64
	text []byte
}

// packed are the entries as a tar.
func packed(at time.Time, entries []entry) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: e.mode, Size: int64(len(e.text)), ModTime: at, Format: tar.FormatUSTAR}
		if e.text == nil {
			h.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.text); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
