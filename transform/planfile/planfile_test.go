package planfile_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/planfile"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// opened is a backup in the folder of an object store.
func opened(t *testing.T) *tarball.Source {
	t.Helper()
	src, err := tarball.Open(t.Context(), backuptest.New("shop").Write(t, t.TempDir()), tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = src.Close() })
	return src
}

func options(t *testing.T, src *tarball.Source) *restore.Options {
	t.Helper()
	o := &restore.Options{Profile: actions.V1_18, Actions: builtin.Restore(actions.V1_18), Restore: &velero.Restore{}, Features: []string{"EnableCSI"}}
	o.Restore.Spec.NamespaceMapping = map[string]string{"web": "store"}
	o.Target = []*object.Value{
		object.MustParse(`{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"}}`),
		object.MustParse(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"x"},"data":{"p":"aHVudGVyMg=="}}`),
	}
	if err := o.Complete(src.Name()); err != nil {
		t.Fatal(err)
	}
	return o
}

// planned is the plan of a backup, written and read again.
func planned(t *testing.T, src *tarball.Source, o *restore.Options) *planfile.File {
	t.Helper()
	head, err := planfile.Describe(t.Context(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	f := &planfile.File{Head: *head}
	_, err = restore.Preview(t.Context(), src, o, report.SinkFunc(func(i *report.Item) error {
		f.Results = append(f.Results, planfile.ResultOf(i))
		return nil
	}))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("aHVudGVyMg")) {
		t.Errorf("the plan holds a value of a Secret: %s", text)
	}
	if f, err = planfile.Read("plan.json", bytes.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAPlanFitsWhatItWasMadeOf(t *testing.T) {
	src := opened(t)
	if err := planfile.Check(t.Context(), planned(t, src, options(t, src)), src, options(t, src)); err != nil {
		t.Error(err)
	}
}

func TestWhatWasTamperedWithIsNamed(t *testing.T) {
	src := opened(t)
	original := planned(t, src, options(t, src))
	const zero = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
	if len(original.Results) < 3 || len(original.Input.Files) == 0 {
		t.Fatalf("the plan is too small: %+v", original)
	}
	last := len(original.Results) - 1
	for _, row := range []struct {
		name   string
		tamper func(f *planfile.File)
		want   string
	}{
		{"the digest of the input", func(f *planfile.File) { f.Input.Digest = zero }, "input.digest: " + zero + " in the plan, sha256:"},
		{"a file beside the tarball", func(f *planfile.File) { f.Input.Files["velero-backup.json"] = zero }, "input.files[velero-backup.json]: " + zero + " in the plan"},
		{"a file that is not there", func(f *planfile.File) { f.Input.Files["more.gz"] = zero }, "input.files[more.gz]: " + zero + " in the plan, no such file now"},
		{"the version of Velero", func(f *planfile.File) { f.Options.VeleroVersion = "1.6" }, `options.veleroVersion: "1.6" in the plan, "1.18.2" now`},
		{"the image", func(f *planfile.File) { f.Options.VeleroImage = "x" }, `options.veleroImage: "x" in the plan`},
		{"a feature", func(f *planfile.File) { f.Options.Features = nil }, `options.features: nothing in the plan, ["EnableCSI"] now`},
		{"an action", func(f *planfile.File) { f.Options.Actions = f.Options.Actions[1:] }, "options.actions: "},
		{"the name of the restore", func(f *planfile.File) { f.Options.Restore.Name = "r" }, `options.restore.name: "r" in the plan, "shop-preview" now`},
		{"a mapping", func(f *planfile.File) { f.Options.Restore.Spec.NamespaceMapping["web"] = "x" }, `options.restore.spec.namespaceMapping: {"web":"x"} in the plan, {"web":"store"} now`},
		{"a filter", func(f *planfile.File) { f.Options.Restore.Spec.ExcludedResources = []string{"pods"} }, `options.restore.spec.excludedResources: ["pods"] in the plan, nothing now`},
		{"the resource modifiers", func(f *planfile.File) { f.Options.ResourceModifiers = "version: v1" }, `options.resourceModifiers: "version: v1" in the plan, nothing now`},
		{"the resource policies", func(f *planfile.File) { f.Options.ResourcePolicies = "version: v1" }, `options.resourcePolicies: "version: v1" in the plan, nothing now`},
		{"the volumes", func(f *planfile.File) { f.Options.VolumeIDs = map[string]string{"a": "b"} }, `options.volumeIDs: {"a":"b"} in the plan, nothing now`},
		{"the target", func(f *planfile.File) { f.Options.Target = f.Options.Target[:1] }, "options.target[1]: nothing in the plan, {"},
		{"the digest of a result", func(f *planfile.File) { f.Results[last].Digest = zero }, original.Results[last].Name + ": is written otherwise than in the plan"},
		{"an outcome", func(f *planfile.File) { f.Results[1].Outcome = report.Fail }, original.Results[1].Name + ": fail in the plan, create now"},
		{"a name", func(f *planfile.File) { f.Results[1].Name = "other" }, "/other in the plan, "},
		{"a result that is gone", func(f *planfile.File) { f.Results = f.Results[:last] }, original.Results[last].Name + " is not in the plan"},
		{"a result too many", func(f *planfile.File) {
			f.Results = append(f.Results, planfile.Result{Resource: "pods", Namespace: "a", Name: "more"})
		}, "pods/a/more is in the plan, and not in the restore"},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := planned(t, src, options(t, src))
			row.tamper(f)
			err := planfile.Check(t.Context(), f, src, options(t, src))
			if err == nil || !strings.Contains(err.Error(), row.want) || !strings.HasPrefix(err.Error(), "this differs from the plan: preview it again") {
				t.Errorf("got %v, want an error with %s", err, row.want)
			}
			if err != nil && strings.Contains(err.Error(), "aHVudGVyMg") {
				t.Errorf("the error tells a value of a Secret: %v", err)
			}
		})
	}
}

func TestOnlyTheFirstDifferencesAreNamed(t *testing.T) {
	src := opened(t)
	f := planned(t, src, options(t, src))
	for n := range f.Results {
		f.Results[n].Name += "x"
	}
	err := planfile.Check(t.Context(), f, src, options(t, src))
	if err == nil || strings.Count(err.Error(), "\n") != 6 || !strings.Contains(err.Error(), "more differences") {
		t.Errorf("got %v", err)
	}
}

func TestThePlanOfASecretTellsNothingOfItsDigest(t *testing.T) {
	src := opened(t)
	o := options(t, src)
	o.Target = slices.Clone(o.Target)
	o.Target[1] = object.MustParse(`{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","namespace":"x"},"data":{"p":"aHVudGVyMw=="}}`)
	err := planfile.Check(t.Context(), planned(t, src, options(t, src)), src, o)
	if err == nil || !strings.Contains(err.Error(), "options.target[1]: ") || strings.Contains(err.Error(), "aHVudGVyM") {
		t.Errorf("another value of a Secret of the target: got %v", err)
	}
}

func TestWhatIsNoPlanIsRefused(t *testing.T) {
	for _, row := range [][2]string{
		{``, "plan.json: is not a plan"},
		{`[]`, "plan.json: is not a plan"},
		{`{"apiVersion":"veltx.io/v1alpha1","kind":"RestorePlan","more":1}`, `plan.json: is not a plan: more: unknown field, not one of apiVersion, kind, input, options, results`},
		{`{"apiVersion":"veltx.io/v1alpha1","kind":"Baseline"}`, `plan.json: apiVersion and kind are "veltx.io/v1alpha1" and "Baseline"`},
		{`{"apiVersion":"veltx.io/v1alpha1","kind":"RestorePlan"} {}`, "plan.json: there is content after the plan"},
	} {
		if _, err := planfile.Read("plan.json", strings.NewReader(row[0])); err == nil || !strings.Contains(err.Error(), row[1]) {
			t.Errorf("%s: got %v, want %s", row[0], err, row[1])
		}
	}
}
