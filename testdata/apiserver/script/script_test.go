// Package script_test runs veltx target script against a real kube-apiserver.
package script_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/veltx/veltx/cmd"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/apiserver/server"
)

func veltx(t *testing.T, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	code := cmd.Run(t.Context(), cmd.Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, args)
	if code != 0 && code != 3 {
		t.Fatalf("veltx %s: exit code %d\n%s", strings.Join(args, " "), code, errs.String())
	}
	return out.String()
}

// The machine's own kubectl reads a real server by the script, and what it packs leaves nothing unknown.
func TestTheScriptReadsARealServer(t *testing.T) {
	bin := os.Getenv("VELTX_API_SERVER")
	if bin == "" {
		t.Skip("VELTX_API_SERVER names no folder with kube-apiserver and etcd: make conformance-apiserver builds them")
	}
	if _, err := exec.LookPath("kubectl"); err != nil {
		t.Skip("no kubectl on this machine")
	}
	judge, err := server.Start(t.Context(), bin, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer judge.Close()
	holder := object.MustParse(`{"apiVersion":"v1","kind":"Service","metadata":{"name":"holder","namespace":"default"},"spec":{"type":"NodePort","ports":[{"port":80,"nodePort":30080}]}}`)
	secret := object.MustParse(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"default"},"stringData":{"password":"hunter2"}}`)
	if err := judge.Load(t.Context(), []*object.Value{holder, secret}, func(o *object.Value) string { return strings.ToLower(o.ObjectKind()) + "s" }); err != nil {
		t.Fatal(err)
	}
	config, err := judge.Kubeconfig()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	packed := filepath.Join(dir, "target.tar.gz")
	collect := exec.CommandContext(t.Context(), "sh", "-s", packed)
	collect.Stdin = strings.NewReader(veltx(t, "target", "script"))
	collect.Env = append(os.Environ(), "KUBECONFIG="+config, "HOME="+dir)
	if said, err := collect.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	shown := veltx(t, "target", "show", packed)
	if !strings.Contains(shown, "Kubernetes: v1.33.13") || strings.Contains(shown, "NOT KNOWN") {
		t.Errorf("target show:\n%s", shown)
	}
	plan := veltx(t, "restore-preview", "--sample", "--target", packed, "-o", "json")
	if !strings.Contains(plan, "spec.ports[0].nodePort: Invalid value: 30080") {
		t.Error("the node port that the target's Service holds is not told")
	}
	if unknown := regexp.MustCompile(`target-[a-z-]+-unknown`).FindString(plan); unknown != "" {
		t.Errorf("%s is reported of what the script has asked", unknown)
	}
	text, err := exec.CommandContext(t.Context(), "tar", "-xzOf", packed).Output()
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("hunter2")) || bytes.Contains(text, []byte("aHVudGVyMg==")) {
		t.Error("the value of a Secret is in the archive")
	}
}
