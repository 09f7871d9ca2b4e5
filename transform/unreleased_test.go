package transform_test

import (
	"strings"
	"testing"

	"github.com/veltx/veltx/actions"
	"github.com/veltx/veltx/actions/builtin"
	"github.com/veltx/veltx/tarball"
	"github.com/veltx/veltx/tarball/object"
	"github.com/veltx/veltx/tarball/velero"
	"github.com/veltx/veltx/testdata/backuptest"
	"github.com/veltx/veltx/transform/report"
	"github.com/veltx/veltx/transform/restore"
)

// previewOf previews the restore of a backup of one ConfigMap of 2 MiB, which is in the given phase.
func previewOf(t *testing.T, profile actions.Profile, phase string) (*report.Summary, error) {
	t.Helper()
	b := &backuptest.Backup{Name: "b", Entries: []backuptest.File{{Path: "metadata/version", Body: "1.1.0\n"}}}
	b.Object = `{"kind":"Backup","apiVersion":"velero.io/v1","metadata":{"name":"b","namespace":"velero"},"spec":{},"status":{"formatVersion":"1.1.0","phase":"` + phase + `"}}`
	b.Add("configmaps", "v1", "shop", "c", `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c","namespace":"shop"},"data":{"a":"`+strings.Repeat("x", 2<<20)+`"}}`)
	src, err := tarball.Open(t.Context(), b.Write(t, t.TempDir()), tarball.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	o := &restore.Options{Profile: profile, Restore: &velero.Restore{}, Actions: builtin.Restore(profile), Target: []*object.Value{object.MustParse(
		`{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"velero","namespace":"velero"},"spec":{"template":{"spec":{"containers":[{"name":"velero","args":["server","--max-backup-extraction-size=1"]}]}}}}`)}}
	if err := o.Complete(src.Name()); err != nil {
		t.Fatal(err)
	}
	return restore.Preview(t.Context(), src, o, report.SinkFunc(func(*report.Item) error { return nil }))
}

func TestABackupThatIsTooLargeIsTold(t *testing.T) {
	for profile, want := range map[actions.Profile]int{actions.V1_18_3: 0, actions.V1_19: 1} {
		summary, err := previewOf(t, profile, "Completed")
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, f := range summary.Findings {
			if f.ID == "backup-too-large" && strings.Contains(f.Message, "have 4 MiB together, and Velero unpacks no more than 1") {
				found++
			}
		}
		if found != want {
			t.Errorf("%s: %d findings, want %d: %+v", profile, found, want, summary.Findings)
		}
	}
}

func TestABackupThatFailedIsRefused(t *testing.T) {
	for phase, want := range map[string]string{
		"Failed": "backup b is Failed, and Velero 1.19 restores only backups that are Completed or PartiallyFailed", "FailedValidation": "backup b is FailedValidation",
		"PartiallyFailed": "", "Completed": "", "Finalizing": "", "": "",
	} {
		for _, profile := range []actions.Profile{actions.V1_18_3, actions.V1_19} {
			_, err := previewOf(t, profile, phase)
			if refused := profile == actions.V1_19 && want != ""; refused != (err != nil) || refused && !strings.Contains(err.Error(), want) {
				t.Errorf("%s, %q: got %v", profile, phase, err)
			}
		}
	}
}
