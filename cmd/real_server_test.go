package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// builtServer is the folder of the API server that `make conformance-apiserver` builds.
func builtServer(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("VELTX_API_SERVER")
	if folder == "" {
		folder = filepath.Join(root, ".bin", "apiserver")
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kube-apiserver", "etcd"} {
		if _, err := exec.LookPath(filepath.Join(folder, name)); err != nil {
			t.Skipf("no %s in %s: `make conformance-apiserver` builds it, and VELTX_API_SERVER names another folder", name, folder)
		}
	}
	return folder
}

// realTarget is a target that decides on much of the backup below, with webhooks whose Service is there and is not.
const realTarget = `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}}
- {apiVersion: v1, kind: Namespace, metadata: {name: old, deletionTimestamp: "2026-01-01T00:00:00Z"}, status: {phase: Terminating}}
- {apiVersion: v1, kind: Pod, metadata: {name: older, namespace: shop}, spec: {hostNetwork: true, containers: [{name: a, image: a}]}}
- {apiVersion: v1, kind: Service, metadata: {name: other, namespace: default}, spec: {type: NodePort, clusterIP: 10.96.7.7, clusterIPs: [10.96.7.7], ports: [{port: 80, nodePort: 30080}]}}
- {apiVersion: v1, kind: Service, metadata: {name: up, namespace: default}, spec: {ports: [{port: 443}]}}
- apiVersion: v1
  kind: ResourceQuota
  metadata: {name: few, namespace: shop}
  spec: {hard: {count/endpoints: "1"}}
  status: {hard: {count/endpoints: "1"}, used: {count/endpoints: "0"}}
- apiVersion: admissionregistration.k8s.io/v1
  kind: ValidatingWebhookConfiguration
  metadata: {name: hooks}
  webhooks:
  - {name: up.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: {service: {namespace: default, name: up}},
     rules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*"]}]}
  - {name: down.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: {service: {namespace: default, name: down}},
     rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [secrets]}]}
  - {name: away.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: {url: "https://192.0.2.1/"},
     rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]}
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata: {name: widgets.acme.io}
  spec:
    group: acme.io
    scope: Namespaced
    names: {plural: widgets, kind: Widget}
    conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1], clientConfig: {service: {namespace: default, name: up}}}}
    versions:
    - {name: v1, served: true, storage: false, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer, maximum: 3}}}}}}}
    - {name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
- {apiVersion: acme.io/v1, kind: Widget, metadata: {name: there, namespace: shop}, spec: {size: 1}}
`

// realBackup is what is restored into it.
const realBackup = `apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: shop}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: free, namespace: shop, managedFields: [{manager: "a", operation: Apply, apiVersion: v1, fieldsType: FieldsV1, fieldsV1: {"f:data": {}}}]}}
- {apiVersion: v1, kind: Secret, metadata: {name: hooked, namespace: shop}}
- {apiVersion: v1, kind: Endpoints, metadata: {name: a, namespace: shop}}
- {apiVersion: v1, kind: Endpoints, metadata: {name: b, namespace: shop}}
- {apiVersion: v1, kind: Pod, metadata: {name: host, namespace: shop}, spec: {hostNetwork: true, containers: [{name: a, image: a}]}}
- {apiVersion: v1, kind: Pod, metadata: {name: fine, namespace: shop}, spec: {containers: [{name: a, image: a}]}}
- {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {type: NodePort, ports: [{port: 80, nodePort: 30080}]}}
- {apiVersion: acme.io/v1, kind: Widget, metadata: {name: there, namespace: shop}, spec: {size: 1}}
- {apiVersion: acme.io/v1, kind: Widget, metadata: {name: large, namespace: shop}, spec: {size: 4}}
- {apiVersion: acme.io/v1, kind: Widget, metadata: {name: fine, namespace: shop}, spec: {size: 3.0, more: true}}
- {apiVersion: acme.io/v1, kind: Gadget, metadata: {name: g, namespace: shop}}
- {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: c}}, spec: {containers: [{name: a, image: a}]}}}}
`

