// Command gen writes the table of what each Kubernetes serves by default: from the OpenAPI document of a release, and from
// the list of versions that its kube-apiserver enables. It gets the sources with go mod download.
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// releases are the last ones of each minor version, oldest first.
var releases = strings.Fields(`1.22.17 1.23.17 1.24.17 1.25.16 1.26.15 1.27.16 1.28.15 1.29.15 1.30.14 1.31.14 1.32.13 1.33.13 1.34.4 1.35.4 1.36.3 1.37.2`)

func main() {
	log.SetFlags(0)
	all := releases
	if len(os.Args) > 1 {
		all = os.Args[1:]
	}
	var out bytes.Buffer
	for _, release := range all {
		lines, err := table(release)
		if err != nil {
			log.Fatalf("%s: %v", release, err)
		}
		fmt.Fprintf(&out, "= %s\n%s\n", release, strings.Join(lines, "\n"))
	}
	if err := write("served.gz", out.Bytes()); err != nil {
		log.Fatal(err)
	}
}

func write(name string, text []byte) error {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := z.Write(text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(name, packed.Bytes(), 0o644)
}

// table is a line for each resource that a release serves: group/version, resource, kind, and its scope.
func table(release string) ([]string, error) {
	dir, err := source(release)
	if err != nil {
		return nil, err
	}
	enabled, err := enabledByDefault(filepath.Join(dir, "pkg/controlplane/instance.go"))
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "api/openapi-spec/swagger.json"))
	if err != nil {
		return nil, err
	}
	var document struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	lines := map[string]bool{}
	for path, methods := range document.Paths {
		line, ok, err := resource(path, methods["post"], enabled)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if ok {
			lines[line] = true
		}
	}
	return slices.Sorted(maps.Keys(lines)), nil
}

// source is the folder of a release in the module cache.
func source(release string) (string, error) {
	download := exec.Command("go", "mod", "download", "-json", "k8s.io/kubernetes@v"+release)
	download.Dir = os.TempDir()
	text, err := download.Output()
	if err != nil {
		return "", fmt.Errorf("go mod download: %w", err)
	}
	var module struct{ Dir string }
	return module.Dir, cmp.Or(json.Unmarshal(text, &module), error(nil))
}

var collection = regexp.MustCompile(`^/(?:api|apis)/(?:([^/]+)/)?(v[^/]+)/(namespaces/\{namespace\}/)?([a-z]+)$`)

// resource is the line of a path that takes POSTs.
func resource(path string, post json.RawMessage, enabled func(group, version, resource string) bool) (string, bool, error) {
	m := collection.FindStringSubmatch(path)
	if m == nil || post == nil {
		return "", false, nil
	}
	var operation struct {
		Kind struct{ Kind string } `json:"x-kubernetes-group-version-kind"`
	}
	if err := json.Unmarshal(post, &operation); err != nil {
		return "", false, err
	}
	group, version, scope := m[1], m[2], "cluster"
	if !enabled(group, version, m[4]) {
		return "", false, nil
	}
	if m[3] != "" {
		scope = "namespaced"
	}
	gv := version
	if group != "" {
		gv = group + "/" + version
	}
	return strings.Join([]string{gv, m[4], operation.Kind.Kind, scope}, " "), true, nil
}

var (
	imports   = regexp.MustCompile(`(?m)^\s*(\w+)\s+"k8s\.io/(?:api|kubernetes/pkg/apis)/([\w/]+)/(v\w+)"`)
	version   = regexp.MustCompile(`(\w+)\.SchemeGroupVersion\b(?:\.WithResource\("(\w+)"\))?`)
	lists     = regexp.MustCompile(`(?m)^\s*\w+EnabledByDefault(?:Resources)?\s+= |^func DefaultAPIResourceConfigSource`)
	disabling = regexp.MustCompile(`(?s)(?:DisabledByDefault\s*=\s*\[\]schema\.GroupVersion\{.*?\n\t\}|DisableVersions\(.*?\))`)
)

// enabledByDefault reads the versions, and single resources of versions, that a kube-apiserver enables.
func enabledByDefault(instance string) (func(group, version, resource string) bool, error) {
	text, err := os.ReadFile(instance)
	if err != nil {
		return nil, err
	}
	places := map[string]string{}
	for _, m := range imports.FindAllSubmatch(text, -1) {
		places[string(m[1])] = string(m[2]) + "/" + string(m[3])
	}
	at := lists.FindIndex(text)
	if at == nil {
		return nil, fmt.Errorf("%s: has no list of versions", instance)
	}
	enabled := map[string]bool{"apiextensions/v1": true, "apiregistration/v1": true}
	for _, m := range version.FindAllSubmatch(disabling.ReplaceAll(text[at[0]:], nil), -1) {
		place := places[string(m[1])]
		if place == "" {
			return nil, fmt.Errorf("%s: no import is called %s", instance, m[1])
		}
		if len(m[2]) > 0 {
			place += "/" + string(m[2])
		}
		enabled[place] = true
	}
	return func(group, version, resource string) bool {
		place := folder(group) + "/" + version
		return enabled[place] || enabled[place+"/"+resource]
	}, nil
}

// folder is where the Go types of a group are.
func folder(group string) string {
	switch first, _, _ := strings.Cut(group, "."); first {
	case "":
		return "core"
	case "internal":
		return "apiserverinternal"
	default:
		return first
	}
}
