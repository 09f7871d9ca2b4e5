package sink

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/tarball/object"
)

func TestTheFolderIsOneForKustomize(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	d := create(t, out, false)
	add(t, d, item("pods", "shop", "web-0"), item("pods", "shop", "web-1"), item("services", "data", "db"), item("nodes", "", "n1"),
		item("validatingwebhookconfigurations.admissionregistration.k8s.io", "", "w"), item("namespaces", "", "shop"))
	if err := d.Remove(item("pods", "shop", "web-0")); err != nil {
		t.Fatal(err)
	}
	commit(t, d)
	const head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n"
	for file, want := range map[string]string{
		"Kustomization": head + `- 01-namespaces/shop.yaml
- 02-cluster/nodes/n1.yaml
- 03-namespaced/data
- 03-namespaced/shop
- 04-cluster-last/validatingwebhookconfigurations.admissionregistration.k8s.io/w.yaml
sortOptions:
  order: fifo
`,
		"03-namespaced/shop/Kustomization": head + "- 15-pods/web-1.yaml\n",
		"03-namespaced/data/Kustomization": head + "- 19-services/db.yaml\n",
	} {
		if got, err := os.ReadFile(filepath.Join(out, file)); err != nil || string(got) != want {
			t.Errorf("%s: %v\n%s", file, err, got)
		}
	}
}

func TestARemovedManifestTakesItsFolderAlong(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	d := create(t, out, false)
	add(t, d, item("pods", "shop", "web-0"), item("nodes", "", "n1"))
	if err := d.Remove(item("pods", "shop", "web-0")); err != nil {
		t.Fatal(err)
	}
	add(t, d, item("pods", "data", "db-0"))
	commit(t, d)
	wantTree(t, out, map[string]string{".veltx": markerText, "02-cluster/nodes/n1.yaml": itemYAML, "03-namespaced/data/15-pods/db-0.yaml": itemYAML})
}

// kubectl builds it, where there is one.
func TestKubectlBuildsTheFolder(t *testing.T) {
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		t.Skip("kubectl is not installed")
	}
	out := filepath.Join(t.TempDir(), "out")
	d := create(t, out, false)
	names := []string{"a", "b", "c"}
	for _, name := range names {
		m := item("configmaps", "shop", name)
		m.Object = object.MustParse(`{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"` + name + `","namespace":"shop"}}`)
		add(t, d, m)
	}
	commit(t, d)
	text, err := exec.CommandContext(t.Context(), kubectl, "kustomize", out).CombinedOutput()
	if err != nil || strings.Count(string(text), "kind: ConfigMap") != len(names) {
		t.Errorf("%v\n%s", err, text)
	}
}
