package apiserver_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/layout"
	"github.com/veltx/veltx/transform/apiserver"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// sharedReal holds what real API servers answered.
const sharedReal = "../../../shared/real"

// answered is a line of answers.jsonl: a write of Velero's, and the answer.
type answered struct {
	Resource, Namespace, Name, Verb, What, Message, Depends string
	Code                                                    int
	Pruned                                                  []string
}

func (a *answered) address() layout.Address {
	return layout.Address{Resource: a.Resource, Namespace: a.Namespace, Name: a.Name}
}

// The scenarios of the recordings: what the server accepted is not refused, what it refused is refused with its code, and what it
// dropped is pruned.
func TestScenariosOfARealAPIServer(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(sharedReal, "admission", "*", "answers.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) == 0 {
		t.Skip("no recordings of a real API server beside the checkout (../shared/real/admission)")
	}
	refusals, missed := 0, 0
	for _, answers := range folders {
		dir := filepath.Dir(answers)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			items := previewScenario(t, dir)
			for _, a := range readAnswers(t, answers) {
				i, told := items[a.address()]
				switch {
				case a.Depends != "":
				case !told:
					t.Errorf("%s: is not in the plan", a.address())
				case a.Verb == "patch":
					comparePatch(t, &a, &i)
				case a.Verb != "create":
				case a.Code < 300:
					compareAccepted(t, &a, &i)
				default:
					refusals++
					if i.Code != a.Code && !(a.Code == 409 && (i.Outcome == report.Exists || i.Outcome == report.Update)) {
						missed++
						t.Errorf("%s: %s %d %s, and the server says %d %s", a.address(), i.Outcome, i.Code, i.Reason, a.Code, a.Message)
					}
				}
			}
		})
	}
	t.Logf("%d refusals, %d of them missed", refusals, missed)
}

func compareAccepted(t *testing.T, a *answered, i *report.Item) {
	t.Helper()
	if i.Outcome == report.Refused {
		t.Errorf("%s: is refused with %d %s, and the server accepts it", a.address(), i.Code, i.Reason)
		return
	}
	slices.Sort(a.Pruned)
	slices.Sort(i.Pruned)
	if !slices.Equal(a.Pruned, i.Pruned) {
		t.Errorf("%s: pruned %v, and the server drops %v", a.address(), i.Pruned, a.Pruned)
	}
}

// comparePatch compares the patches of the policy update and of managedFields.
func comparePatch(t *testing.T, a *answered, i *report.Item) {
	t.Helper()
	id := map[string]string{"update": "patch-refused", "managedFields": "managed-fields-refused"}[a.What]
	refused := slices.ContainsFunc(i.Warnings, func(f report.Finding) bool { return f.ID == id })
	if id != "" && refused != (a.Code >= 300) {
		t.Errorf("%s: the patch of %s is refused: %v, and the server says %d %s", a.address(), a.What, refused, a.Code, a.Message)
	}
}

func readAnswers(t *testing.T, path string) []answered {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	last := map[string]answered{} // a Namespace is sent again and again
	var order []string
	lines := json.NewDecoder(bytes.NewReader(text))
	for {
		var a answered
		if err := lines.Decode(&a); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		key := a.Verb + a.What + a.address().Key().String()
		if _, again := last[key]; !again {
			order = append(order, key)
		}
		last[key] = a
	}
	var list []answered
	for _, key := range order {
		list = append(list, last[key])
	}
	return list
}

// previewScenario previews a scenario as veltx restore-preview --target target.yaml --target-version 1.33 does.
func previewScenario(t *testing.T, dir string) map[layout.Address]report.Item {
	t.Helper()
	var in config.Inputs
	read(t, filepath.Join(dir, "restore.yaml"), in.Read)
	var target config.Target
	read(t, filepath.Join(dir, "target.yaml"), target.Read)
	backup := filepath.Join(dir, "b")
	if _, err := os.Stat(backup); err != nil {
		backup += ".tar.gz"
	}
	o := &restore.Options{Profile: actions.V1_18, Restore: in.Restore, Target: target.Objects, Actions: builtin.Restore(actions.V1_18)}
	if text, err := os.ReadFile(filepath.Join(dir, "modifiers.yaml")); err == nil {
		if o.Modifiers, err = modifiers.Parse(text); err != nil {
			t.Fatal(err)
		}
	}
	return preview(t, backup, o)
}

