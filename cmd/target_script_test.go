package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// kubectl stands for kubectl: it notes what it is asked and answers from a folder. What is no reading it refuses.
const kubectl = `#!/bin/sh
printf '%s\n' "$*" >>"$ASKED"
[ "$1" = --context ] && shift 2
case "$*" in
'version -o json') echo '{"serverVersion": {"gitVersion": "v1.33.4"}}' ;;
api-versions) printf 'apps/v1\nv1\n' ;;
'get --raw /apis') echo '{"kind": "APIGroupList", "groups": [{"name": "apps", "versions": [{"groupVersion": "apps/v1", "version": "v1"}]}]}' ;;
'get --raw /api/v1') echo '{"kind": "APIResourceList", "groupVersion": "v1", "resources": [
  {"name": "services", "namespaced": true, "kind": "Service", "verbs": ["create"]}, {"name": "namespaces", "namespaced": false, "kind": "Namespace", "verbs": ["create"]}]}' ;;
'get services -A -o yaml') echo '{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Service, metadata: {name: other, namespace: default},
  spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}}]}' ;;
'get secrets -A -o go-template='*) printf -- '---\napiVersion: v1\nkind: Secret\nmetadata: {name: "s", namespace: "default"}\ndata:\n  "password": ""\n' ;;
'get '*' -o yaml') echo 'apiVersion: v1
kind: List
items: []' ;;
'get configmaps'*) ;;
*) echo "error: the server doesn't have that" >&2; exit 1 ;;
esac
`

// The script reads what a target needs and nothing else, and what it packs is a target.
func TestTheScriptDescribesATarget(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell")
	}
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	script := run(t, exitFine, "target", "script")
	for name, text := range map[string]string{"kubectl": kubectl, "collect.sh": script} {
		if err := os.WriteFile(at(name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	collect := exec.Command(shell, at("collect.sh"), at("target.tar.gz"), "--context", "production")
	collect.Env = append(os.Environ(), "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"), "ASKED="+at("asked"))
	if out, err := collect.CombinedOutput(); err != nil || !strings.Contains(string(out), "not read: api-apps-v1.json: error: the server doesn't have that") {
		t.Fatalf("%v\n%s", err, out)
	}
	asked, err := os.ReadFile(at("asked"))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(asked)), "\n") {
		line, ok := strings.CutPrefix(line, "--context production ")
		if !ok || !strings.HasPrefix(line, "get ") && line != "version -o json" && line != "api-versions" {
			t.Errorf("kubectl is asked %q", line)
		}
		if strings.Contains(line, "secrets") && !strings.Contains(line, "go-template") {
			t.Errorf("the values of Secrets are read: %q", line)
		}
	}
	shown := run(t, exitFine, "target", "show", at("target.tar.gz"))
	for _, want := range []string{"Kubernetes: v1.33.4", "Served: 2 API versions, 2 resources", "  Service  1", "  Secret  1"} {
		if !strings.Contains(shown, want) {
			t.Errorf("target show does not say %q:\n%s", want, shown)
		}
	}
	if strings.Contains(shown, "NOT KNOWN") {
		t.Errorf("something is not known of what the script has asked:\n%s", shown)
	}
	items := run(t, exitFindings, "restore-preview", "--sample", "--target", at("target.tar.gz"), "-o", "jsonl")
	if !strings.Contains(items, "spec.ports[0].nodePort: Invalid value: 30080") {
		t.Errorf("the node port that is taken is not told:\n%s", items)
	}
	plan := run(t, exitFindings, "restore-preview", "--sample", "--target", at("target.tar.gz"), "-o", "json")
	if unknown := regexp.MustCompile(`target-[a-z-]+-unknown`).FindString(plan); unknown != "" {
		t.Errorf("%s is reported of what the script has asked", unknown)
	}
}
