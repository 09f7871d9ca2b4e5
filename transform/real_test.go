package transform_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/testdata/conformance"
	"github.com/veltx/veltx/testdata/velero/judge"
	"github.com/veltx/veltx/transform/config"
	"github.com/veltx/veltx/transform/modifiers"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// sharedReal holds backups that a real Velero made and what it sent when it restored them.
const sharedReal = "../../shared/real"

func needReal(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(sharedReal); err != nil {
		t.Skip("no recordings of real restores beside the checkout (../shared/real)")
	}
}

// TestEachRequestOfTheRealVeleroIsPreviewed compares, object by object, what Velero POSTed to a real API server with
// what a preview of the same restore says.
func TestEachRequestOfTheRealVeleroIsPreviewed(t *testing.T) {
	needReal(t)
	cases, err := judge.ReadReal(sharedReal)
	if err != nil {
		t.Fatal(err)
	}
	if len(cases) < 6 {
		t.Fatalf("%d recordings, want 6", len(cases))
	}
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) { compareWithRecording(t, c) })
	}
}

func compareWithRecording(t *testing.T, c judge.Real) {
	items := previewRecording(t, c)
	var created []conformance.Request
	for _, i := range items {
		if i.Outcome == report.Create {
			created = append(created, conformance.Request{
				Verb: "create", Resource: i.Resource, Version: i.Version, Namespace: i.Namespace, Name: i.Name, Object: i.Object,
			})
		}
	}
	sent := asVeleroSent(t, c.Sent, created)
	posted := map[string]bool{}
	for _, r := range sent {
		posted[r.Resource+" "+r.Namespace+" "+r.Name] = true
	}
	outcomes := readOutcomes(t, filepath.Join(sharedReal, "restores", c.Name, "resource-list.json"))
	created = slices.DeleteFunc(created, func(r conformance.Request) bool {
		if posted[r.Resource+" "+r.Namespace+" "+r.Name] {
			return false
		}
		explained := outcomes.explain(r)
		if !explained {
			t.Errorf("%s %s/%s would be created, and Velero's own results do not say why it was not", r.Resource, r.Namespace, r.Name)
		}
		return true
	})
	if len(sent) < 50 {
		t.Errorf("only %d requests in the recording", len(sent))
	}
	for _, d := range conformance.Compare(sent, created) {
		t.Errorf("%s", d)
	}
}

// previewRecording previews the restore of a recording with its files.
func previewRecording(t *testing.T, c judge.Real) []report.Item {
	t.Helper()
	items, _ := previewRecorded(t, recordedOptions(t, c))
	return items
}

// previewRecorded previews a restore of a recorded backup.
func previewRecorded(t *testing.T, o *restore.Options) (items []report.Item, summary *report.Summary) {
	t.Helper()
	src, err := tarball.Open(t.Context(), filepath.Join(sharedReal, "backups", o.Restore.Spec.BackupName), tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if err := o.Complete(src.Name()); err != nil {
		t.Fatal(err)
	}
	summary, err = restore.Preview(t.Context(), src, o, report.SinkFunc(func(i *report.Item) error {
		items = append(items, *i.Clone())
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	return items, summary
}

func recordedOptions(t *testing.T, c judge.Real) *restore.Options {
	t.Helper()
	var in config.Inputs
	for _, name := range []string{"restore.yaml", "target.yaml"} {
		f, err := os.Open(filepath.Join(sharedReal, "restores", c.Name, name))
		if os.IsNotExist(err) && name == "target.yaml" {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := in.Read(name, f); err != nil {
			t.Fatal(err)
		}
	}
	o := &restore.Options{
		Profile: actions.V1_18, Restore: in.Restore, Target: in.Objects, Features: c.Input.Features,
		Actions: builtin.Restore(actions.V1_18), Secrets: true,
	}
	if c.Input.Modifiers != nil {
		var err error
		if o.Modifiers, err = modifiers.Parse(c.Input.Modifiers); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

// asVeleroSent evens out what the recording's README calls not Velero's own (the body of a Namespace is the API
// server's: it adds the status and writes the label kubernetes.io/metadata.name anew), and the id of the volume that
// the simulated cloud made from a snapshot, which no preview can know.
func asVeleroSent(t *testing.T, sent, created []conformance.Request) []conformance.Request {
	t.Helper()
	const nameLabel = "kubernetes.io/metadata.name"
	out := slices.Clone(sent)
	for i := range out {
		previewed := slices.IndexFunc(created, func(r conformance.Request) bool {
			return r.Resource == out[i].Resource && r.Namespace == out[i].Namespace && r.Name == out[i].Name
		})
		if previewed < 0 {
			continue
		}
		body, mine := mustParse(t, out[i].Object), mustParse(t, created[previewed].Object)
		switch out[i].Resource {
		case "namespaces":
			body.Remove("status")
			body.Remove("metadata", "labels", nameLabel)
			if label := mine.Get("metadata", "labels", nameLabel); label != nil {
				if err := body.Put(label, "metadata", "labels", nameLabel); err != nil {
					t.Fatal(err)
				}
			}
		case "persistentvolumes":
			if id := mine.Get("spec", "awsElasticBlockStore", "volumeID"); id != nil && body.Has("spec", "awsElasticBlockStore", "volumeID") {
				body.Get("spec", "awsElasticBlockStore").Set("volumeID", id)
			}
		}
		out[i].Object = body.JSON()
	}
	return out
}

func mustParse(t *testing.T, text []byte) *object.Value {
	t.Helper()
	v, err := object.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// outcomes is Velero's own list of what became of each item: "apps/v1/Deployment" -> ["shop/web(created)"].
type outcomes map[string][]string

func readOutcomes(t *testing.T, path string) outcomes {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var o outcomes
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// explain says whether Velero's list has the item: as skipped or failed, or, for a few pods in Velero's own namespace
// that the recording lacks, as created just as the preview says.
func (o outcomes) explain(r conformance.Request) bool {
	var id struct{ APIVersion, Kind string }
	if err := json.Unmarshal(r.Object, &id); err != nil {
		return false
	}
	name := strings.TrimPrefix(r.Namespace+"/"+r.Name, "/")
	for _, entry := range o[id.APIVersion+"/"+id.Kind] {
		if strings.HasPrefix(entry, name+"(") {
			return !strings.Contains(entry, "(created)") || r.Resource == "pods" && r.Namespace == "velero"
		}
	}
	return false
}
