package judge

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/veltx/veltx/testdata/conformance"
)

// Real is one restore that a real Velero server did.
type Real struct {
	// Name is the folder's name.
	Name string
	// Input is what the restore was given.
	Input conformance.Input
	// Sent are the creates that went over the wire, in order; a few of them the
	// API server refused, for reasons that are no business of Velero's.
	Sent []conformance.Request
	// Skipped are the items that were never sent, "resource namespace name".
	Skipped map[string]bool
}

// ReadReal reads the restores in a folder of recordings; see its README.
func ReadReal(dir string) ([]Real, error) {
	folders, err := filepath.Glob(filepath.Join(dir, "restores", "*"))
	if err != nil {
		return nil, fmt.Errorf("looking for real restores: %w", err)
	}
	var out []Real
	for _, folder := range folders {
		r, err := readRestore(dir, folder)
		if err != nil {
			return nil, fmt.Errorf("real restore %s: %w", folder, err)
		}
		out = append(out, r)
	}
	return out, nil
}

func readRestore(dir, folder string) (Real, error) {
	r := Real{Name: filepath.Base(folder), Skipped: map[string]bool{}}
	files := conformance.Files{Restore: filepath.Join(folder, "restore.yaml")}
	files.Target = existing(filepath.Join(folder, "target.yaml"))
	files.Modifiers = existing(filepath.Join(folder, "modifiers.yaml"))
	command, err := os.ReadFile(filepath.Join(folder, "cmd.txt"))
	if err != nil {
		return r, err
	}
	if _, list, ok := strings.Cut(string(command), "--features="); ok {
		files.Features = strings.Split(strings.Fields(list)[0], ",")
	}
	text, err := os.ReadFile(files.Restore)
	if err != nil {
		return r, err
	}
	for _, line := range strings.Split(string(text), "\n") {
		if name, ok := strings.CutPrefix(line, "  backupName: "); ok {
			files.Backup = filepath.Join(dir, "backups", name)
		}
	}
	if r.Input, err = conformance.ReadFiles(files); err != nil {
		return r, err
	}
	if r.Sent, err = readSent(filepath.Join(folder, "sent.jsonl.gz")); err != nil {
		return r, err
	}
	skipped, err := os.ReadFile(filepath.Join(folder, "skipped.txt"))
	if err != nil {
		return r, err
	}
	for _, line := range strings.Split(strings.TrimSpace(string(skipped)), "\n") {
		r.Skipped[strings.Join(strings.Fields(line), " ")] = true
	}
	return r, nil
}

func existing(path string) string {
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// readSent reads the creates of a recording.
func readSent(path string) ([]conformance.Request, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	zip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(zip)
	lines.Buffer(nil, 64<<20)
	var out []conformance.Request
	for lines.Scan() {
		var line struct {
			Method, Path string
			Code         int
			Body         json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			return nil, err
		}
		if line.Method != http.MethodPost || strings.HasSuffix(line.Path, "/exec") {
			continue
		}
		out = append(out, sentRequest(line.Path, line.Body))
	}
	return out, lines.Err()
}

// sentRequest reads /api/v1/namespaces/<namespace>/<resource> and its like.
func sentRequest(path string, body json.RawMessage) conformance.Request {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	r := conformance.Request{Verb: "create", Object: body}
	group := ""
	if parts[0] == "api" {
		r.Version, parts = parts[1], parts[2:]
	} else {
		group, r.Version, parts = parts[1], parts[2], parts[3:]
	}
	if len(parts) == 3 {
		r.Namespace, parts = parts[1], parts[2:]
	}
	r.Resource = parts[0]
	if group != "" {
		r.Resource += "." + group
	}
	var object struct{ Metadata struct{ Name string } }
	if err := json.Unmarshal(body, &object); err == nil {
		r.Name = object.Metadata.Name
	}
	return r
}

// InPlace tells whether a request of the judge is for an object that the real
// cluster had already: one that was never sent, or that a controller makes in
// every namespace.
func (r Real) InPlace(q conformance.Request) bool {
	if q.Resource == "serviceaccounts" && q.Name == "default" || q.Resource == "configmaps" && q.Name == "kube-root-ca.crt" {
		return true
	}
	namespace := q.Namespace
	if namespace == "" {
		namespace = "-"
	}
	return r.Skipped[q.Resource+" "+namespace+" "+q.Name]
}