func read(t *testing.T, path string, into func(string, io.Reader) error) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := into(filepath.Base(path), file); err != nil {
		t.Fatal(err)
	}
}

func preview(t *testing.T, backup string, o *restore.Options) map[layout.Address]report.Item {
	t.Helper()
	src, err := tarball.Open(t.Context(), backup, tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	o.APIServer = func(context.Context) (restore.APIServer, error) {
		return apiserver.New(apiserver.Options{Objects: o.Target, Version: "1.33", VeleroNamespace: "velero"})
	}
	if err := o.Complete(src.Name()); err != nil {
		t.Fatal(err)
	}
	items := map[layout.Address]report.Item{}
	_, err = restore.Preview(t.Context(), src, o, report.SinkFunc(func(i *report.Item) error {
		kept := *i
		kept.Warnings = slices.Clone(i.Warnings)
		items[layout.Address{Resource: i.Resource, Namespace: i.Namespace, Name: i.Name}] = kept
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return items
}

// sent is a line of sent.jsonl: a request as it went over the wire.
type sent struct {
	Method, Path string
	Code         int
	Body         struct {
		APIVersion string
		Metadata   struct{ Namespace, Name string }
	}
}

// The recordings of real restores into an empty cluster: what the server refused is refused, and what it accepted is not.
func TestRecordedRestoresIntoAnEmptyCluster(t *testing.T) {
	folders, err := filepath.Glob(filepath.Join(sharedReal, "restores", "*", "sent.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	if len(folders) == 0 {
		t.Skip("no recordings of real restores beside the checkout (../shared/real/restores)")
	}
	for _, requests := range folders {
		dir := filepath.Dir(requests)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			items := previewRecording(t, dir)
			for _, r := range readSent(t, requests) {
				i, told := find(items, &r)
				refused := r.Code >= 300
				if !told || refused != (i.Outcome == report.Refused) || refused && i.Code != r.Code {
					t.Errorf("%s %s: told %v, %s %d %s, and the server says %d", r.Path, r.Body.Metadata.Name, told, i.Outcome, i.Code, i.Reason, r.Code)
				}
			}
		})
	}
}

func previewRecording(t *testing.T, dir string) map[layout.Address]report.Item {
	t.Helper()
	var in config.Inputs
	read(t, filepath.Join(dir, "restore.yaml"), in.Read)
	if _, err := os.Stat(filepath.Join(dir, "target.yaml")); err == nil {
		read(t, filepath.Join(dir, "target.yaml"), in.Read)
	}
	o := &restore.Options{Profile: actions.V1_18, Restore: in.Restore, Target: in.Objects, Actions: builtin.Restore(actions.V1_18)}
	if text, err := os.ReadFile(filepath.Join(dir, "modifiers.yaml")); err == nil {
		if o.Modifiers, err = modifiers.Parse(text); err != nil {
			t.Fatal(err)
		}
	}
	if command, err := os.ReadFile(filepath.Join(dir, "cmd.txt")); err == nil && strings.Contains(string(command), actions.FeatureAPIGroupVersions) {
		o.Features = []string{actions.FeatureAPIGroupVersions}
	}
	return preview(t, filepath.Join(sharedReal, "backups", in.Restore.Spec.BackupName), o)
}

func readSent(t *testing.T, path string) []sent {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []sent
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var r sent
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		if r.Method == "POST" && !strings.HasSuffix(r.Path, "/exec") {
			list = append(list, r)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

// find finds the item of a request: the path has the resource, the body its group.
func find(items map[layout.Address]report.Item, r *sent) (report.Item, bool) {
	resource := r.Path[strings.LastIndex(r.Path, "/")+1:]
	if group, _, found := strings.Cut(r.Body.APIVersion, "/"); found {
		resource += "." + group
	}
	i, told := items[layout.Address{Resource: resource, Namespace: r.Body.Metadata.Namespace, Name: r.Body.Metadata.Name}]
	return i, told
}