// A real API server answers as veltx's own checks do, where these know all; it calls nothing beside it, and nothing of it is left.
func TestARealAPIServerAnswers(t *testing.T) {
	folder := builtServer(t)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{"target.yaml": realTarget, "cluster.yaml": realBackup} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(at("tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	run(t, exitFine, "backup", at("cluster.yaml"), "-o", at("b.tar.gz"), "-q", "--manifest-namespace", "shop", "--fail-on", "never")
	line := []string{"restore-preview", at("b.tar.gz"), "--target", at("target.yaml"), "--preserve-nodeports", "--existing-resource-policy", "update", "--temp-dir", at("tmp")}
	own := run(t, exitFindings, append(line, "--target-version", "1.33", "-o", "jsonl")...)
	answered := run(t, exitFindings, append(line, "--api-server", folder, "-o", "jsonl")...)
	if own != answered {
		t.Errorf("veltx's own checks\n%s\nthe real API server\n%s", own, answered)
	}
	for _, code := range []string{`"code":404`, `"code":403`, `"code":422`, `"code":500`} {
		if !strings.Contains(answered, code) {
			t.Errorf("nothing is refused with %s", code)
		}
	}
	if summary := run(t, exitFindings, append(line, "--api-server", folder, "--show", "target-not-loaded")...); strings.Contains(summary, "target-not-loaded") {
		t.Errorf("some of the target is not loaded:\n%s", summary)
	}
	plan := run(t, exitFindings, append(line, "--api-server", folder, "-o", "plan")...)
	if err := os.WriteFile(at("plan.json"), []byte(plan), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, exitUsage, "transform", at("b.tar.gz"), "-o", at("out.tar.gz"), "--plan", at("plan.json"))
	run(t, exitFindings, "transform", at("b.tar.gz"), "-o", at("out.tar.gz"), "--plan", at("plan.json"), "--api-server", folder, "--temp-dir", at("tmp"))
	run(t, exitUsage, append(line, "--api-server", folder, "--target-version", "1.31")...)
	if left, err := os.ReadDir(at("tmp")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// Of many backups each has a server of its own, two at a time.
func TestARealAPIServerAnswersForEachOfManyBackups(t *testing.T) {
	folder := builtServer(t)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	target, _, _ := strings.Cut(realTarget, "- {apiVersion: acme.io/v1, kind: Widget") // which is not loaded: its conversion cannot be called
	for name, text := range map[string]string{"target.yaml": target, "cluster.yaml": realBackup} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{"tmp", "bucket"} {
		if err := os.Mkdir(at(folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"one", "two"} {
		run(t, exitFine, "backup", at("cluster.yaml"), "-o", at("bucket"), "--to-store", "--backup-name", name, "-q", "--manifest-namespace", "shop", "--fail-on", "never")
	}
	line := []string{"restore-preview", "--all", "--store", at("bucket"), "--target", at("target.yaml"), "--parallel", "2", "-o", "jsonl", "--temp-dir", at("tmp")}
	own := run(t, exitFindings, append(line, "--target-version", "1.33")...)
	if answered := run(t, exitFindings, append(line, "--api-server", folder)...); own != answered || !strings.Contains(answered, `"api-server-refuses":`) {
		t.Errorf("veltx's own checks\n%s\nthe real API server\n%s", own, answered)
	}
	if left, err := os.ReadDir(at("tmp")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// However the process ends, its API server ends and leaves nothing.
func TestARealAPIServerEndsWithTheProcess(t *testing.T) {
	folder := builtServer(t)
	if runtime.GOOS != "linux" {
		t.Skip("processes are looked for in /proc")
	}
	for _, sign := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(sign.String(), func(t *testing.T) {
			dir := t.TempDir()
			read, in, err := os.Pipe() // the backup never comes
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			c := exec.Command("veltx", "restore-preview", "-", "--api-server", folder, "--temp-dir", dir)
			c.Stdin = read
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			read.Close()
			await(t, "the programs do not start", func() bool { return len(processesAt(t, dir)) == 3 })
			_ = c.Process.Signal(sign)
			_ = c.Wait()
			await(t, "something is left", func() bool {
				left, _ := os.ReadDir(dir)
				return len(left)+len(processesAt(t, dir)) == 0
			})
		})
	}
}

func await(t *testing.T, otherwise string, is func() bool) {
	t.Helper()
	for range 300 {
		if is() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal(otherwise)
}

// processesAt are the processes that know a folder: the keeper by its command line, the programs as they run in it.
func processesAt(t *testing.T, dir string) (list []string) {
	t.Helper()
	folders, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		line, _ := os.ReadFile(filepath.Join(folder, "cmdline"))
		in, _ := os.Readlink(filepath.Join(folder, "cwd"))
		if strings.HasPrefix(in, dir) || strings.HasPrefix(string(line), "veltx: keeps") && strings.Contains(string(line), dir) {
			list = append(list, string(line))
		}
	}
	return list
}
