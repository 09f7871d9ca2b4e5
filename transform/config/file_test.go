package config_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/veltx/veltx/transform/config"
)

const head = "apiVersion: veltx.io/v1alpha1\nkind: Config\n"

func TestAConfigFileStandsForFlags(t *testing.T) {
	f, err := config.ReadFile(filepath.Join("conf", "veltx.yaml"), []byte(head+`backup: nightly
store: bucket
target: [t.tar.gz, /abs/t.yaml]
files: ["-", r.yaml]
includeNamespaces: [b, a]
includeClusterResources: false
preserveNodePorts: true
namespaceMappings: {shop: store, a: b}
imageMappings: {x/y: z}
resourceModifiers: ../m.yaml
failOn: [warning, crd-missing]
outputs: [{format: junit, file: out/v.xml}]
`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, flag := range f.Flags() {
		got = append(got, flag.Name+"="+filepath.ToSlash(fmt.Sprint(flag.Values)))
	}
	want := strings.Join([]string{
		"store=[conf/bucket]", "file=[- conf/r.yaml]", "target=[conf/t.tar.gz /abs/t.yaml]", "include-namespaces=[b,a]", "include-cluster-resources=[false]",
		"preserve-nodeports=[true]", "namespace-mappings=[a:b,shop:store]", "image-mappings=[x/y=z]", "resource-modifier-configmap=[m.yaml]",
		"fail-on=[warning,crd-missing]", "report=[junit=conf/out/v.xml]",
	}, "\n")
	if strings.Join(got, "\n") != want || f.Backup != "nightly" {
		t.Errorf("got %s\n%s\nwant\n%s", f.Backup, strings.Join(got, "\n"), want)
	}
	if f, err = config.ReadFile("conf/veltx.yaml", []byte(head+"backup: backups/nightly\n")); err != nil || filepath.ToSlash(f.Backup) != "conf/backups/nightly" {
		t.Errorf("without a store: got %s, %v", f.Backup, err)
	}
}

func TestAConfigFileIsStrict(t *testing.T) {
	for text, want := range map[string]string{
		"kind: Config\n": `apiVersion and kind are "" and "Config"`,
		"apiVersion: veltx.io/v1\nkind: Config\n":            `"veltx.io/v1"`,
		head + "backups: x\n":                                "backups",
		head + "includeNamespaces: shop\n":                   "includeNamespaces",
		head + "includeNamespaces: [\"a,b\"]\n":              "includeNamespaces[0]",
		head + "namespaceMappings: [a]\n":                    "namespaceMappings",
		head + "outputs: [{format: junit}]\n":                "outputs[0]: want a format and a file",
		head + "outputs: [{format: junit, path: x}]\n":       "outputs[0].path",
		head + "backup: a\nbackup: b\n":                      "already",
		head + "preserveNodePorts: sometimes\nbackup: [1]\n": "preserveNodePorts",
		"- a\n": "veltx.yaml: ",
		"":      "apiVersion",
	} {
		if _, err := config.ReadFile("veltx.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}
