package transform_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// TestPatchesThatARealAPIServerRefusesAreForetold holds what veltx says of the policy update against the answers of a real
// kube-apiserver to the patches that Velero sent: each immutable field, and no patch that the server took.
func TestPatchesThatARealAPIServerRefusesAreForetold(t *testing.T) {
	needReal(t)
	dirs, err := filepath.Glob(sharedReal + "/admission/*existing*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no scenarios with objects that exist: %v", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) { holdPatches(t, dir) })
	}
}

// otherwiseInvalid are the objects of the scenarios that are refused for what they are, not for what they change.
var otherwiseInvalid = []string{"cron", "ing", "w", "w-n"}

func holdPatches(t *testing.T, dir string) {
	refused := refusedPatches(t, dir)
	items := previewScenario(t, dir)
	for _, i := range items {
		var got *report.Finding
		if n := slices.IndexFunc(i.Warnings, func(f report.Finding) bool { return f.ID == "patch-refused" }); n >= 0 {
			got = &i.Warnings[n]
		}
		message, want := refused[i.Resource+" "+i.Namespace+" "+i.Name]
		if slices.Contains(otherwiseInvalid, i.Name) {
			continue
		}
		if (got != nil) != want {
			t.Errorf("%s %s: foretold %+v, the server says %q", i.Resource, i.Name, got, message)
		}
		if got != nil && (i.Outcome != report.Exists || got.Path == "" || i.Patch == nil) {
			t.Errorf("%s %s: %s, patch %s", i.Resource, i.Name, i.Outcome, i.Patch)
		}
	}
	if len(refused) < 10 {
		t.Errorf("only %d refused patches in the scenario", len(refused))
	}
}

// refusedPatches are the server's messages by "resource namespace name".
func refusedPatches(t *testing.T, dir string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "answers.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	refused := map[string]string{}
	for _, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		var a struct {
			Resource, Namespace, Name, What, Message string
			Code                                     int
		}
		if err := json.Unmarshal(line, &a); err != nil {
			t.Fatal(err)
		}
		if a.What == "update" && a.Code == 422 {
			refused[a.Resource+" "+a.Namespace+" "+a.Name] = a.Message
		}
	}
	return refused
}

func previewScenario(t *testing.T, dir string) (items []report.Item) {
	t.Helper()
	var in config.Inputs
	for _, name := range []string{"restore.yaml", "target.yaml"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := in.Read(name, bytes.NewReader(text)); err != nil {
			t.Fatal(err)
		}
	}
	src, err := tarball.Open(t.Context(), filepath.Join(dir, "b.tar.gz"), tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	o := &restore.Options{Profile: actions.V1_18, Restore: in.Restore, Target: in.Objects, Actions: builtin.Restore(actions.V1_18), Secrets: true}
	if err := o.Complete(src.Name()); err != nil {
		t.Fatal(err)
	}
	_, err = restore.Preview(t.Context(), src, o, report.SinkFunc(func(i *report.Item) error {
		items = append(items, *i.Clone())
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return items
}
