package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/veltx/veltx/cmd/render"
	"github.com/veltx/veltx/tarball/object"
)

// evil is what a terminal obeys, spelled as JSON and as bytes: sequences of ESC and of C1, DEL, marks of direction.
const evil = "\u001b[31m\u009b31m\u009d0;t\u009c\u007f\u202e\u2028"

// evilName is what an entry of an archive may have of it in its name.
const evilName = "\u202e\u2028\ufeff"

// hostileBackup is the folder of a backup whose items have evil everywhere where text can be, and bytes that are not UTF-8.
func hostileBackup(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	write := func(name, text string) {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	quoted, err := json.Marshal(evil)
	if err != nil {
		t.Fatal(err)
	}
	inside := strings.Trim(string(quoted), `"`)
	raw := strings.ReplaceAll(inside, `\u2028`, "\u2028") + "\xff\xfe\xed\xa0\x80"
	text := func(kind, name, namespace, rest string) string {
		return `{"apiVersion":"v1","kind":"` + kind + `","metadata":{"name":"` + name + `","namespace":"` + namespace + `","annotations":{"a` + raw + `":"` + raw +
			`"},"labels":{"l` + raw + `":"` + raw + `"},"ownerReferences":[{"kind":"` + raw + `","name":"` + raw + `"}],"finalizers":["x/` + raw + `"]}` + rest + `}`
	}
	write("metadata/version", "1.1.0\n")
	write("resources/configmaps/namespaces/shop/plain.json", text("ConfigMap", "plain", "shop", `,"data":{"k`+raw+`":"`+raw+`","m`+raw+`":"namespace=shop`+raw+` <b>-n shop"}`))
	write("resources/configmaps/namespaces/shop/n"+evilName+".json", text("ConfigMap", "n"+evilName, "shop", ""))
	write("resources/secrets/namespaces/shop/wrong"+evilName+".json", text("Secret", raw, raw, ""))
	write("resources/configmaps/namespaces/s"+evilName+"/x.json", text("ConfigMap", "x", "s"+evilName, ""))
	write("resources/secrets/namespaces/shop/broken"+evilName+".json", "{"+raw)
	write("resources/pods/namespaces/shop/p.json", text("Pod", "p", "shop", `,"spec":{"nodeName":"`+raw+`","containers":"`+raw+`"}`))
	write("resources/w"+evilName+".example.io/cluster/c.json", text("W"+raw, "c", "", `,"spec":"`+raw+`"`))
	write("odd"+evilName, raw)
	return root
}

// Whatever a backup holds, no output makes a terminal obey it, and all of it is UTF-8. Files for a browser and for
// programs count as well: people look at them.
func TestNoFormatCarriesWhatATerminalObeys(t *testing.T) {
	backup, modifiers := hostileBackup(t), filepath.Join(t.TempDir(), "rules.yaml")
	rules := "version: v1\nresourceModifierRules:\n- conditions: {groupResource: configmaps}\n  patches: [{operation: test, path: /data/none, value: '1'}, {operation: replace, path: /data/none, value: x}]\n"
	if err := os.WriteFile(modifiers, []byte(rules), 0o600); err != nil {
		t.Fatal(err)
	}
	policies := filepath.Join(t.TempDir(), "policies.yaml")
	chosen := "version: v1\nnamespacedFilterPolicies:\n- namespaces: [shop, \"*\"]\n  resourceFilters: [{kinds: [configmaps], names: [plian, \"n*\"]}, {kinds: [podz]}, {kinds: [secret], labelSelector: {matchLabels: {no: such}}}]\n"
	if err := os.WriteFile(policies, []byte(chosen), 0o600); err != nil {
		t.Fatal(err)
	}
	var lines [][]string
	for _, format := range render.PreviewFormats {
		lines = append(lines, []string{"restore-preview", backup, "-o", format, "--resource-modifier-configmap", modifiers})
	}
	for _, format := range render.BackupPreviewFormats {
		lines = append(lines, []string{"backup-preview", backup, "-o", format})
	}
	for _, format := range render.ObjectFormats {
		lines = append(lines, []string{"get", backup, "configmaps", "-o", format}, []string{"get", backup, "all", "-o", format})
	}
	for _, format := range render.DifferenceFormats {
		lines = append(lines, []string{"diff", backup, "--sample", "--include-resources", "configmaps", "-o", format})
	}
	for _, format := range render.ListFormats {
		lines = append(lines, []string{"explain", backup, "configmap/plain", "-o", format}, []string{"inspect", backup, "-o", format},
			[]string{"modifiers", "test", modifiers, backup, "-o", format}, []string{"policies", "test", policies, backup, "-o", format}, []string{"explain", backup, "configmap/n" + evilName, "-n", "shop", "-o", format})
	}
	for _, format := range render.ReferenceFormats {
		lines = append(lines, []string{"references", backup, "--possible", "-o", format})
	}
	lines[len(lines)-1] = []string{"references", backup, "--likely", "-o", render.ResourceModifiers, "--namespace-mappings", "shop:x"}
	baseline := filepath.Join(t.TempDir(), "baseline.json")
	lines = append(lines, []string{"restore-preview", backup, "--github"},
		[]string{"diff", backup, "--sample", "--include-resources", "configmaps", "--diff"}, []string{"restore-preview", backup, "--diff=full"},
		[]string{"verify", backup}, []string{"verify", backup, "-o", "json"}, []string{"get", backup + evil}, []string{"get", backup, "nothing/" + evil},
		[]string{"restore-preview", backup, "-l", evil}, []string{evil}, []string{"findings", evil}, []string{"get", "--" + evil},
		[]string{"restore-preview", backup, "--write-baseline", baseline})
	for _, line := range lines {
		var out, errs bytes.Buffer
		Run(t.Context(), Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, line)
		if out.Len() == 0 && !strings.Contains(strings.Join(line, " "), evil) {
			t.Errorf("%q prints nothing: %s", line, &errs)
		}
		harmless(t, strings.Join(line, " "), out.Bytes())
		harmless(t, strings.Join(line, " ")+" on standard error", errs.Bytes())
	}
	text, err := os.ReadFile(baseline)
	if err != nil {
		t.Fatal(err)
	}
	harmless(t, "the baseline", text)
}

func harmless(t *testing.T, what string, text []byte) {
	t.Helper()
	if !utf8.Valid(text) {
		t.Errorf("%q is not UTF-8", what)
	}
	for i, r := range string(text) {
		if object.Obeyed(r) && r != '\n' && r != '\t' {
			t.Errorf("%q prints %U in %q", what, r, text[max(0, i-40):min(len(text), i+20)])
			return
		}
	}
}
