package transform_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

var updateForetold = flag.Bool("update", false, "write what is foretold into testdata/foretold")

const foretoldDir = "../testdata/foretold"

// TestWhatGoesWrongIsForetold previews the restores in testdata/foretold. A case has items.yaml, restore.yaml and what else
// is given, the ids that it is about, and what is told of these.
func TestWhatGoesWrongIsForetold(t *testing.T) {
	files, err := filepath.Glob(foretoldDir + "/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases in %s: %v", foretoldDir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := map[string]*txtar.File{}
			for i := range archive.Files {
				parts[archive.Files[i].Name] = &archive.Files[i]
			}
			got := foretell(t, parts)
			if *updateForetold {
				parts["want"].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(parts["want"].Data); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func part(parts map[string]*txtar.File, name string) []byte {
	if parts[name] == nil {
		return nil
	}
	return parts[name].Data
}

// foretell is what a preview tells of the ids of a case, a line each.
func foretell(t *testing.T, parts map[string]*txtar.File) string {
	t.Helper()
	ids := strings.Fields(string(part(parts, "ids")))
	var out strings.Builder
	tell := func(f *report.Finding, of string) {
		if slices.Contains(ids, f.ID) {
			fmt.Fprintf(&out, "%s %s: %s: %s", f.Severity, f.ID, of, f.Message)
			if len(f.Items) > 0 {
				fmt.Fprintf(&out, " [%s]", strings.Join(f.Items, " "))
			}
			out.WriteByte('\n')
		}
	}
	summary := previewCase(t, parts, func(i *report.Item) error {
		if slices.Contains(ids, "reason") && i.Reason != "" {
			fmt.Fprintf(&out, "reason %s/%s: %s\n", i.Resource, i.Name, i.Reason)
		}
		for f := range i.Findings() {
			tell(f, i.Resource+"/"+i.Namespace+"/"+i.Name)
		}
		return nil
	})
	for i := range summary.Findings {
		tell(&summary.Findings[i], summary.Findings[i].Subject)
	}
	if told := summary.Foretold; told != nil {
		if slices.Contains(ids, "hooks") {
			for _, hook := range told.Hooks {
				text, _ := json.Marshal(hook)
				fmt.Fprintf(&out, "hook %s\n", text)
			}
		}
		for _, task := range slices.Concat(told.Before, told.After) {
			if slices.Contains(ids, task.Finding) {
				fmt.Fprintf(&out, "task %s: %s: %s\n", task.Finding, task.Text, task.Command)
			}
		}
	}
	return out.String()
}

// previewCase previews the restore of a case.
func previewCase(t *testing.T, parts map[string]*txtar.File, sink report.SinkFunc) *report.Summary {
	t.Helper()
	o := caseOptions(t, parts)
	src, err := tarball.Open(t.Context(), caseBackup(t, parts), tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if err := o.Complete(src.Name()); err != nil {
		t.Fatal(err)
	}
	summary, err := restore.Preview(t.Context(), src, o, sink)
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

func caseOptions(t *testing.T, parts map[string]*txtar.File) *restore.Options {
	t.Helper()
	inputs := config.Inputs{}
	const restoreOf = "apiVersion: velero.io/v1\nkind: Restore\nmetadata: {name: r, namespace: velero}\n"
	for _, text := range [][]byte{append([]byte(restoreOf), part(parts, "restore.yaml")...), part(parts, "target.yaml")} {
		if len(text) == 0 {
			continue
		}
		if err := inputs.Read("input", bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	profile := actions.Newest
	if parts["profile"] != nil {
		var err error
		if profile, err = actions.ParseProfile(strings.TrimSpace(string(parts["profile"].Data))); err != nil {
			t.Fatal(err)
		}
	}
	o := &restore.Options{
		Profile: profile, Restore: inputs.Restore, Target: inputs.Objects, Actions: builtin.Restore(profile),
		Features: strings.Fields(string(part(parts, "features"))),
	}
	if text := part(parts, "modifiers.yaml"); text != nil {
		rules, err := modifiers.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		o.Modifiers = rules
	}
	return o
}

// caseBackup writes the backup of a case and returns its folder.
func caseBackup(t *testing.T, parts map[string]*txtar.File) string {
	t.Helper()
	b := &backuptest.Backup{Name: "b", Side: map[string]string{}}
	b.Entries = []backuptest.File{{Path: "metadata/version", Body: "1.1.0\n"}}
	b.Object = `{"kind":"Backup","apiVersion":"velero.io/v1","metadata":{"name":"b","namespace":"velero"},"spec":{},"status":{"formatVersion":"1.1.0","phase":"Completed"}}`
	for _, text := range strings.Split(string(part(parts, "items.yaml")), "\n---\n") {
		body, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		item := object.MustParse(string(body))
		resource, version := resourceOf(item.APIVersion(), item.ObjectKind())
		b.Add(resource, version, item.Namespace(), item.Name(), string(body))
	}
	sides := map[string]json.RawMessage{}
	if err := yaml.Unmarshal(part(parts, "sides.yaml"), &sides); err != nil {
		t.Fatal(err)
	}
	for name, text := range sides {
		b.Side["-"+name+".json.gz"] = string(text)
	}
	return b.Write(t, t.TempDir())
}

// resourceOf is the resource of a kind, and its version.
func resourceOf(apiVersion, kind string) (resource, version string) {
	group, version, grouped := strings.Cut(apiVersion, "/")
	resource = strings.ToLower(kind) + "s"
	if strings.HasSuffix(kind, "Class") {
		resource = strings.ToLower(kind) + "es"
	}
	if !grouped {
		return resource, apiVersion
	}
	return resource + "." + group, version
}
